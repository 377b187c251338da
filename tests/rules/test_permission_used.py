"""P008 and P011: what the sources use and write, and the permissions for it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from subprocess import run
from typing import Any

import pytest

from manifest_lint import Finding, check
from manifest_lint.content import sources
from manifest_lint.cozy.stack import is_doctype
from manifest_lint.cozy.vocabulary import USED_BY_EVERY_CONNECTOR, USED_THROUGH_LIBRARIES
from manifest_lint.document.document import Document
from manifest_lint.engine.fix import applied
from manifest_lint.rules import permission_used
from tests.command import PATIENCE
from tests.connectors import MANIFEST, SUNMETER, with_changes

ACCOUNTS = {"accounts": {"type": "io.cozy.accounts"}}
FILES = {"files": {"type": "io.cozy.files"}}


def tree(folder: Path, permissions: Any, sources: dict[str, bytes]) -> list[Finding]:
    """Write a source tree, and check it."""
    manifest = with_changes(MANIFEST, permissions=permissions)
    (folder / "manifest.konnector").write_text(json.dumps(manifest, indent=2))
    for name, source in sources.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(source)
    return [finding for finding in check([folder]).findings if finding.code == "P008"]


def reported(
    folder: Path, permissions: Any, source: str, name: str = "src/index.js"
) -> list[Finding]:
    return tree(folder, permissions, {name: source.encode()})


def of(*doctypes: str) -> dict[str, Any]:
    """Return a permission for each doctype, and those for the account and for files."""
    return {
        **ACCOUNTS,
        **FILES,
        **{f"p{n}": {"type": doctype} for n, doctype in enumerate(doctypes)},
    }


@pytest.mark.parametrize(
    ("source", "doctypes"),
    [
        ("addData(bills, 'io.cozy.bills')", ["io.cozy.bills"]),
        ("addData(hours, `io.cozy.timeseries.grades`)", ["io.cozy.timeseries.*"]),
        ("find('io.cozy.bank.operations')", ["io.cozy.bank.*"]),
        ("find('io.cozy.bank')", ["io.cozy.bank.*"]),
        ("find('io.cozy.accounts')", []),
        ("find('com.bitwarden.ciphers')", ["com.bitwarden.ciphers"]),
        ("// find('io.cozy.contacts')", []),
        ("log('io.cozy.contacts are read')", []),
        ("get('io.cozy.settings.instance'); g('settings')", ["io.cozy.settings"]),
        ("({ _type: 'io.cozy.accounts.contracts' })", []),
        ("reference({ _id: slug, _type: 'io.cozy.apps' })", []),
        ("find('io.cozy.Contacts'); find('io.cozy.'); find('io.cozy..x')", []),
        ("find('fr.maif.events')", []),  # may be ordinary words
        ("const x = ( ] 'io.cozy.bills' }", ["io.cozy.bills"]),
        ("log('debug', 'io.cozy.triggers')", []),
        ("this.log('debug', 'io.cozy.triggers')", []),
        ("logger.info({ doctype: 'io.cozy.triggers' })", []),
        ("console['log']('io.cozy.triggers')", []),
        ("x['includes']('io.cozy.triggers')", []),
        ("client['find']('io.cozy.contacts')", ["io.cozy.contacts"]),
        ("throw new Error('io.cozy.triggers')", []),
        ("const A = 'io.cozy.contacts'", []),
        ("const A = 'io.cozy.contacts'; log('info', A)", []),
        ("const A = 'io.cozy.contacts'; if (b.doctype === A) f()", []),
        ("const schema = { doctype: 'io.cozy.contacts' }", []),
        ("export const A = 'io.cozy.contacts'", []),
        ("module.exports = { A: 'io.cozy.contacts' }", []),
        ("if (x._type !== 'io.cozy.contacts') f()", []),
        ("switch (x) { case 'io.cozy.contacts': f() }", []),
        ("f(['io.cozy.contacts'].includes(x))", []),
        ("'io.cozy.contacts'", []),
        ("this.saveBills(x)", ["io.cozy.bills"]),
        ("libs['saveBills'](x)", ["io.cozy.bills"]),
        ('require("cozy-konnector-libs")["saveBills"](x)', ["io.cozy.bills"]),
        ("this[`saveBills`](x)", ["io.cozy.bills"]),
        ("libs?.['saveBills']?.(x)", ["io.cozy.bills"]),
        ("class A { b() { this['saveBills'].call(this, x) } }", ["io.cozy.bills"]),
        ("class A { b() { this.saveBills['call'](this, x) } }", ["io.cozy.bills"]),
        ("class A { b() { return this.c().then(this['saveBills']) } }", ["io.cozy.bills"]),
        ("class A { async saveBills() {} async b() { await this['saveBills']() } }", []),
        ("A.prototype['saveBills'] = function () {}\nnew A()['saveBills'](x)", []),
        ("log('warn', libs['saveBills'])", []),
        ("const name = libs['saveBills']", []),
        ("f(['saveBills'])", []),
        ("// this.saveBills(x)", []),
        ("log('warn', 'saveBills(x) failed')", []),
        ("function saveBills() {}\nsaveBills(x)", []),
        ("const saveBills = async x => {}\nsaveBills(x)", []),
        ("class A { async saveBills() {} async b() { await this.saveBills() } }", []),
        ("class A { saveBills = async x => {}\n b() { this.saveBills(x) } }", []),
        ("A.prototype.saveBills = function () {}\nnew A().saveBills(x)", []),
        ("const { saveBills: save } = require('cozy-konnector-libs')\nsave(x)", ["io.cozy.bills"]),
        ("import { saveBills as save } from 'cozy-konnector-libs'\nsave(x)", ["io.cozy.bills"]),
        ("import { saveBills as save } from 'cozy-konnector-libs'\nf(save)", []),
        ("import { saveBills as save } from './bills'\nsave(x)", []),
        ("class A { b() { return this.c().then(this.saveBills) } }", ["io.cozy.bills"]),
        ("class A { b() { this.saveBills.call(this, x) } }", ["io.cozy.bills"]),
        ("log('warn', saveBills)", []),
        ("expect(saveBills).toHaveBeenCalled()", []),
        ("import { saveBills } from './bills'\nsaveBills(x)", []),
        ("const { saveBills } = require('./bills')\nsaveBills(x)", []),
        ("x = this.saveIdentity", []),
        ("", ["io.cozy.bills"]),
        (" \n", ["io.cozy.bills"]),
    ],
)
def test_used_and_requested_doctypes_have_no_findings(
    tmp_path: Path, source: str, doctypes: list[str]
) -> None:
    assert reported(tmp_path, of(*doctypes), source) == []


@pytest.mark.parametrize(
    ("source", "doctype"),
    [
        ("addData(x, 'io.cozy.bills')", "io.cozy.bills"),
        ("hydrateAndFilter(x, 'io.cozy.contacts', { keys: ['a'] })", "io.cozy.contacts"),
        ("this.updateOrCreate(x, 'io.cozy.contacts', ['a'])", "io.cozy.contacts"),
        ('find("io.cozy.files.versions")', "io.cozy.files.versions"),
        ("find(`com.bitwarden.ciphers`)", "com.bitwarden.ciphers"),
        ("const x = ( ] 'io.cozy.contacts' }", "io.cozy.contacts"),
        ("client.save({ _type: 'io.cozy.todos' })", "io.cozy.todos"),
        ("f('io.cozy.accounts'); f('io.cozy.accounting')", "io.cozy.accounting"),
        ("const A = 'io.cozy.contacts'; find(A)", "io.cozy.contacts"),
        ("const A = 'io.cozy.contacts'; save({ _type: A })", "io.cozy.contacts"),
        ("const schema = { doctype: 'io.cozy.contacts' }; new C(schema)", "io.cozy.contacts"),
        ("class A { doctype = 'io.cozy.contacts' }", "io.cozy.contacts"),
        ("find(type || 'io.cozy.contacts')", "io.cozy.contacts"),
        ("f(['io.cozy.contacts'].map(g))", "io.cozy.contacts"),
    ],
)
def test_a_used_doctype_without_a_permission_is_reported(
    tmp_path: Path, source: str, doctype: str
) -> None:
    [finding] = reported(tmp_path, ACCOUNTS, f"\n{source}\n{source}")
    message = f"`src/index.js:2` uses `{doctype}` without a permission"
    assert (finding.message, finding.severity.label) == (message, "warning")
    assert (Path(finding.path).name, finding.pointer) == ("manifest.konnector", ("permissions",))


@pytest.mark.parametrize(
    ("source", "name", "doctype"),
    [
        ("this.saveBills(x)", "saveBills", "io.cozy.bills"),
        ("await this.saveIdentity(x)", "saveIdentity", "io.cozy.identities"),
        (
            "const { saveBills } = require('cozy-konnector-libs'); saveBills(x)",
            "saveBills",
            "io.cozy.bills",
        ),
        (
            "import { saveFiles } from 'cozy-konnector-libs'; saveFiles(x)",
            "saveFiles",
            "io.cozy.files",
        ),
        (
            "const libs = require('cozy-konnector-libs'); libs.saveFiles()",
            "saveFiles",
            "io.cozy.files",
        ),
        ("class A { async saveBills() { await super.saveBills() } }", "saveBills", "io.cozy.bills"),
    ],
)
def test_a_call_that_needs_a_permission_is_reported(
    tmp_path: Path, source: str, name: str, doctype: str
) -> None:
    [finding] = reported(tmp_path, {"contacts": {"type": "io.cozy.contacts"}}, f"// x\n{source}")[
        :1
    ]
    assert finding.message == f"`{name}` in `src/index.js:2` uses `{doctype}` without a permission"
    assert finding.severity.label == "warning"


@pytest.mark.parametrize(
    ("other", "is_used"),
    [
        (b"import { A } from './a'\nfind(A)", True),
        (b"const a = require('./a')\nfind(a.A)", True),
        (b"import { A } from './a'", False),
        (b"find(AB)", False),
    ],
)
def test_an_exported_constant_is_used_where_another_source_reads_it(
    tmp_path: Path, other: bytes, is_used: bool
) -> None:
    sources = {
        "src/a.js": b"export const A = 'io.cozy.contacts'",
        "src/b.js": other,
        "src/index.js": b"require('./a')",
    }
    found = [one.message for one in tree(tmp_path, ACCOUNTS, sources)]
    assert found == (["`src/a.js:1` uses `io.cozy.contacts` without a permission"] * is_used)


@pytest.mark.parametrize("ending", ["js", "jsx", "mjs", "cjs", "ts", "tsx"])
def test_these_sources_are_read(tmp_path: Path, ending: str) -> None:
    source = "interface A<T> { b?: T }\nfind<A<number>>('io.cozy.contacts')"
    [finding] = reported(tmp_path, ACCOUNTS, source, f"src/a/b/index.{ending}")
    assert finding.message.startswith(f"`src/a/b/index.{ending}:2` ")


@pytest.mark.parametrize(
    ("other", "text", "is_named"),
    [
        ("src/index.js", "require('./zombie')", True),
        ("src/index.ts", "import a from './zombie.js'", True),
        ("webpack.config.js", "entry: ['./src/zombie.js']", True),
        ("package.json", '{"main": "src/zombie.js"}', True),
        ("src/index.js", "// zombie\nf('zombies')", False),
        ("src/zombie.spec.js", "require('./zombie')", False),
    ],
)
def test_a_source_that_nothing_names_does_not_run(
    tmp_path: Path, other: str, text: str, is_named: bool
) -> None:
    sources = {"src/zombie.js": b"find('io.cozy.contacts')", other: text.encode()}
    assert len(tree(tmp_path, ACCOUNTS, sources)) == is_named


@pytest.mark.parametrize(
    "name",
    [
        "src/index.spec.js",
        "src/index.test.ts",
        "src/__mocks__/a.js",
        "src/helpers/__tests__/a.js",
        "src/test/a.js",
        "src/types.d.ts",
        "src/a.json",
        "src/a.js.snap",
        "test/a.js",
        "index.js",
    ],
)
def test_other_files_are_not_read(tmp_path: Path, name: str) -> None:
    assert reported(tmp_path, of("io.cozy.todos"), "find('io.cozy.contacts')", name) == []


@pytest.mark.parametrize(
    ("doctype", "source"),
    [
        ("io.cozy.bills", "saveBills(x)"),
        ("io.cozy.bank.operations", "linkBankOperations(x)"),
        ("io.cozy.bank.*", "const { BankAccount } = require('cozy-doctypes')"),
        ("io.cozy.identities", "await this.saveIdentity(x)"),
        ("io.cozy.certified.carbon_copy", "({ metadata: { carbonCopy: true } })"),
        ("io.cozy.triggers", "fetchJSON('POST', '/jobs/triggers')"),
        ("io.cozy.files", "f()"),
        ("io.cozy.konnectors", "f()"),
        ("io.cozy.todos", "// stores io.cozy.todos"),
        ("io.cozy.todos.item", "const name = `io.cozy.todos.${kind}`"),
        ("io.cozy.todos.item", "const name = 'io.cozy.' + kind"),
        ("fr.maif.events", "find('fr.maif.events')"),
        ("fr.maif.user.home", "find('fr.maif.user.' + kind)"),
        ("io.cozy.timeseries.*", "find('io.cozy.timeseries.grades')"),
    ],
)
def test_a_used_permission_is_accepted(tmp_path: Path, doctype: str, source: str) -> None:
    assert reported(tmp_path, of(doctype), source) == []


@pytest.mark.parametrize(
    ("doctype", "source"),
    [
        ("io.cozy.bills", "saveFiles(x)"),
        ("io.cozy.bank.*", "saveFiles(x)"),
        ("io.cozy.certified.carbon_copy", "saveFiles(x)"),
        ("fr.maif.events", "find('fr.maif.users')"),
        ("io.cozy.timeseries.*", "find('io.cozy.accounts')"),
    ],
)
def test_an_unused_permission_is_reported(tmp_path: Path, doctype: str, source: str) -> None:
    [finding] = reported(tmp_path, of(doctype), source)
    assert finding.message == f"`permissions.p0` is unused: nothing in `src/` uses `{doctype}`"
    assert (finding.pointer, finding.severity.label) == (("permissions", "p0"), "note")


def test_nothing_is_reported_if_the_sources_were_not_fully_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "_MOST_BYTES", 100)
    assert reported(tmp_path, of("io.cozy.todos"), "f();" * 26) == []
    assert len(reported(tmp_path, of("io.cozy.todos"), "f();" * 25)) == 1
    for module in (sources, permission_used):
        monkeypatch.setattr(module, "MOST_FILES", 1)
    assert reported(tmp_path, of("io.cozy.todos"), "f()", "src/b.js") == []


def test_a_source_that_may_not_be_read_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "src" / "c.js").mkdir(parents=True)
    (tmp_path / "src" / "b.js").symlink_to(tmp_path / "gone.js")
    assert len(tree(tmp_path, of("io.cozy.todos"), {"src/a.js": b"f()"})) == 1


@pytest.mark.parametrize("permissions", [None, [], "x", 1])
def test_without_permissions_nothing_is_reported(tmp_path: Path, permissions: Any) -> None:
    assert reported(tmp_path, permissions, "find('io.cozy.contacts')") == []


@pytest.mark.parametrize("source", ["saveFiles(x)", "find('io.cozy.bills')"])
def test_a_permission_that_the_stack_refuses_must_be_fixed_first(
    tmp_path: Path, source: str
) -> None:
    permissions = {**of("io.cozy.todos"), "bills": {"type": "io.cozy.bills", "verbs": "GET"}}
    assert reported(tmp_path, permissions, source) == []


def test_bytes_of_any_kind_are_read(tmp_path: Path) -> None:
    source = b"\xff\xfe\x00 f('io.cozy.todos') \xc3"
    assert len(tree(tmp_path, ACCOUNTS, {"src/index.js": source})) == 1


def test_a_built_folder_is_skipped() -> None:
    assert not [f for f in check([SUNMETER / "build"]).findings if f.code == "P008"]


def test_sources_that_use_all_requested_doctypes_are_not_parsed(tmp_path: Path) -> None:
    assert reported(tmp_path, ACCOUNTS, "find('io.cozy.accounts')") == []
    code = (
        f"import sys; from manifest_lint import check; check([{str(tmp_path)!r}]);"
        "sys.exit('tree_sitter_javascript' in sys.modules)"
    )
    assert run([sys.executable, "-c", code], timeout=PATIENCE).returncode == 0


@pytest.mark.parametrize(
    ("doctype", "source"),
    [
        ("io.cozy.apps", "Application.isInstalled()"),
        ("io.cozy.apps", "client.fetchJSON('GET', '/apps/')"),
        ("io.cozy.bank.accounts", "BankAccount.reconciliate(a, b)"),
        ("io.cozy.bank.accounts", "new BankingReconciliator({})"),
        ("io.cozy.bank.accounts.stats", "BankAccountStats.fetchAll()"),
        ("io.cozy.bank.balancehistories", "BalanceHistory.getByYearAndAccount(2020, a, b)"),
        ("io.cozy.bank.operations", "findDuplicates(x)"),
        ("io.cozy.bank.operations", "linkBankOperations(x)"),
        ("io.cozy.bank.operations", "categorize(x)"),
        ("io.cozy.bank.operations", "new Categorizer().categorise(x)"),
        ("io.cozy.bank.operations", "new BankingReconciliator({})"),
        ("io.cozy.bank.operations", "BankTransaction.reconciliate(a, b)"),
        ("io.cozy.bills", "linkBankOperations(x)"),
        ("io.cozy.bills", "findDuplicates(x)"),
        ("io.cozy.certified.carbon_copy", "f({ carbonCopy: true })"),
        ("io.cozy.certified.electronic_safe", "f({ electronicSafe: true })"),
        ("io.cozy.contacts", "Contact.createOrUpdate(x)"),
        ("io.cozy.contacts", "client.fetchJSON('GET', '/contacts/myself')"),
        ("io.cozy.contacts.groups", "Group.create(x)"),
        ("io.cozy.identities", "this.saveIdentity(x)"),
        ("io.cozy.identities", "Identity.createOrUpdate(x)"),
        ("io.cozy.jobs", "client.jobs.create('service')"),
        ("io.cozy.jobs", "createTrigger(x)"),
        ("io.cozy.notifications", "client.fetchJSON('POST', '/notifications')"),
        ("io.cozy.oauth.clients", "client.fetchJSON('GET', '/settings/clients')"),
        ("io.cozy.permissions", "client.fetchJSON('GET', '/permissions/self')"),
        ("io.cozy.procedures.administratives", "AdministrativeProcedure.create(x)"),
        ("io.cozy.remote.requests", "client.fetchJSON('GET', '/remote/x')"),
        ("io.cozy.settings", "client.fetchJSON('GET', '/settings/instance')"),
        ("io.cozy.sharings", "client.fetchJSON('POST', '/sharings/')"),
        ("io.cozy.settings", "client.settings.get()"),
        ("io.cozy.triggers", "Trigger.create(x)"),
        ("io.cozy.triggers", "client.triggers.launch(x)"),
    ],
)
def test_a_doctype_that_a_library_uses_is_not_unused(
    tmp_path: Path, doctype: str, source: str
) -> None:
    assert reported(tmp_path, of(doctype), f"addData(x, 'io.cozy.accounts'); {source}") == []
    [finding] = reported(tmp_path, of(doctype), "addData(x, 'io.cozy.accounts')")
    assert doctype in finding.message


def test_the_doctypes_of_the_libraries_are_valid() -> None:
    for doctype in (*USED_BY_EVERY_CONNECTOR, *USED_THROUGH_LIBRARIES):
        assert is_doctype(doctype)


def of_the_account(folder: Path, verbs: str, source: str) -> list[Finding]:
    """Check a source tree whose permission for the account has these verbs, as JSON."""
    text = (
        f'{{"slug": "x", "permissions": {{"a": {{"type": "io.cozy.accounts", "verbs": {verbs}}}}}}}'
    )
    (folder / "src").mkdir()
    (folder / "src" / "index.js").write_text(source)
    (folder / "manifest.konnector").write_text(text)
    return [finding for finding in check([folder]).findings if finding.code == "P011"]


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("this.saveAccountData(x)", "saveAccountData"),
        ("await this.notifySuccessfulLogin()", "notifySuccessfulLogin"),
        ("const code = await this.waitForTwoFaCode()", "waitForTwoFaCode"),
        ("class A extends CookieKonnector {}", "CookieKonnector"),
        ("this.updateAccountAttributes({ state: 1 })", "updateAccountAttributes"),
        ("cozyClient.data.updateAttributes('io.cozy.accounts', id, x)", "updateAttributes"),
        ("cozyClient.data.update('io.cozy.accounts', old, x)", "update"),
        ("const A = 'io.cozy.accounts'; updateOrCreate(x, A, ['y'])", "updateOrCreate"),
        ("client.save({ _type: 'io.cozy.accounts' })", "save"),
    ],
)
def test_an_account_that_is_written_needs_put(tmp_path: Path, source: str, what: str) -> None:
    [finding] = of_the_account(tmp_path, '["GET"]', source)
    message = f"`{what}` in `src/index.js:1` writes the account, but `permissions.a` has no `PUT`"
    assert (finding.message, finding.severity.label) == (message, "warning")
    assert finding.fix
    assert (finding.fix.safe, finding.fix.edits[0].text) == (False, ', "PUT"')


@pytest.mark.parametrize(
    ("verbs", "source"),
    [
        ('["GET"]', "this.saveBills(x)"),
        ('["GET"]', "// this.saveAccountData(x)"),
        ('["GET"]', "find('io.cozy.accounts')"),
        ('["GET"]', "function saveAccountData() {}; saveAccountData()"),
        ('["GET", "PUT"]', "this.saveAccountData(x)"),
        ('["ALL"]', "this.saveAccountData(x)"),
    ],
)
def test_without_a_sign_of_writing_nothing_is_said(tmp_path: Path, verbs: str, source: str) -> None:
    assert of_the_account(tmp_path, verbs, source) == []


def test_without_sources_nothing_is_said(tmp_path: Path) -> None:
    assert of_the_account(tmp_path, '["GET"]', "") == []


@pytest.mark.parametrize(
    ("verbs", "text"),
    [
        ('[\n    "GET"\n  ]', ',\n    "PUT"'),
        ('[\n    "GET",\n    "POST"\n  ]', ',\n    "PUT"'),
        ('["GET" , "POST"]', ' , "PUT"'),
        ('[ "GET" ]', ', "PUT"'),
    ],
)
def test_a_verb_is_added_in_the_layout_of_the_list(tmp_path: Path, verbs: str, text: str) -> None:
    [finding] = of_the_account(tmp_path, verbs, "this.saveAccountData(x)")
    assert finding.fix
    assert [edit.text for edit in finding.fix.edits] == [text]
    document = Document("m", (tmp_path / "manifest.konnector").read_bytes())
    fixed = json.loads(applied(document, [finding])[0])
    assert fixed["permissions"]["a"]["verbs"] == [*json.loads(verbs), "PUT"]
