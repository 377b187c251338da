"""Connectors with a secret in every place of their files that may have one."""

from __future__ import annotations

import json
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from tests.archives import good, tar_gz
from tests.canary import known, names
from tests.canary.places import SECRETS, forms
from tests.connectors import ACCOUNT_TYPE, MANIFEST, SUNMETER, with_changes
from tests.servers.database import asked


def account_type(**changes: Any) -> dict[str, Any]:
    """Return an account type with a secret in every place that may have one."""
    user, query = quote(SECRETS["user"], safe=""), quote(SECRETS["query"], safe="")
    secret = with_changes(
        ACCOUNT_TYPE,
        client_secret=SECRETS["client_secret"],
        secret={"text": SECRETS["text"], "more": [SECRETS["list"], {"slug": SECRETS["object"]}]},
        fcm_credentials=SECRETS["fcm"],
        client_secert=SECRETS["misspelt"],
        extras={"note": SECRETS["extra"]},
        auth_endpoint=f"{ACCOUNT_TYPE['auth_endpoint']};k={quote(SECRETS['path'], safe='')}"
        f"?k={quote(SECRETS['extra'])}&state={quote(SECRETS['state'])}"
        f"#{quote(SECRETS['fragment'])}",
        comment=SECRETS["unknown"],
        token_endpoint=f"https://me:{user}@provider.example/token?key={query}",
    )
    return with_changes(secret, **changes)


def write(folder: Path) -> None:
    """Write a connector, with a secret in each of its files that may have one."""
    manifest = with_changes(MANIFEST, slug="x", oauth={"scope": ["a", "b"]})
    manifest["oauth"]["client_secret"] = SECRETS["strayed"]
    manifest["parameters"] = {"Client-Token": SECRETS["camel"], "apiSecret": [SECRETS["api"]]}
    manifest["version"] = {"api_secret": SECRETS["api"]}
    link = quote(SECRETS["link"], safe="")
    spaced, encoded, cut, scope = (
        quote(SECRETS[place], safe="") for place in ("spaced", "encoded", "cut", "scope")
    )
    manifest["vendor_link"] = [f"https://me:{link}@x.example/", f"couchdb:/me:{link}@x"]
    manifest["categories"] = [
        f"https://me:a {spaced}@x.example/",
        f"https://me%3A{encoded}%40x.example/",
        f"https://me:{cut}{'x' * 60}@x.example/",
    ]
    manifest["oauth"]["scope"] += [f"https://me:{scope}@x.example/{'x' * 60}"]
    manifest["oauth"][SECRETS["key"]] = {SECRETS["key"]: SECRETS["key"]}
    manifest[SECRETS["key"]] = 1
    manifest["oauth"]["password"] = SECRETS["short"]
    manifest["secret"] = [SECRETS["short"]]
    manifest["type"] = f"postgres://me:{link}@x"
    manifest["fields"] = {"password": SECRETS["camel"], "api_token": SECRETS["api"]}
    redirect = quote(SECRETS["redirect"])
    long = SECRETS["starts"] + "x" * 60
    files = {
        "manifest.konnector": manifest,
        "package.json": {"name": "x", "version": MANIFEST["version"]},
        "account-types-def.json": account_type(
            redirect_uri=..., redirect_url="https://x.example/", grant_mode="a"
        ),
        "good.json": account_type(_id="x"),
        "wrong.json": [
            account_type(_id="u", skip_state_on_token="true"),
            account_type(_id="s", client_secret=SECRETS["short"], secret={"k": SECRETS["short"]}),
            {**account_type(_id="k"), SECRETS["key"]: SECRETS["key"]},
            account_type(_id="g", client_secret=SECRETS["again"], grant_mode=SECRETS["again"]),
            account_type(_id="h", client_secret=long, grant_mode=long),
            account_type(_id="v", client_secret=[SECRETS["list"]], extras=SECRETS["number"]),
            account_type(
                _id="w", client_secret={"slug": SECRETS["object"]}, secret=SECRETS["text"]
            ),
        ],
        **{
            f"{mode}.json": account_type(
                _id="x",
                token_mode=mode,
                client_id=SECRETS["again"],
                client_secret=SECRETS["again"],
                redirect_uri=f"https://oauthcallback.x.example/accounts/x/redirect?k={redirect}",
            )
            for mode in ("basic", "form")
        },
        "stops.json": account_type(
            _id="x", client_secret=SECRETS["again"], grant_mode=SECRETS["again"]
        ),
        "twice.json": [account_type(), account_type()],
        "filled.json": account_type(
            _id="filled",
            client_secret="$CANARY_SECRET",
            secret="${CANARY_SECRET}",
            redirect_uri="https://oauthcallback.cozy.rocks/accounts/filled/redirect",
        ),
        "konnector-dev-config.json": {"fields": {"access_token": SECRETS["token"]}},
    }
    for name, value in files.items():
        indent = (
            2 if name.startswith("manifest") else None
        )  # one line with all secrets, to be shown
        (folder / name).write_text(json.dumps(value, indent=indent, ensure_ascii=False))
    broken = json.dumps({"client_secret": SECRETS["broken"], "a": 1})
    for name, text in {
        "single": broken.replace('"client_secret"', "'client_secret'"),
        "comma": broken[:-1] + ",}",
        "cut": broken[:-8],
        "raw": f"{broken}x",
    }.items():
        (folder / f"{name}.json").write_text(text)
    shown = json.dumps(account_type(client_secret=SECRETS["readme"]), ensure_ascii=False)
    (folder / "README.md").write_text(f"```json\n{shown}\n```\n```sh\ncurl -d '{shown}'\n```\n")
    shutil.copytree(SUNMETER, folder / "sound")
    for part in ("", "build"):
        shutil.copy(folder / "konnector-dev-config.json", folder / "sound" / part)
    sound = account_type(_id="sunmeter", redirect_uri="$URI")
    (folder / "sound" / "account-types-def.json").write_text(json.dumps(sound))
    shutil.copytree(folder / "sound", folder / "leaky")
    planted = "\n".join(forms(SECRETS["client_secret"]) + forms(SECRETS["filled"]))
    (folder / "leaky" / "build" / "lib.js").write_text(planted)
    key = quote_plus(SECRETS["url"])
    (folder / "leaky" / "manifest-lint.toml").write_text(
        f"build = {{ secret-variables = ['CANARY_SECRET'], url = 'https://x.example/?k={key}' }}\n"
    )
    (folder / "commanded").mkdir()
    user, key = quote(SECRETS["url"], safe=""), quote_plus(SECRETS["url"])
    places = ("header", "variable", "option", "piped", "user_option", "quoted", "inner", "deep")
    values = {place: quote(SECRETS[place], safe="") for place in places}
    command = (
        f'false --token "{SECRETS["command"]}" https://me:{quote(SECRETS["command"])}@x.example'
        " -H 'Authorization: Bearer {header}' || X={variable} false https://x.example/?k={option}"
        " | mysql -p{option} --user=me:{user_option}; echo {piped} | false;"
        ' sh -c "false --password {quoted}" "false --password {inner} token={header}"'
        " \"a 'b `c $(d {deep})`'\"; false me:{deep}@x.example"
    ).format(**values)
    address = f"https://me:{user}@x.example/x.tgz?key={key}&{key}&audience=me%3A{user}%40x"
    address += f"&scope={SECRETS['key']}&redirect_uri=https%3A%2F%2Fx.example%2F%3Fkey%3D{key}"
    (folder / "commanded" / "manifest-lint.toml").write_text(
        f"[build]\ncommand = {json.dumps(command)}\nurl = {json.dumps(address)}\n"
    )
    (folder / "commanded" / "package.json").write_text("{}")
    (folder / "new").mkdir()
    (folder / "new" / "manifest.konnector").write_text(json.dumps(MANIFEST))
    (folder / ".misled").mkdir()
    shutil.copy(folder / "manifest.konnector", folder / ".misled")
    (folder / ".misled" / "manifest-lint.toml").write_text(
        f'account-types = ["postgres://me:{quote(SECRETS["link"], safe="")}@h"]\n'
    )
    setting = quote(SECRETS["setting"], safe="")
    for number, line in enumerate(
        (
            f'build.url = "ftp://x.example/?k={setting}"',
            f'build.secret-variables = ["{SECRETS["setting"]}"]',
            f"build.time-limit = \"X_TOKEN='{SECRETS['setting']}' yarn\"",
            f'account-types = ["https://me:a {setting}@x"]',
            f'select = ["https://me%3A{setting}%40x"]',
            f'"https://me:{setting}@x" = 1',
            f"{SECRETS['key']} = 1",
            f'"-----BEGIN PRIVATE KEY-----{SECRETS["pem"]}" = 1',
        )
    ):
        (folder / f".refused{number}").write_text(f"{line}\n")
    reason = quote(SECRETS["reason"], safe="")
    address_of = f"https://me:{reason}@x"
    exemption = f'{{ code = "M001", path = "{address_of}", reason = "{address_of}" }}'
    (folder / "exempt.toml").write_text(
        f'baseline = "{address_of}"\nper-file-ignores = [{exemption}]\n'
    )
    slug = f"https://me:{quote(SECRETS['slug'], safe='')}@x"
    named = {"slug": slug, SECRETS["key"]: 1, "version": slug}
    facts = json.dumps({**named, **with_changes(MANIFEST, slug=..., version=...)})
    (folder / "facts.tar.gz").write_bytes(tar_gz([("manifest.konnector", facts)]))
    (folder / "leaky.tar.gz").write_bytes(tar_gz([*good(), ("lib.js", planted)]))
    known.write_known(folder)
    known.write_exempting(folder)
    _write_described(folder)
    names.write_refused(folder / ".refusing")
    names.write_changed(folder / ".changed")
    _write_excerpts(folder / ".excerpts")
    _write_hosted(folder / ".hosted")
    _write_encoded(folder / ".encoded")
    names.write_gone(folder / ".gone")
    names.write_unused(folder / ".unused")
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@x.example"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *arguments], cwd=folder, check=True)


def _write_described(folder: Path) -> None:
    """Write manifests with a secret in what reports say about them."""
    described, version = (quote(SECRETS[place], safe="") for place in ("described", "version"))
    long, host = "x7" * 128 + SECRETS["rest"], SECRETS["host"]
    changes_of: dict[str, dict[str, Any]] = {
        "scope": {"oauth": {"scope": [f"client_secret={described}"]}},
        "string": {"oauth": {"scope": f"a client_secret={described}"}},
        "fixed": {"oauth": {"scope": f"a https://me:{quote(SECRETS['fixed'], safe='')}@x"}},
        "slug": {"slug": f"token={described}", "oauth": {"client_secret": SECRETS["described"]}},
        "version": {"version": version, "oauth": {"client_secret": version}},
        "name": {"name": SECRETS["described"], "oauth": {"client_secret": SECRETS["described"]}},
        "long": {"oauth": {"scope": [long], "client_secret": long}},
        "host": {"slug": f"token={host}", "oauth": {"client_secret": host}},
        "key": {"slug": SECRETS["described"], "parameters": {"api_secret": SECRETS["described"]}},
    }
    for name, changes in changes_of.items():
        manifest = {**with_changes(MANIFEST, slug="x", oauth={"scope": ["a"]}), **changes}
        one = folder / "described" / name
        one.mkdir(parents=True)
        (one / "manifest.konnector").write_text(json.dumps(manifest))
        account_type = with_changes(ACCOUNT_TYPE, client_secret="$NAME")
        account_type["_id"] = manifest["slug"]
        (one / "account-types-def.json").write_text(json.dumps(account_type))
        archive = tar_gz([("manifest.konnector", json.dumps(manifest))])
        (one / "x.tar.gz").write_bytes(archive)


def _write_excerpts(folder: Path) -> None:
    """Write connectors with a finding in the line of a secret, each of one that no other has."""
    manifest = with_changes(MANIFEST, type="x")
    within = quote(SECRETS["within"], safe="")
    theirs = json.dumps(SECRETS["theirs_in_broken"])
    shown = json.dumps({**ACCOUNT_TYPE, "_id": "s", "client_secret": SECRETS["shown"]})
    files_of: dict[str, dict[str, object]] = {
        "theirs": {
            "manifest.konnector": {"type": "x", "slug": "x", "categories": [SECRETS["theirs"]]},
            "account-types-def.json": {
                **{**ACCOUNT_TYPE, "_id": "x", "client_secret": SECRETS["theirs"]},
                "secret": SECRETS["theirs_in_broken"],
            },
        },
        "broken": {"manifest.konnector": f'{{"slug": "x", "a": {theirs},}}'},
        "unnamed": {
            "account-types-def.json": {
                **{"_id": "x", "grant_mode": "x", "comment": SECRETS["unnamed"]},
            },
            "manifest.konnector": manifest,
        },
        "unfinished": {
            "account-types-def.json": f'{{"comment": {json.dumps(SECRETS["unfinished"])},}}',
            "manifest.konnector": manifest,
        },
        "within": {
            "account-types-def.json": {"_id": f"token={within}", "grant_mode": "x"},
            "manifest.konnector": manifest,
        },
        "trailing": {
            "manifest.konnector": json.dumps({"a": {"api_secret": [SECRETS["trailing"]]}}) + " x",
        },
        "cut": {"manifest.konnector": f'{{"a": 1, "password": "{SECRETS["short"]}" "b": 1}}'},
        "pwd": {"manifest.konnector": {"type": "x", "pwd": SECRETS["pwd"]}},
        "repeated": {
            "manifest.konnector": {
                **{"type": "x", "fields": {"password": SECRETS["repeated"]}},
                **{"vendor": SECRETS["repeated"]},
            }
        },
        "labelled": {
            "manifest.konnector": {
                **{"type": "x", "client_secret": {"label": SECRETS["labelled"]}},
            }
        },
        "word": {"manifest.konnector": {"type": "x", "password_hint": SECRETS["word"]}},
        "after": {
            "account-types-def.json": f'{{"secret": {{"a": {json.dumps(SECRETS["after"])}}},}}',
            "manifest.konnector": {"type": SECRETS["after"]},
        },
        "listed": {"manifest.konnector": f'{{"a": 1, "password": ["{SECRETS["listed"]}"],}}'},
        "elsewhere": {
            "account-types-def.json": {**ACCOUNT_TYPE, "_id": "e", "secret": SECRETS["elsewhere"]},
            "manifest.konnector": {**manifest, "slug": "e"},
        },
        "shown": {
            "README.md": f"```json\n{shown}\n```\n",
            "manifest.konnector": {**manifest, "slug": "s"},
        },
        "quoting": {
            "manifest.konnector": {
                **{"type": SECRETS["elsewhere"], "categories": [SECRETS["shown"]]},
                **{"slug": SECRETS["elsewhere"]},
            },
        },
        "comment": {
            "konnector-dev-config.json": f'{{"fields": {{}} }} // {SECRETS["comment"]}',
            "manifest.konnector": manifest,
        },
    }
    for name, files in files_of.items():
        (folder / name).mkdir(parents=True)
        for file, value in files.items():
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            (folder / name / file).write_text(text)


def _write_hosted(folder: Path) -> None:
    """Write account types with a secret in the names of hosts, and in what a login says of it."""
    folder.mkdir()
    host = SECRETS["host"]
    user, path = quote(SECRETS["user"], safe=""), quote(SECRETS["path"], safe="")
    uri = "https://oauthcallback.x.example/accounts/x/redirect"
    oauth = {"password": host, "scope": [f"scope-{host}"]}
    manifest = json.dumps(with_changes(MANIFEST, oauth=oauth), indent=2)
    (folder / "manifest.konnector").write_text(manifest)
    (folder / f"{host}.json").write_text(
        json.dumps(
            account_type(
                _id="x",
                client_id=f"me:{user}@h",
                client_secret=host,
                token_mode=host,
                extras={host: "1"},
                auth_endpoint=f"https://me:{user}@{host}.example/a",
                token_endpoint=f"https://{host}.example/t?client_id={host}",
                redirect_uri=uri.replace("x.example", f"{host}.example"),
            )
        )
    )
    (folder / "refused.json").write_text(
        json.dumps(
            account_type(_id="x", redirect_uri=uri, token_endpoint=f"https://x.example:a/;k={path}")
        )
    )


def _write_encoded(folder: Path) -> None:
    """Write connectors whose manifests have a secret of the account type, written in another way.

    A login encodes and cuts the scope; PHP and others escape in JSON what they need not.
    """
    escaped = SECRETS["escapes"].replace("/", "\\/")
    in_letters = "".join(f"\\u{ord(one):04x}" for one in SECRETS["escapes"])
    written = [
        *(escaped, in_letters, f"https:\\/\\/{SECRETS['slashes']}@h.example"),
        f"https:\\u002f\\u002f{SECRETS['solidus']}@h.example",
    ]
    uri = ACCOUNT_TYPE["redirect_uri"]
    for place, scope, redirect_uri in (
        ("spaces", ["a", SECRETS["spaces"]], uri),
        ("halves", [f"read {SECRETS['halves']}"], uri),
        ("escapes", ["a"], uri),
        ("capitals", ["a"], f"https://{SECRETS['capitals']}/accounts/x/redirect"),
    ):
        (folder / place).mkdir(parents=True)
        secret = {"_id": "x", "client_secret": SECRETS[place], "redirect_uri": redirect_uri}
        types = json.dumps({**ACCOUNT_TYPE, **secret}, ensure_ascii=False)
        (folder / place / "account-types-def.json").write_text(types)
        oauth = {"scope": scope}
        manifest = with_changes(MANIFEST, slug="x", oauth=oauth, categories=["@@"], licence="MIT")
        text = json.dumps(manifest, indent=1, ensure_ascii=False)
        values = "" if place != "escapes" else '", "'.join(written)
        (folder / place / "manifest.konnector").write_text(text.replace("@@", values))


def live(origin: str) -> None:
    """Replace the documents in the database with ones with secrets."""
    address = f"{origin}/secrets%2Fio-cozy-account_types"
    with suppress(OSError):  # the first time there are none
        asked("DELETE", address)
    asked("PUT", address)
    old = account_type(
        client_secret=SECRETS["live"], extras={"k": SECRETS["live"]}, redirect_url="a"
    )
    asked("POST", f"{address}/_bulk_docs", {"docs": [old, {**old, "_id": SECRETS["unknown"][:3]}]})
