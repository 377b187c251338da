"""Connectors whose secret is in the environment, and configurations with secrets."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from urllib.parse import quote

from manifest_lint import check, write_baseline
from manifest_lint.reports.catalogue import FAMILIES
from tests.canary.places import SECRETS
from tests.connectors import ACCOUNT_TYPE, MANIFEST, SUNMETER, with_changes


def write_known(folder: Path) -> None:
    """Write connectors whose secret is in the environment, and in what is written about them."""
    secret = SECRETS["filled"]
    known = Path(shutil.copytree(SUNMETER, folder / "known"))
    sound = with_changes(ACCOUNT_TYPE, _id="sunmeter", client_secret="$CANARY_SECRET")
    sound["redirect_uri"] = "https://oauthcallback.mycozy.cloud/accounts/sunmeter/redirect"
    (known / "account-types-def.json").write_text(json.dumps(sound))
    (known / "build" / "a.pem").write_text("")
    (known / "build" / secret).mkdir(parents=True)
    (known / "build" / secret / ".npmrc").write_text("")
    shutil.copytree(known, folder / "named")
    (folder / "named" / "manifest-lint.toml").write_text(
        f'build.command = "./b.sh \\"{secret}\\""\n{_unmatched(secret, file=f".no/{secret}")}'
    )
    (folder / "named" / "b.sh").write_text("#!/bin/sh\nexit 3\n")
    (folder / "named" / "b.sh").chmod(0o755)
    config = folder / "named" / f"{secret}.toml"
    config.parent.mkdir(parents=True)
    shutil.copy(folder / "named" / "manifest-lint.toml", config)
    shutil.copytree(known, folder / "published")
    (folder / "published" / "manifest-lint.toml").write_text(
        f'build.url = "https://x.example/{quote(secret, safe="")}.tgz"\n'
    )
    shutil.copytree(known, folder / ".mistaken")
    mistaken = json.dumps({**MANIFEST, "type": secret, "categories": [secret]}, indent=1)
    for part in ("", "build"):
        (folder / ".mistaken" / part / "manifest.konnector").write_text(mistaken)
    baseline = folder / "baseline.json"
    write_baseline(check(folder / ".mistaken"), default=baseline)
    (folder / "baselined.toml").write_text(f'baseline = "{baseline.name}"\n')
    shutil.copytree(known, folder / ".ids")
    of_id = {**sound, "_id": f"x-{secret}", "secret": "$CANARY_MISSING"}
    (folder / ".ids" / "account-types-def.json").write_text(json.dumps([sound, of_id]))
    warned = {**sound, "comment": "a"}
    address = f"me:{quote(SECRETS['git'], safe='')}@x.json"
    (folder / ".warned").mkdir()
    (folder / ".warned" / address).write_text(json.dumps(warned))
    in_name = folder / ".warned" / f"{secret}.json"
    in_name.parent.mkdir()
    in_name.write_text(json.dumps(warned))
    of_file = _unmatched(SECRETS["file"], file=f"/{SECRETS['file']}.json")
    of_file += 'build.secret-variables = ["CANARY_FILE"]\n'
    (folder / ".warned" / f"{SECRETS['file']}.toml").write_text(of_file)
    (folder / ".warned" / f"{SECRETS['file']}.json").write_text(json.dumps(warned))
    in_name.with_suffix(".toml").write_text(_unmatched(secret, file=f"/{in_name.name}"))


def write_exempting(folder: Path) -> None:
    """Write configurations that exempt all findings, with a secret of the checked files in each."""
    reason = quote(SECRETS["reason"], safe="")
    but_leaks = [one for one in FAMILIES if one != "K"]
    for name, place, codes, file in (
        ("all", "client_secret", [*FAMILIES], f"{SECRETS['client_secret']}/x"),
        ("known", "filled", [*FAMILIES], f".warned/{SECRETS['filled']}.json"),
        ("leaking", "filled", but_leaks, ".mistaken/manifest.konnector"),
    ):
        secret = SECRETS[place]
        every = f'{{ code = {codes}, path = "**", reason = "https://me:{reason}@x {secret}" }}'
        text = _unmatched(secret, every, file=file)
        (folder / f"{name}.toml").write_text(text)
        if place == "filled":
            (folder / "named" / f"{secret}.{name}.toml").write_text(text)
    (folder / "empty.toml").write_text("")


def _unmatched(secret: str, *entries: str, file: str) -> str:
    """Return exemptions that match nothing, with a secret in each part, after other entries.

    They are for `file`, whose path may have one too.
    """
    pointers = (
        "/" + secret.replace("~", "~0").replace("/", "~1"),
        f"/me:{quote(SECRETS['git'], safe='')}@x",
    )
    unmatched = (
        f'{{ code = "M001", path = {_toml(file)}, pointer = {_toml(pointer)},'
        f" reason = {_toml(secret)} }}"
        for pointer in pointers
    )
    return f"per-file-ignores = [{', '.join([*entries, *unmatched])}]\n"


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
