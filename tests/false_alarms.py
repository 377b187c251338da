"""Count what the detectors report in bundles without secrets: minified npm packages.

`python -m tests.false_alarms` fetches them with npm and prints one line for each.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from manifest_lint.archive.archive import Suspect
from manifest_lint.bundle.detectors import suspects

BUNDLES = {
    "lodash@4.17.21": "lodash.min.js",
    "jquery@3.7.1": "dist/jquery.min.js",
    "moment@2.30.1": "min/moment-with-locales.min.js",
    "react-dom@18.3.1": "umd/react-dom.production.min.js",
    "d3@7.9.0": "dist/d3.min.js",
    "axios@1.7.9": "dist/axios.min.js",
    "echarts@5.5.1": "dist/echarts.min.js",
    "plotly.js-dist-min@2.35.2": "plotly.min.js",
    "mermaid@11.4.1": "dist/mermaid.min.js",
    "pdfjs-dist@3.11.174": "build/pdf.worker.min.js",
    "undici@6.19.7": "lib/llhttp/llhttp-wasm.js",
    "aws-sdk@2.1692.0": "dist/aws-sdk.min.js",
    "node-forge@1.3.1": "dist/forge.min.js",
    "jsrsasign@11.1.0": "lib/jsrsasign-all-min.js",
}
"""Popular packages with a minified bundle; undici has encoded WebAssembly.

The last three are full of words about keys.
"""


class NotThere(Exception):
    """A package is not available; the message says why."""


def bundles(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Fetch each package into a folder, and yield its bundle. Raises NotThere."""
    if not shutil.which("npm"):
        raise NotThere("npm is not installed: no bundle of a package can be had")
    for package, file in BUNDLES.items():
        command = ["npm", "pack", package, "--silent", "--ignore-scripts"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
        if done.returncode:
            raise NotThere(f"npm cannot fetch {package}: {done.stderr.strip()[-200:]}")
        with tarfile.open(folder / done.stdout.split()[-1]) as archive:
            member = archive.extractfile(f"package/{file}")
            assert member
            yield package, member.read()


def main() -> int:
    """Print what is found in each bundle; return 2 if they are not available."""
    alarms = size = 0
    with tempfile.TemporaryDirectory() as folder:
        try:
            for package, data in bundles(Path(folder)):
                found: list[Suspect] = list(suspects(data))
                alarms += len(found)
                size += len(data)
                kinds = ", ".join(f"{one.kind} at {one.offset:,}" for one in found) or "nothing"
                print(f"{package:28} {len(data):>10,} bytes: {kinds}")
        except NotThere as error:
            print(error, file=sys.stderr)
            return 2
    print(f"{alarms} false alarms in {len(BUNDLES)} bundles, {size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
