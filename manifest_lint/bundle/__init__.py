"""Package a connector: select files, pack, scan, verify, and write the archive."""
