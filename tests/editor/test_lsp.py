"""The language server, by a real client over its standard input and output."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, LanguageClient

from manifest_lint.editor.positions import Lines
from tests.command import ROOT, run
from tests.connectors import ACCOUNT_TYPE, MANIFEST, SUNMETER, with_changes

SERVER = ClientServerConfig(server_command=[sys.executable, "-m", "manifest_lint", "lsp"])
GOOD = json.dumps(with_changes(MANIFEST, oauth=...), indent=2, ensure_ascii=False)
"""Without `oauth`, as there is no account type next to it."""
GOOD_TYPE = json.dumps(
    with_changes(
        ACCOUNT_TYPE,
        _id="sunmeter",
        redirect_uri="https://oauthcallback.cozy.rocks/accounts/sunmeter/redirect",
    ),
    indent=2,
)

pytestmark = pytest.mark.asyncio


@pytest_lsp.fixture(config=SERVER)  # type: ignore[untyped-decorator]  # it has no types
async def client(lsp_client: LanguageClient) -> AsyncIterator[None]:
    capabilities = lsp.ClientCapabilities()
    await lsp_client.initialize_session(lsp.InitializeParams(capabilities=capabilities))
    yield
    await lsp_client.shutdown_session()


class Editor:
    """An editor with a connector open: it types, and waits for diagnostics."""

    def __init__(self, client: LanguageClient, folder: Path):
        self.client = client
        self.folder = folder
        self.versions: dict[str, int] = {}

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    async def open(self, name: str, text: str, *, on_disk: bool = True) -> None:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if on_disk:
            file.write_text(text, "utf-8")
        self.versions[name] = 1
        item = lsp.TextDocumentItem(self.uri(name), "json", 1, text)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        await self.settled()

    async def type(self, name: str, text: str) -> None:
        self.versions[name] += 1
        identifier = lsp.VersionedTextDocumentIdentifier(self.versions[name], self.uri(name))
        change = lsp.TextDocumentContentChangeWholeDocument(text)
        params = lsp.DidChangeTextDocumentParams(identifier, [change])
        self.client.text_document_did_change(params)
        await self.settled()

    async def settled(self) -> None:
        """Wait until the server has handled every message: it answers in order."""
        await self.client.text_document_hover_async(
            lsp.HoverParams(lsp.TextDocumentIdentifier("file:///nothing"), lsp.Position(0, 0))
        )

    def codes(self, name: str) -> list[Any]:
        return [one.code for one in self.client.diagnostics.get(self.uri(name), ())]

    def diagnostic(self, name: str, code: str) -> lsp.Diagnostic:
        [found] = [one for one in self.client.diagnostics[self.uri(name)] if one.code == code]
        return found

    async def hover(self, name: str, position: lsp.Position) -> str:
        params = lsp.HoverParams(lsp.TextDocumentIdentifier(self.uri(name)), position)
        found = await self.client.text_document_hover_async(params)
        if found is None:
            return ""
        assert isinstance(found.contents, lsp.MarkupContent)
        return found.contents.value

    async def complete(self, name: str, text: str) -> dict[str, str]:
        """Type text with a bar as the cursor; return each completion and its result."""
        offset = text.index("|")
        text = text.replace("|", "")
        await self.type(name, text)
        params = lsp.CompletionParams(
            lsp.TextDocumentIdentifier(self.uri(name)), Lines(text, "utf-16").position(offset)
        )
        found = await self.client.text_document_completion_async(params)
        assert isinstance(found, list)
        edits = {one.label: one.text_edit for one in found}
        return {
            label: edited(text, [edit])
            for label, edit in edits.items()
            if isinstance(edit, lsp.TextEdit)
        }

    async def actions(self, name: str, where: lsp.Range) -> list[lsp.CodeAction]:
        identifier = lsp.TextDocumentIdentifier(self.uri(name))
        params = lsp.CodeActionParams(identifier, where, lsp.CodeActionContext([]))
        found = await self.client.text_document_code_action_async(params)
        return [one for one in found or () if isinstance(one, lsp.CodeAction)]

    def made(self, action: lsp.CodeAction, name: str, text: str) -> str:
        assert action.edit
        assert action.edit.changes
        return edited(text, list(action.edit.changes[self.uri(name)]))


def edited(text: str, edits: list[lsp.TextEdit]) -> str:
    """Apply edits as an editor does: all refer to the original."""
    lines = Lines(text, "utf-16")
    spans = [(lines.offset(e.range.start), lines.offset(e.range.end), e.new_text) for e in edits]
    for start, end, new in sorted(spans, reverse=True):
        text = text[:start] + new + text[end:]
    return text


@pytest.fixture
def editor(client: LanguageClient, tmp_path: Path) -> Editor:
    shutil.copy2(SUNMETER / "build" / MANIFEST["icon"], tmp_path)
    return Editor(client, tmp_path)


async def test_typed_mistakes_are_reported_until_they_are_fixed(editor: Editor) -> None:
    await editor.open("manifest.konnector", GOOD)
    assert editor.codes("manifest.konnector") == []
    await editor.type("manifest.konnector", GOOD.replace('"konnector"', '"node"'))
    found = editor.diagnostic("manifest.konnector", "M006")
    assert found.severity == lsp.DiagnosticSeverity.Warning
    assert found.source == "manifest-lint"
    assert "apps recognise connectors" in found.message
    await editor.type("manifest.konnector", GOOD)
    assert editor.codes("manifest.konnector") == []


async def test_the_server_reports_the_same_findings_as_check(editor: Editor) -> None:
    text = json.dumps(with_changes(MANIFEST, categories=["x"], vendorLink="y", version="1"))
    await editor.open("manifest.konnector", text)
    report = json.loads(run("check", editor.folder, "--format", "json").stdout)
    assert editor.codes("manifest.konnector") == [one["code"] for one in report["findings"]]


async def test_two_unsaved_files_are_checked_together(editor: Editor) -> None:
    manifest = json.dumps(with_changes(MANIFEST, oauth={"scope": "read"}), indent=2)
    await editor.open("manifest.konnector", manifest)
    await editor.open("account-types-def.json", GOOD_TYPE)
    assert editor.codes("manifest.konnector") == editor.codes("account-types-def.json") == []
    await editor.type("account-types-def.json", GOOD_TYPE.replace('"sunmeter"', '"moon"'))
    assert "X001" in editor.codes("manifest.konnector")
    assert (editor.folder / "account-types-def.json").read_text() == GOOD_TYPE
    renamed = manifest.replace('"slug": "sunmeter"', '"slug": "moon"').replace("Sunmeter", "Moon")
    await editor.type("manifest.konnector", renamed)
    assert editor.codes("manifest.konnector") == []
    assert editor.codes("account-types-def.json") == ["R001"]
    identifier = lsp.TextDocumentIdentifier(editor.uri("account-types-def.json"))
    editor.client.text_document_did_close(lsp.DidCloseTextDocumentParams(identifier))
    await editor.settled()
    assert "X001" in editor.codes("manifest.konnector")


async def test_account_types_are_known_by_their_content_as_on_the_command_line(
    editor: Editor,
) -> None:
    text = GOOD_TYPE.replace('"redirect_uri"', '"redirect_url"')
    await editor.open("facebook.json", text)
    report = json.loads(run("check", editor.folder / "facebook.json", "--format", "json").stdout)
    assert editor.codes("facebook.json") == [one["code"] for one in report["findings"]] == ["A001"]
    assert "token_mode" in await editor.complete("facebook.json", text.replace("{", "{|", 1))
    await editor.type("facebook.json", "{}")
    assert editor.codes("facebook.json") == []
    await editor.type("facebook.json", text)
    assert editor.codes("facebook.json") == ["A001"]


async def test_a_file_that_no_manifest_uses_is_checked_by_itself(editor: Editor) -> None:
    await editor.open("manifest.konnector", GOOD)
    await editor.open(
        "account-types-prod.json", GOOD_TYPE.replace('"redirect_uri"', '"redirect_url"')
    )
    assert editor.codes("account-types-prod.json") == ["A001"]


async def test_a_change_on_disk_is_checked(editor: Editor) -> None:
    await editor.open("manifest.konnector", GOOD)
    file = editor.folder / "account-types-def.json"
    file.write_text(GOOD_TYPE.replace('"redirect_uri"', '"redirect_url"'))
    change = lsp.FileEvent(file.as_uri(), lsp.FileChangeType.Created)
    editor.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([change]))
    await editor.settled()
    assert editor.codes("account-types-def.json") == ["A001"]
    file.unlink()
    editor.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([change]))
    await editor.settled()
    assert editor.codes("account-types-def.json") == []


async def test_columns_count_utf16_units(editor: Editor) -> None:
    await editor.open("manifest.konnector", '{"\U0001f600": 1, "type": "node"}')
    found = editor.diagnostic("manifest.konnector", "M006").range
    assert (found.start, found.end) == (lsp.Position(0, 18), lsp.Position(0, 24))


async def test_broken_json_is_reported_and_does_not_stop_the_server(editor: Editor) -> None:
    await editor.open("manifest.konnector", GOOD)
    for text in ("", "{", '{"a"', '{"a": "', "\x00", "[" * 5000, '{"a": 1,}', "[]", "1", "null"):
        await editor.type("manifest.konnector", text)
        assert editor.codes("manifest.konnector") or text in ("[]", "1", "null"), text
    await editor.type("manifest.konnector", GOOD)
    assert editor.codes("manifest.konnector") == []


async def test_account_types_are_checked_while_the_manifest_is_broken(editor: Editor) -> None:
    wrong = GOOD_TYPE.replace('"redirect_uri"', '"redirect_url"')
    await editor.open("manifest.konnector", GOOD)
    await editor.open("account-types-def.json", wrong)
    for text in (GOOD[:-3], "", "[]", GOOD):
        await editor.type("manifest.konnector", text)
        assert editor.codes("account-types-def.json") == ["A001"]


async def test_a_huge_file_is_reported_and_not_checked(editor: Editor) -> None:
    await editor.open("manifest.konnector", GOOD)
    await editor.type("manifest.konnector", '{"slug": "' + "x" * 3_000_000)
    [diagnostic] = editor.client.diagnostics[editor.uri("manifest.konnector")]
    assert "larger than 2 MiB" in diagnostic.message
    await editor.type("manifest.konnector", GOOD)
    assert editor.codes("manifest.konnector") == []


async def test_the_configuration_is_used_and_a_wrong_one_is_reported(editor: Editor) -> None:
    config = editor.folder / "manifest-lint.toml"
    config.write_text('ignore = ["M006"]\n')
    faulty = GOOD.replace('"konnector"', '"node"')
    await editor.open("manifest.konnector", faulty)
    assert editor.codes("manifest.konnector") == []
    config.write_text('ignroe = ["M006"]\n')
    await editor.type("manifest.konnector", faulty)
    [diagnostic] = editor.client.diagnostics[editor.uri("manifest.konnector")]
    assert "manifest-lint.toml:1:1" in diagnostic.message
    config.write_text("")
    await editor.type("manifest.konnector", faulty)
    assert editor.codes("manifest.konnector") == ["M006"]


async def test_an_unsaved_file_is_checked_by_itself(editor: Editor) -> None:
    await editor.open("new/manifest.konnector", GOOD.replace("1.2.0", "1"), on_disk=False)
    assert editor.codes("new/manifest.konnector") == ["M005"]


async def test_other_files_are_skipped(editor: Editor) -> None:
    await editor.open("package.json", '{"name": 1,}')
    assert editor.uri("package.json") not in editor.client.diagnostics


def place_of(text: str, part: str) -> lsp.Position:
    return Lines(text, "utf-16").position(text.index(part) + 1)


async def test_a_hover_explains_a_finding_a_key_and_the_scope(editor: Editor) -> None:
    text = json.dumps(with_changes(MANIFEST, oauth={"scope": ["a", "b"]}, type="node"), indent=2)
    await editor.open("manifest.konnector", text)
    shown = await editor.hover("manifest.konnector", place_of(text, '"node"'))
    assert "**M006**" in shown
    assert "**Type**" in shown
    shown = await editor.hover("manifest.konnector", place_of(text, '"scope"'))
    assert "The provider receives 1 scope:\n- a+b" in shown
    assert "but the stack reads" in shown
    shown = await editor.hover("manifest.konnector", place_of(text, '"editor"'))
    assert shown.startswith("**Editor**")
    assert await editor.hover("manifest.konnector", lsp.Position(0, 0)) == ""


async def test_a_hover_shows_no_secret_and_escapes_markup_of_a_manifest(editor: Editor) -> None:
    secret = "S3CRETS3CRET"
    hostile = "![x](http://e.example/x.png) <img>"
    text = json.dumps({**MANIFEST, "type": hostile, "client_secret": secret}, indent=2)
    await editor.open("manifest.konnector", text)
    account_type = GOOD_TYPE.replace('"S3CRET"', f'"{secret}"')
    await editor.open("account-types-def.json", account_type)
    shown = await editor.hover("manifest.konnector", place_of(text, '"!['))
    assert "!\\[x](http:&#8288;//e.example" in shown
    for name, whole in (("manifest.konnector", text), ("account-types-def.json", account_type)):
        shown = await editor.hover(name, place_of(whole, f'"{secret}"'))
        shown += str(editor.client.diagnostics[editor.uri(name)])
        assert secret not in shown


async def test_a_hover_shows_no_part_of_a_password_in_the_scope(editor: Editor) -> None:
    scope = ["a", "https://me:S3C&RETS3@p.example/"]
    text = json.dumps({**MANIFEST, "oauth": {"scope": scope}}, indent=2)
    await editor.open("manifest.konnector", text)
    shown = await editor.hover("manifest.konnector", place_of(text, '"https://me'))
    assert "- a+https" in shown
    assert "S3C" not in shown


async def test_completion_offers_values_in_unfinished_json(editor: Editor) -> None:
    await editor.open("manifest.konnector", GOOD)
    name = "manifest.konnector"
    offered = await editor.complete(name, '{"slug": "x", "cat|')
    assert "slug" not in offered
    assert offered["categories"] == '{"slug": "x", "categories": '
    offered = await editor.complete(name, '{"categories": ["energy", "|"]}')
    assert "energy" not in offered
    assert offered["telecom"] == '{"categories": ["energy", "telecom"]}'
    offered = await editor.complete(name, '{"data_types": [|]}')
    assert offered["bill"] == '{"data_types": ["bill"]}'
    offered = await editor.complete(name, '{"permissions": {"bills": {"type": "|')
    assert offered["io.cozy.bills"].endswith('"type": "io.cozy.bills"')
    assert "io.cozy.sessions" not in offered  # no permission opens it
    offered = await editor.complete(name, '{"permissions": {"x": {"verbs": ["GET", |')
    assert "GET" not in offered
    assert "POST" in offered
    offered = await editor.complete(name, '{"clientSide": |\n}')
    assert offered["true"] == '{"clientSide": true\n}'
    assert next(iter(await editor.complete(name, '{"oauth": {|}}'))) == "scope"
    assert await editor.complete(name, "|") == {}


async def test_completion_offers_the_account_types_of_the_connector(editor: Editor) -> None:
    await editor.open("account-types-def.json", GOOD_TYPE)
    await editor.open("manifest.konnector", GOOD)
    text = GOOD.rstrip("}").rstrip() + ', "oauth": {"account_type": "|"}}'
    assert next(iter(await editor.complete("manifest.konnector", text))) == "sunmeter"
    broken = text.removesuffix('"}}')  # the last valid JSON is used
    assert next(iter(await editor.complete("manifest.konnector", broken))) == "sunmeter"
    offered = await editor.complete("account-types-def.json", '{"_id": "x", "grant_mode": "|"}')
    assert "authorization_code" in offered
    offered = await editor.complete("account-types-def.json", '[{"token_|"')
    assert set(offered) >= {"token_endpoint", "token_mode"}


async def test_quick_fixes_fix_the_finding_they_name(editor: Editor) -> None:
    text = GOOD_TYPE.replace('"redirect_uri"', '"redirect_url"')
    await editor.open("account-types-def.json", text)
    found = editor.diagnostic("account-types-def.json", "A001")
    [fix, all_safe] = await editor.actions("account-types-def.json", found.range)
    assert fix.title == "A001: rename to `redirect_uri`"
    assert fix.is_preferred
    assert all_safe.kind == "source.fixAll.manifestLint"
    for action in (fix, all_safe):
        fixed = editor.made(action, "account-types-def.json", text)
        assert fixed == GOOD_TYPE
        await editor.type("account-types-def.json", fixed)
        assert "A001" not in editor.codes("account-types-def.json")
        await editor.type("account-types-def.json", text)
    top = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
    [only] = await editor.actions("account-types-def.json", top)
    assert only.kind == "source.fixAll.manifestLint"


async def test_half_an_emoji_moves_no_edit(editor: Editor) -> None:
    """An editor's text may have half a surrogate pair; to UTF-16 it is one unit."""
    text = '{"_id": "\ud83d\ud83d\U0001f600", "redirect_url": "\udc00", "grant_mode": "secret"}'
    await editor.open("account-types-def.json", text, on_disk=False)
    found = editor.diagnostic("account-types-def.json", "A001")
    actions = await editor.actions("account-types-def.json", found.range)
    assert len(actions) > 1
    for action in actions:
        fixed = editor.made(action, "account-types-def.json", text)
        assert fixed == text.replace("redirect_url", "redirect_uri")


async def test_an_unsafe_fix_is_not_preferred(editor: Editor) -> None:
    text = json.dumps(with_changes(MANIFEST, oauth={"scope": ["\U0001f600", "b"]}))
    await editor.open("manifest.konnector", text)
    found = editor.diagnostic("manifest.konnector", "S002")
    fix = (await editor.actions("manifest.konnector", found.range))[0]
    assert not fix.is_preferred
    fixed = editor.made(fix, "manifest.konnector", text)
    assert json.loads(fixed)["oauth"]["scope"] == ["\U0001f600 b"]


async def test_an_action_exempts_a_finding_in_the_configuration_as_it_is_open(
    editor: Editor,
) -> None:
    text = json.dumps({**json.loads(GOOD), "zzz": 1, "yyy": 2})
    await editor.open("manifest.konnector", text)
    at = lsp.Position(0, text.index("zzz"))
    where = lsp.Range(at, at)
    titles = [one.title for one in await editor.actions("manifest.konnector", where)]
    assert not any("exempt" in title for title in titles)  # this editor creates no files
    config = editor.folder / "manifest-lint.toml"
    config.write_text("# on disk\n")
    await editor.open("manifest-lint.toml", "# é\nignore = []\n", on_disk=False)
    found = await editor.actions("manifest.konnector", where)
    [action] = [one for one in found if "exempt" in one.title]
    assert action.title == "M003: exempt this finding at /zzz"
    after = editor.made(action, "manifest-lint.toml", "# é\nignore = []\n")
    assert after == (
        '# é\nignore = []\n\n[[per-file-ignores]]\ncode = "M003"\npath = "/manifest.konnector"\n'
        'pointer = "/zzz"\nreason = "TODO: say why"\n'
    )
    config.write_text(after)
    await editor.type("manifest.konnector", text)
    assert editor.codes("manifest.konnector").count("M003") == 1


async def test_an_action_edits_the_configuration_where_it_is_open(
    client: LanguageClient, tmp_path: Path
) -> None:
    """The folder is opened through a link: the same file has two names."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    editor = Editor(client, tmp_path / "link")
    text = json.dumps({**json.loads(GOOD), "zzz": 1})
    await editor.open("manifest.konnector", text)
    (editor.folder / "manifest-lint.toml").write_text("")
    at = lsp.Position(0, text.index("zzz"))

    async def made(open_text: str) -> str:
        found = await editor.actions("manifest.konnector", lsp.Range(at, at))
        [action] = [one for one in found if "exempt" in one.title]
        return editor.made(action, "manifest-lint.toml", open_text)

    entry = await made("")
    assert entry.startswith("[[per-file-ignores]]")
    unsaved = "# not saved\nignore = []\n"
    await editor.open("manifest-lint.toml", unsaved, on_disk=False)
    assert await made(unsaved) == f"{unsaved}\n{entry}"
    client.text_document_did_close(
        lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(editor.uri("manifest-lint.toml")))
    )
    editor.folder = tmp_path / "real"
    await editor.open("manifest-lint.toml", unsaved, on_disk=False)
    by_other_name = Editor(client, tmp_path / "link")
    found = await by_other_name.actions("manifest.konnector", lsp.Range(at, at))
    [action] = [one for one in found if "exempt" in one.title]
    assert editor.made(action, "manifest-lint.toml", unsaved) == f"{unsaved}\n{entry}"


async def test_without_the_extra_the_error_says_what_to_install() -> None:
    script = (
        "import sys; sys.modules['pygls.lsp.server'] = None\n"
        "from manifest_lint.cli import main as cli; cli.main(['lsp'])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "pip install pygls" in done.stderr
