"""Certificates for tests, made with openssl by an authority of their own."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Authority:
    """An authority that no client trusts by default: `certificate` is its own, as a PEM file."""

    certificate: Path
    key: Path

    def server(self, *names: str) -> ssl.SSLContext:
        """Return a certificate and key for a server of these names or addresses."""
        folder = self.certificate.parent
        key, request, signed = folder / "s.key", folder / "s.csr", folder / "s.pem"
        kinds = [f"{'IP' if name[0].isdigit() else 'DNS'}:{name}" for name in names]
        names_of_it = f"subjectAltName={','.join(kinds)}"
        (folder / "s.cnf").write_text(f"{names_of_it}\nauthorityKeyIdentifier=keyid\n")
        new = ["req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=server"]
        _openssl(*new, "-keyout", str(key), "-out", str(request))
        by = ["-CA", str(self.certificate), "-CAkey", str(self.key), "-CAcreateserial"]
        extensions = ["-extfile", str(folder / "s.cnf")]
        sign = ["x509", "-req", "-in", str(request), *by, "-days", "2", *extensions]
        _openssl(*sign, "-out", signed)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(signed, key)
        return context


def authority(folder: Path) -> Authority:
    """Make an authority; skip the test without openssl."""
    if not shutil.which("openssl"):
        pytest.skip("needs openssl, which is not installed")
    made = Authority(folder / "ca.pem", folder / "ca.key")
    new = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=authority"]
    use = ["-addext", "keyUsage=critical,keyCertSign"]  # from Python 3.13 on, both are asked for
    _openssl(*new, *use, "-keyout", made.key, "-out", made.certificate)
    return made


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)
