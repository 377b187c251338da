"""Account types in a README are checked in place, and only as examples."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint import Finding, check
from manifest_lint.content.readme import LIMIT, examples
from manifest_lint.document.document import Document
from tests.command import run
from tests.connectors import ACCOUNT_TYPE, MANIFEST, codes, only, with_changes
from tests.growth import grows_with_its_input

CURL = """# Sunmeter

To set the service up on an instance of your own, put its account type into CouchDB. Don't forget
the quotes:

```sh
# the database's name holds a slash
curl -X PUT localhost:5984/secrets%2Fio-cozy-account_types/sunmeter -d '{ \
"grant_mode": "authorization_code", "client_id": "...", "client_secret": "...", \
"auth_endpoint": "https://login.sunmeter.example/authorize", \
"token_endpoint": "https://login.sunmeter.example/token", \
"redirect_url": "https://oauthcallback.cozy.tools:8080/accounts/sunmeter/redirect" }'
```
"""
"""The example of the platform's tutorial, with its mistake, for another service."""

BLOCK = """The account type is:

```json
{
  "_id": "sunmeter",
  "grant_mode": "authorization_code",
  "client_id": "...",
  "client_secret": "...",
  "auth_endpoint": "https://login.sunmeter.example/authorize",
  "token_endpoint": "https://login.sunmeter.example/token",
  "redirect_uri": "https://oauthcallback.cozy.tools:8080/accounts/sunmeter/redirect"
}
```
"""


def of_readme(folder: Path, text: str) -> tuple[Finding, ...]:
    """Check the good connector in a source tree with this README."""
    (folder / "src").mkdir(exist_ok=True)
    (folder / "manifest.konnector").write_text(json.dumps(MANIFEST))
    (folder / "README.md").write_bytes(text.encode())
    found = check([folder]).findings
    return tuple(finding for finding in found if finding.path.endswith("README.md"))


def shown(text: str) -> Any:
    """Return the account types that a README shows."""
    found = examples(text.encode())
    return found and Document("README.md", found.data, "readme").value


def test_redirect_url_in_a_curl_command_is_reported_at_its_place(tmp_path: Path) -> None:
    [finding] = of_readme(tmp_path, CURL)
    assert (finding.code, finding.severity.label, finding.refused_by) == ("A001", "note", ())
    place = finding.place
    assert CURL[place.start : place.end] == '"redirect_url"'
    assert CURL.split("\n")[place.line - 1][place.column - 1 :].startswith('"redirect_url"')


def test_a_good_example_has_no_findings(tmp_path: Path) -> None:
    assert of_readme(tmp_path, BLOCK) == ()
    assert of_readme(tmp_path, CURL.replace("redirect_url", "redirect_uri")) == ()


def test_a_trailing_comma_is_a_note(tmp_path: Path) -> None:
    text = BLOCK.replace('/redirect"\n}', '/redirect",\n}')
    [finding] = of_readme(tmp_path, text)
    assert (finding.code, finding.severity.label, finding.refused_by) == ("J001", "note", ())
    assert text[finding.place.start : finding.place.end] == ","
    assert finding.place.line == 11


def test_real_secrets_are_reported_and_placeholders_are_not(tmp_path: Path) -> None:
    subprocess.run(["git", "init"], cwd=tmp_path, check=True, capture_output=True)
    (tmp_path / "README.md").touch()
    subprocess.run(["git", "add", "README.md"], cwd=tmp_path, check=True)
    assert of_readme(tmp_path, BLOCK) == ()
    secret = "9f8e7d6c5b4a3210"
    findings = of_readme(tmp_path, BLOCK.replace('secret": "..."', f'secret": "{secret}"'))
    assert [(f.code, f.severity.label) for f in findings] == [("K003", "warning")]
    assert secret not in repr(findings)


SECRET = "9f8e7d6c5b4a3210"
BASIC = base64.b64encode(f"id:{SECRET}".encode()).decode()


@pytest.mark.parametrize(
    "code",
    [
        f"clientSecret: '{SECRET}',",
        f'const client_secret = "{SECRET}"',
        f"config.apiKey={SECRET};",
        f"client_secret='config.{SECRET}'",
        f"client_secret=a.{SECRET}",
        f"CLIENT_SECRET={SECRET} yarn start",
        f"X_CLIENT_SECRET='{SECRET}'",
        f"export SUNMETER_TOKEN={SECRET}",
        f"process.env['CLIENT_SECRET'] = '{SECRET}'",
        f"client_secret: {SECRET}  # yaml",
        f"curl -d client_secret={SECRET}&a=b https://a.example",
        f"curl https://a.example/?access_token={SECRET}",
        f"curl -u id:{SECRET} https://a.example",
        f"curl --user=id:{SECRET} https://a.example",
        f"curl --proxy-user id:{SECRET} https://a.example",
        f"http -a id:{SECRET} a.example",
        f"http -aid:{SECRET} a.example",
        f"https --follow --auth=id:{SECRET} a.example",
        f"xh -v --auth 'id:{SECRET}' a.example",
        f"http -A bearer -a {SECRET} a.example",
        f"http POST a.example password:='{SECRET}'",
        f"http POST a.example client_secret:='\"{SECRET}\"'",
        f'http POST a.example client_secret:=\\"{SECRET}\\"',
        f"http a.example access_token=={SECRET}",
        f"curl -H 'Authorization: Bearer {SECRET}'",
        f"curl -H 'Authorization: Basic {BASIC}'",
        f"run --client-secret {SECRET}",
        f'{{"client_secret": "{SECRET}"}}',
        f'{{"a": {{"client_secret" : "{SECRET}",}}',
    ],
)
@pytest.mark.parametrize("block", ["```sh\n{}\n```\n", "> ```\r\n> {}\r\n> ```\r\n", "a `{}` b"])
def test_a_secret_in_code_is_found_at_its_place(block: str, code: str) -> None:
    text = f"# A\n\n{block.replace('{}', code)}"
    shown = examples(text.encode())
    assert shown is not None
    [(start, end, name)] = shown.secrets
    assert text[start:end].endswith((SECRET, BASIC))
    assert name
    assert Document("README.md", shown.data, "readme").value == []


def test_a_secret_in_the_second_line_of_a_command_is_found() -> None:
    shown = examples(f"```sh\nhttp -v \\\n  -a id:{SECRET} a.example\n```\n".encode())
    assert shown is not None
    assert [name for *_, name in shown.secrets] == ["user"]
    assert examples(f"```sh\nhttp a.example\ndocker run -a id:{SECRET}\n```\n".encode()) is None


@pytest.mark.parametrize(
    "code",
    [
        *("TOKEN=your-token", "CLIENT_SECRET=", "CLIENT_SECRET=$CLIENT_SECRET_2", "TOKEN=<TOKEN>"),
        *("export TOKEN=${SUNMETER_TOKEN_V2}", "client_secret: process.env.CLIENT_SECRET_2"),
        *("const token = await getToken2WithLogin()", "access_token: fields.access_token_v2.value"),
        *("token = accessTokenFromV2", "password: config.passwords.sunmeter2"),
        *("client_secret=config.clientSecret2Value", "token=fields.oauth.access_token2"),
        *("?token=config.accessToken2&x", "client_secret = config.clientSecret2Value;"),
        *("password: 'password'", "secret=YOUR_CLIENT_SECRET", "token: xxxxxxxxxxxxxxxx"),
        *("token: EXAMPLE1234567890abcd", "curl -u id:secret https://a.example", "nextToken=$A"),
        *(f"nextToken: {SECRET}", f"public_key: {SECRET}", f"commit = {SECRET}", f"/{SECRET}/"),
        *(f"token_url=https://a.example/{SECRET}", "Authorization: Basic dXNlcjpwYXNzd29yZA=="),
        *("token == accessTokenFromV2", "token := getToken2WithLogin()", "token := fields.token2"),
        *(f"docker run -a id:{SECRET}", f"docker build --auth id:{SECRET}", "http -a id:$TOKEN_2"),
        *("http -a id:password a.example", "http -A bearer -a $SUNMETER_TOKEN_V2 a.example"),
        *("yarn add cozy-konnector-libs@5.0.0-token.1", "access_token = pk" + f".{SECRET}"),
    ],
)
def test_placeholders_in_code_are_no_secrets(code: str) -> None:
    assert examples(f"```sh\n{code}\n```\n".encode()) is None


def test_what_is_not_code_has_no_secret() -> None:
    badge = f"[![Coverage](https://a.example/a.svg?token={SECRET})](https://a.example)\n"
    assert examples(badge.encode()) is None


def test_secrets_in_code_are_reported_once_next_to_account_types(tmp_path: Path) -> None:
    subprocess.run(["git", "init"], cwd=tmp_path, check=True, capture_output=True)
    (tmp_path / "README.md").touch()
    subprocess.run(["git", "add", "README.md"], cwd=tmp_path, check=True)
    text = BLOCK.replace('secret": "..."', f'secret": "{SECRET}"')
    findings = of_readme(tmp_path, f"{text}\n```sh\nA=`b`\nTOKEN={SECRET}\n```\n")
    assert [(f.code, f.place.line) for f in findings] == [("K003", 8), ("K003", 17)]
    assert SECRET not in repr(findings)
    done = run("check", tmp_path)
    assert done.stdout.count("K003") == 2
    assert SECRET not in done.stdout


@pytest.mark.parametrize(
    "part",
    [
        "a://b:c1",
        'curl -d "{\\\\"',
        "account_types/",
        "token=1a ",
        "`token:1",
        "--token 1",
        "a=b ",
        "```\n",
        "cat <<EOF\n{\n",
        "http PUT a <<<",
        "echo -n -n ",
        "http -a b:c1d2e3f4 ",
        "http \\\n",
        "bearer -a ",
        "token:='\"",
    ],
)
def test_code_without_end_is_read_in_time(part: str) -> None:
    def read(text: str) -> None:
        examples(text.encode())

    assert grows_with_its_input(lambda size: part * size, read, 4_000)


@pytest.mark.parametrize(
    ("before", "parts"),
    [
        ("", ["<<a "]),
        ("<<", ["a"]),
        ("", ["<<a ", "\n"]),
        ("", ["curl -d '{}' account_types\n", f"token={SECRET}\n"]),
    ],
    ids=["words", "long", "blank", "bodies and secrets"],
)
def test_one_code_block_is_read_in_time(before: str, parts: list[str]) -> None:
    def make(size: int) -> bytes:
        code = "".join(part * size for part in parts)
        return f"account_types\n\n```\n{before}{code}\n```\n".encode()

    assert grows_with_its_input(make, examples, 8_000)


def test_a_line_may_have_several_words_before_a_here_document() -> None:
    start = "cat <<a <<curl\ncurl -d @- a/account_types/b <<A <<B"
    assert shown(f"```sh\n{start}\n{{}}\nA\n```\n") == [{}]


def test_every_example_of_a_readme_is_checked(tmp_path: Path) -> None:
    text = BLOCK.replace("authorization_code", "refresh_token") + CURL + CURL
    assert codes(of_readme(tmp_path, text)) == ["A001", "A001", "A002"]


def test_the_address_of_a_curl_command_gives_the_id(tmp_path: Path) -> None:
    text = CURL.replace("redirect_url", "redirect_uri").replace(
        "types/sunmeter", "types/ctx%2Fmoon"
    )
    assert codes(of_readme(tmp_path, text)) == ["R001"]
    body = json.dumps({**ACCOUNT_TYPE, "_id": "", "client_secret": "..."})
    text = f"```\ncurl -d '{body}' -X PUT \"$COUCH/secrets%2Fio-cozy-account_types/y\"\n```\n"
    assert codes(of_readme(tmp_path, text)) == ["A009", "R001"]  # CouchDB refuses the empty one


def test_examples_are_not_used_for_any_connector(tmp_path: Path) -> None:
    mode = 'secret", "secret": "...'
    text = BLOCK.replace("sunmeter", "moon").replace("authorization_code", mode)
    assert of_readme(tmp_path, text) == ()
    report = check([tmp_path], select=["X"])
    assert (codes(report.findings), report.account_types) == (["X007"], 0)


def test_a_readme_is_never_rewritten(tmp_path: Path) -> None:
    fix = only(of_readme(tmp_path, CURL), "A001").fix
    assert fix is not None
    assert fix.title == "rename to `redirect_uri`"
    assert fix.edits == ()


OBJECT = '{"grant_mode": "token"}'


@pytest.mark.parametrize(
    "text",
    [
        f"```json\n{OBJECT}\n```\n",
        f"```json\r\n{OBJECT}\r\n```\r\n",
        f"```json\r{OBJECT}\r```\r",
        f"```\n{OBJECT}",
        f"~~~~js\n\n  {OBJECT}  \n~~~~\n",
        f"- one\n\n  ```json\n  {OBJECT}\n  ```\n",
        f"> ```json\n> {OBJECT}\n> ```\n",
        f"\t{OBJECT}\n",
        f"1. one\n\n\t```\n\t{OBJECT}\n\t```\n",
        f"\u00e9\U0001f600\n```\n{OBJECT}\n```\n",
        f"\ufeff```\n{OBJECT}\n```\n",
        f"```sh\ncurl -d '{OBJECT}' http://h\n```\n",
        f"    curl --data-raw='{OBJECT}'\n",
        f"```\n$ curl http://h \\\n    --data \\\n    '{OBJECT}'\n```\n",
        f"```\n# don't\ncurl -d'{OBJECT}';echo\n```\n",
        f"```\ncurl -X PUT ^\r\n -d '{OBJECT}'\r\n```\r\n",
    ],
)
def test_account_types_are_found_in_these_places(text: str) -> None:
    assert shown(text) == [json.loads(OBJECT)]


def test_an_object_over_several_lines_of_a_quotation_is_found() -> None:
    lines = ["{", '  "grant_mode":', "", '  "token"', "}"]
    text = "".join(f"> {line}\n" for line in ["```json", *lines, "```"])
    assert shown(text) == [json.loads(OBJECT)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The stack reads `grant_mode` and `auth_endpoint`.\n",
        '```json\n{"fields": {"access_token": "<ACCESS_TOKEN>",}}\n```\ngrant_mode\n',
        f"<!--\n```\n{OBJECT}\n```\n-->\n",
        f"{OBJECT}\n",
        f"```\nwget --post-data '{OBJECT}'\n```\n",
        f"```\necho -d '{OBJECT}'\n```\n",
        '```\ncurl -d \'{"grant_mode": "\'"$MODE"\'"}\'\n```\n',
        '```json\n{\n  "grant_mode": "token",\n  ...\n}\n```\n',
        '```json\n{"grant_mode": "token", \u2026}\n```\n',
        f"```\n{OBJECT}\n```\n" + " " * LIMIT,
    ],
)
def test_other_code_is_not_an_example(text: str) -> None:
    assert shown(text) is None


COUCH = "http://localhost:5984/secrets%2Fio-cozy-account_types"
ID = ACCOUNT_TYPE["_id"]


def curl(body: object, to: str = f"{COUCH}/{ID}") -> str:
    return f"```sh\ncurl -X PUT {to} \\\n  -d '{json.dumps(body, indent=2)}'\n```\n\n"


def example(**changes: Any) -> dict[str, Any]:
    return with_changes(ACCOUNT_TYPE, **{"_id": ..., "client_secret": "...", **changes})


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (curl(example()), []),
        (curl(example(grant_mode="x")), ["A002"]),
        (
            curl(example()) + curl(example(grant_mode="x")) + curl(example(token_mode="x")),
            ["A002", "A005"],
        ),
        (
            curl({"docs": [ACCOUNT_TYPE, example(_id="s", grant_mode="x")]}, f"{COUCH}/_bulk_docs"),
            ["A002", "R001"],
        ),
        (
            curl({"grant_type": "x", "authorization_endpoint": "https://a.example/"}),
            ["A001", "A001"],
        ),
        (curl({"selector": {"slug": "x"}}, f"{COUCH}/_find"), []),
        (curl({"slug": "x"}, "http://localhost:8080/apps"), []),
        (f"```json\n{json.dumps([example(_id=ID, grant_mode='x')])}\n```\n", ["A002"]),
    ],
)
def test_every_document_that_is_sent_is_checked(
    tmp_path: Path, text: str, expected: list[str], ends: str
) -> None:
    found = of_readme(tmp_path, text.replace("\n", ends))
    assert codes(found) == expected


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "command",
    [
        "curl -X PUT TO -d @- <<EOF\nBODY\nEOF",
        "curl -X PUT TO \\\n  --data-binary @- << 'END_OF_IT'\nBODY\nEND_OF_IT",
        'cat <<-"EOF" | curl -X PUT TO -d @-\n\tBODY\n\tEOF',
        "curl -X PUT TO -d @- <<< 'BODY'",
        "echo 'BODY' | curl -X PUT -d @- TO",
        "http PUT TO --raw 'BODY'",
        "http PUT TO --raw='BODY'",
        "https --auth a PUT TO <<<'BODY'",
        "xh PUT TO <<EOF\nBODY\nEOF",
        "echo 'BODY' | http PUT TO",
        "echo -n 'BODY' | xh put TO",
    ],
)
def test_each_way_to_send_a_document_is_known(tmp_path: Path, command: str, ends: str) -> None:
    body = json.dumps(example(auth_endpoint="https://provider.example/authorize#a"), indent=2)
    text = f"```sh\n{command.replace('BODY', body).replace('TO', f'{COUCH}/moon')}\n```\n"
    found = of_readme(tmp_path, text.replace("\n", ends))
    assert codes(found) == ["A004", "R001"]
    place = only(found, "A004").place
    assert (place.line, place.column) == (
        text[: text.index("provider.example/auth")].count("\n") + 1,
        20,
    )


def test_a_document_that_is_written_to_a_file_is_an_example(tmp_path: Path) -> None:
    body = json.dumps(example(_id=ID, grant_mode="x"), indent=2)
    text = f"```sh\ncat > x.json <<EOF\n{body}\nEOF\ncurl -X PUT {COUCH}/x -d @x.json\n```\n"
    assert codes(of_readme(tmp_path, text)) == ["A002"]


@pytest.mark.parametrize(
    ("host", "codes_found"),
    [
        ("http://localhost:5984", []),
        ("http://admin:pass@127.0.0.1:5984", []),
        ("http://[::1]:5984", []),
        ("https://couch.example", ["R006"]),
        ("$COUCH", ["R006"]),
    ],
)
def test_no_redirect_uri_is_needed_on_the_readers_own_machine(
    tmp_path: Path, host: str, codes_found: list[str]
) -> None:
    to = f"{host}/secrets%2Fio-cozy-account_types/{ID}"
    assert codes(of_readme(tmp_path, curl(example(redirect_uri=...), to))) == codes_found


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_body_in_double_quotes_is_read_in_place(tmp_path: Path, ends: str) -> None:
    """As the command prompt of Windows needs it."""
    body = json.dumps(example(grant_mode="nope", redirect_url="x")).replace('"', '\\"')
    text = f'# A\n\n```bat\ncurl -X PUT {COUCH}/{ID} ^\n  -d "{body}"\n```\n'
    text = text.replace("\n", ends)
    found = of_readme(tmp_path, text)
    assert codes(found) == ["A001", "A002"]
    place = only(found, "A001").place
    assert "redirect_url" in text[place.start : place.end]


def test_a_real_secret_of_a_curl_command_is_reported_once(tmp_path: Path) -> None:
    subprocess.run(["git", "init"], cwd=tmp_path, check=True, capture_output=True)
    (tmp_path / "README.md").touch()
    subprocess.run(["git", "add", "README.md"], cwd=tmp_path, check=True)
    to = f"http://admin:{SECRET}@couch.example/secrets%2Fio-cozy-account_types/{ID}"
    text = curl(example(), to) + curl(example(client_secret=SECRET))
    findings = of_readme(tmp_path, text.replace("\n", "\r\n"))
    assert [(one.code, one.place.line) for one in findings] == [("K003", 2), ("K003", 18)]
    assert SECRET not in repr(findings)
    assert SECRET not in run("check", tmp_path).stdout


def test_an_object_without_the_keys_of_an_account_type_is_not_checked(tmp_path: Path) -> None:
    text = '```\n{"about": [{"grant_mode": "token"}]}\n```\n' + BLOCK
    assert of_readme(tmp_path, text) == ()


def test_a_readme_in_a_built_folder_is_a_copy_of_another(tmp_path: Path) -> None:
    (tmp_path / "manifest.konnector").write_text(json.dumps(MANIFEST))
    (tmp_path / "index.js").touch()
    (tmp_path / "README.md").write_text(CURL)
    assert codes(check([tmp_path], select=["A"]).findings) == []


def test_a_folder_named_readme_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "README.md").mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "manifest.konnector").write_text(json.dumps(MANIFEST))
    assert check([tmp_path], select=["A"]).findings == ()


def test_markdown_is_parsed_only_for_a_readme_that_mentions_account_types(tmp_path: Path) -> None:
    script = (
        "import sys; from manifest_lint import check; check([sys.argv[1]]);"
        " sys.exit('markdown_it' in sys.modules)"
    )
    for text, loads in (("# Sunmeter\n\n```json\n{}\n```\n", 0), (BLOCK, 1)):
        of_readme(tmp_path, text)
        assert subprocess.run([sys.executable, "-c", script, tmp_path]).returncode == loads


parts = st.sampled_from(
    [
        *("```json\n", "```\n", "    ", "> ", "- ", "\n", "\r\n", "\t", "\u00e9", "\x00", "\ufeff"),
        *("curl ", "-d '", "'", f"{OBJECT}\n", OBJECT, '{"grant_mode": [', "text ", "\\\n"),
    ]
)


@given(st.lists(parts, max_size=30).map("".join))
def test_examples_keep_their_places_and_the_rest_is_blanked(text: str) -> None:
    found = examples(text.encode())
    if found is None:
        return
    document = Document("README.md", found.data, "readme")
    assert len(document.text) in (len(text), len(text) + 1)
    marks = [
        m for m, c in zip(document.text, text.ljust(len(document.text)), strict=True) if m != c
    ]
    kept = "".join(marks).replace(" ", "")
    assert kept == "[" + "," * (len(found.found) - 1) + "]"
    assert [c for c in document.text if c in "\r\n"] == [c for c in text if c in "\r\n"]
    if document.error is None:
        assert len(document.value) == len(found.found)


@given(st.binary(max_size=200))
def test_any_readme_can_be_read(data: bytes) -> None:
    examples(b"```\n" + data + b'\n```\n```\n{"grant_mode":\n' + data)
    examples(b"grant_mode" + data)


def test_showing_the_platforms_account_type_does_not_change_it() -> None:
    changed = with_changes(ACCOUNT_TYPE, extras={"prompt": "consent"}, skip_state_on_token=True)
    assert shown(f"```json\n{json.dumps(changed, indent=2)}\n```\n") == [changed]
