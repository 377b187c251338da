"""Record what the real code of the platform does in the cases of tests/conformance/records.

`python -m tests.conformance.recorder FILE --stack … --libs … --libraries … --go-packages … --go …`
writes the answer of each case anew. The first line of FILE names the sources and the day, and what
each case changes; add a case as a line without `answer`. It needs Node.js, and:

- `--stack`, `--libs`: checkouts of cozy-stack and cozy-libs;
- `--libraries`: the npm package cozy-konnector-libs, installed with its dependencies (geco is in no
  registry, and no case needs it: an empty package of that name will do);
- `--go-packages`: `usr/share/gocode` of the unpacked Debian packages golang-github-* of
  labstack-echo, labstack-gommon, spf13-afero, hashicorp-go-multierror, hashicorp-errwrap,
  mattn-go-colorable, mattn-go-isatty, valyala-fasttemplate, valyala-bytebufferpool and
  dgrijalva-jwt-go, and golang-golang-x-* of text, net, crypto, time and sys;
- `--go`: the Go of cozy-stack's go.mod.

The files in FILES and functions in PARTS are the stack's own, unchanged. Only what is around them,
such as the database, is ours: stubs.txt.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FILES = (
    *("pkg/consts", "pkg/prefixer", "pkg/couchdb/mango", "pkg/metadata"),
    *("model/account/accounts.go", "model/account/type.go"),
    *("web/accounts/oauth.go", "web/accounts/statestore.go"),
    *("worker/exec/konnector.go", "worker/exec/common.go", "worker/exec/cmd_unix.go"),
    "model/instance/lifecycle/destroy.go",
    *(f"model/permission/{name}.go" for name in ("rule", "set", "verbs", "match", "doctype")),
    "model/permission/errors.go",
)
PARTS = {
    "web/middlewares/permissions.go": "Allow",
    "web/data/accounts.go": "getAccount",
    "web/instances/fixers.go": "orphanAccountFixer",
}
HARVEST = ("packages/cozy-harvest-lib/src/helpers/oauth.js", "handleOAuthResponse")


def assemble(stack: Path, go_path: Path) -> None:
    """Write the stack's own files, the parts of others and the stubs below a GOPATH."""
    root = go_path / "src/github.com/cozy/cozy-stack"
    for name in FILES:
        for file in [stack / name] if name.endswith(".go") else (stack / name).glob("*.go"):
            if not file.name.endswith("_test.go"):
                _write(root / file.relative_to(stack), file.read_text("utf-8"))
    for name, function in PARTS.items():
        text = (stack / name).read_text("utf-8")
        body = _only(rf"^func {function}\(.*?^}}\n", text)
        imports = re.findall(r'^\t"(\S+)"$', _only(r"^import \(.*?^\)", text), re.M)
        used = [one for one in imports if re.search(rf"\b{_package(one)}\.", body)]
        head = "".join(f'import "{one}"\n' for one in used)
        _write(root / name, f"package {_package(str(Path(name).parent))}\n\n{head}\n{body}")
    for stub in (HERE / "stubs.txt").read_text("utf-8").split("\n-- ")[1:]:
        name, _, text = stub.partition("\n")
        _write(root / name, text)
    _write(go_path / "src/recorder/main.go", (HERE / "main.go").read_text("utf-8"))


def _only(pattern: str, text: str) -> str:
    found = re.search(pattern, text, re.M | re.S)
    assert found, f"the source no longer has {pattern}"
    return found[0]


def _package(path: str) -> str:
    return re.sub(r"/v\d+$", "", path).rpartition("/")[2]


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def asked_of_harvest(libs: Path, backs: list[str]) -> list[bool]:
    """Return whether Harvest takes each address for the end of a login."""
    file, function = HARVEST
    source = _only(rf"^export const {function} = .*?^}}$", (libs / file).read_text("utf-8"))
    script = f"""
      const OAUTH_REALTIME_CHANNEL = ''
      {source.removeprefix("export ")}
      const realtime = {{ sendNotification() {{}} }}
      console.log(JSON.stringify({json.dumps(backs)}.map(back => {{
        globalThis.window = {{ location: {{ search: new URL(back).search }} }}
        return {function}({{ realtime }})
      }})))
    """
    answers: list[bool] = json.loads(subprocess.check_output(["node", "-e", script]))
    return answers


def record(file: Path, options: argparse.Namespace) -> None:
    """Write the answer of each case of a file anew."""
    head, *cases = map(json.loads, file.read_text("utf-8").splitlines())
    with tempfile.TemporaryDirectory() as folder:
        go_path, program = Path(folder) / "go", Path(folder) / "recorder"
        assemble(options.stack, go_path)
        echo = go_path / "src/github.com/labstack/echo"
        echo.mkdir(parents=True)
        (echo / "v4").symlink_to(options.go_packages / "src/github.com/labstack/echo")
        paths = f"{go_path}:{options.go_packages}"
        go = {"GO111MODULE": "off", "GOPATH": paths, "GOTOOLCHAIN": "local", "GOFLAGS": ""}
        build = [options.go, "build", "-o", program, "."]
        subprocess.run(build, cwd=go_path / "src/recorder", env=os.environ | go, check=True)
        runner = Path(folder) / "konnector-node-run.sh"
        shutil.copy(options.stack / "scripts" / runner.name, runner)
        said = subprocess.run(
            [program],
            input="".join(json.dumps(_whole(head, case)) + "\n" for case in cases),
            env=os.environ | {"RUNNER": str(runner), "LIBRARIES": str(options.libraries)},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout
    answers = list(map(json.loads, said.splitlines()))
    ended = [answer for answer in answers if "back" in answer]
    handled = asked_of_harvest(options.libs, [answer["back"] for answer in ended])
    for answer, is_handled in zip(ended, handled, strict=True):
        answer["handled"] = is_handled
    for case, answer in zip(cases, answers, strict=True):
        case["answer"] = answer
    lines = (json.dumps(one, ensure_ascii=False) for one in [head, *cases])
    file.write_text("\n".join(lines) + "\n", "utf-8")


def _whole(head: dict[str, Any], case: dict[str, Any]) -> dict[str, Any]:
    return case | {key: head[key] | case.get(key, {}) for key in ("manifest", "account_type")}


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.conformance.recorder",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path)
    for name in ("stack", "libs", "libraries", "go-packages"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--go", default="go")
    options = parser.parse_args()
    record(options.file, options)


if __name__ == "__main__":
    main()
