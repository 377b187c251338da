"""The tests: a folder for each package of ours, and here those of the whole."""
