"""M015, M016 and M024: addresses that lead nowhere or to another site."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint import Finding, check
from manifest_lint.content.addresses import lost_host, repository
from manifest_lint.document.document import Document
from manifest_lint.engine.fix import applied
from tests.connectors import MANIFEST, codes, of_manifest, only, with_changes

SAME = [
    "git@github.com:konnectors/edf.git",
    "git://github.com/konnectors/edf.git",
    "git+https://github.com/konnectors/edf.git",
    "git+ssh://git@github.com:22/konnectors/edf",
    "https://www.github.com/konnectors/edf/",
    "https://github.com/Konnectors/EDF#build",
    "https://github.com/konnectors/edf/tree/master",
    "github:konnectors/edf",
    "konnectors/edf",
]


def fixed(text: str, finding: Finding) -> str:
    """Apply the fix of one finding."""
    return applied(Document("m", text.encode()), [finding])[0].decode()


def of_texts(english: str) -> tuple[Finding, ...]:
    """Check the good manifest with another English description."""
    return of_manifest(locales=locales(english))


def locales(english: str) -> dict[str, Any]:
    written: dict[str, Any] = MANIFEST["locales"]
    return {**written, "en": {**written["en"], "long_description": english}}


@pytest.mark.parametrize("address", SAME)
def test_the_address_of_a_repository_may_have_many_forms(address: str) -> None:
    assert repository(address) == "github.com/konnectors/edf"


@pytest.mark.parametrize("address", ["", "x", "a/b/c", "git://x", "git://github.com:a/b.git"])
def test_a_value_that_is_not_a_repository_is_not_compared(address: str) -> None:
    assert repository(address) is None


@given(st.text())
def test_any_string_can_be_parsed_as_an_address(text: str) -> None:
    for address in (text, f"https://{text}", f"git@{text}:{text}"):
        repository(address)
        lost_host(address)


@pytest.mark.parametrize(
    ("source", "reported"),
    [
        ("git://git.example.org/a.git", False),
        ("https://git.example.org/a#build", False),
        ("git@git.example.org:a/b.git", False),
        ("ssh://git@git.example.org/a", False),
        ("registry://a/stable", False),
        ("git.example.org/a/b", True),
        ("ask the author", True),
        ("file:///home/me/a", True),
        ("https://", True),
        ("", True),
    ],
)
def test_a_source_must_be_the_address_of_a_git_repository(source: str, reported: bool) -> None:
    assert ("M015" in codes(of_manifest(source=source))) == reported


@pytest.mark.parametrize(
    ("repository", "reported"),
    [
        *((same, False) for same in SAME),
        ({"type": "git", "url": SAME[0]}, False),
        ({"type": "git"}, False),
        (None, False),
        (1, False),
        ("konnectors/edg", True),
        ("gitlab:konnectors/edf", True),
        ({"url": "git@github.com:konnectors/edg.git"}, True),
    ],
)
def test_source_and_package_json_must_name_the_same_repository(
    tmp_path: Path, repository: Any, reported: bool
) -> None:
    manifest = with_changes(MANIFEST, source=SAME[1])
    (tmp_path / "manifest.konnector").write_text(json.dumps(manifest))
    (tmp_path / "package.json").write_text(json.dumps({"repository": repository}))
    assert ("M015" in codes(check(tmp_path).findings)) == reported


@pytest.mark.parametrize(
    ("link", "severity", "wanted"),
    [
        ("https://www.x.example", None, None),
        ("HTTPS://www.x.example", None, None),
        ("http://www.x.example/a", "note", "https://www.x.example/a"),
        ("maif.fr", "warning", "https://maif.fr"),
        ("www.x.example:80/a?b", "warning", "https://www.x.example:80/a?b"),
        ("our website", "warning", None),
        ("https//x.example", "warning", None),
        ("", "warning", None),
    ],
)
@pytest.mark.parametrize("key", ["vendor_link", "vendorLink"])
def test_a_vendor_link_must_be_the_address_of_a_website(
    key: str, link: str, severity: str | None, wanted: str | None
) -> None:
    text = json.dumps(with_changes(MANIFEST, **{"vendor_link": ..., key: link}))
    found = [f for f in of_manifest(text) if f.code == "M016"]
    assert [f.severity.label for f in found] == ([severity] if severity else [])
    for finding in found:
        assert (finding.fix is not None) == (wanted is not None)
        if finding.fix:
            assert not finding.fix.safe
            assert json.loads(fixed(text, finding))[key] == wanted


def test_the_fix_of_an_address_keeps_its_letters() -> None:
    text = json.dumps(with_changes(MANIFEST, vendor_link="x.example/é"), ensure_ascii=False)
    [finding] = [f for f in of_manifest(text) if f.code == "M016"]
    assert '"https://x.example/é"' in fixed(text, finding)


@pytest.mark.parametrize("value", [1, None, [], {}])
@pytest.mark.parametrize("key", ["source", "vendor_link", "developer", "terms", "locales"])
def test_another_rule_reports_a_wrong_type(key: str, value: Any) -> None:
    assert not {"M015", "M016", "M024"} & set(codes(of_manifest(**{key: value})))


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.x.fr/a", None),
        ("https://x.co.uk", None),
        ("https://www.oui.sncf", None),
        ("https://x.museum.", None),
        ("https://www.é.fr", None),
        ("https://me@x.example:8080?a", None),
        ("http://localhost:3000", None),
        ("http://127.0.0.1/", None),
        ("http://[::1]/", None),
        ("mailto:a@b", None),
        ("https://www.name/com/", "www.name"),
        ("https://www.orange/com/", "www.orange"),
        ("https://www.example-service/com/", "www.example-service"),
        ("https://example-service/", "example-service"),
        ("https://a.example-service", "a.example-service"),
        ("https://www..fr", "www..fr"),
        ("https://-x.fr", "-x.fr"),
        ("https://x y.fr", "x y.fr"),
        ("https://127.0.0.256/", "127.0.0.256"),
        ("https://x.fr:port/", "x.fr:port"),
        ("https://https://x.fr", "https"),
        ("https://", ""),
        ("https:///x", ""),
        ("git://x.fr", None),
        ("git://x/y", "x"),
    ],
)
def test_invalid_hosts_are_reported(url: str, host: str | None) -> None:
    assert lost_host(url) == (host if host != "https" else "https:")


@pytest.mark.parametrize(
    "changes",
    [
        {"vendor_link": "https://www.name/com/"},
        {"source": "https://www.name/com/a.git"},
        {"developer": {"name": "x", "url": "https://www.name/com/"}},
        {"terms": {"url": "https://www.name/com/", "id": "x", "version": "1"}},
        {"cookie_domains": ["https://www.x.fr", "https://www.name/com/"]},
        {"locales": locales("See [us](https://www.name/com/).")},
    ],
)
def test_an_address_without_a_host_is_reported(changes: dict[str, Any]) -> None:
    finding = only(of_manifest(**changes), "M024")
    assert finding.message.endswith('leads nowhere: "www.name" is not a valid host')
    assert finding.severity.label == "warning"


def test_the_address_of_the_template_is_one_finding() -> None:
    found = of_manifest(developer={"name": "Ada", "url": "cozy.io"})
    assert [one.code for one in found if one.pointer == ("developer", "url")] == ["M011"]


@pytest.mark.parametrize("key", ["developer", "terms"])
@pytest.mark.parametrize(
    ("url", "reported", "wanted"),
    [
        ("x.io", True, "https://x.io"),
        ("our site", True, None),
        ("mailto:a@b.example", False, None),
        ("", False, None),
    ],
)
def test_an_address_without_a_scheme_is_reported(
    key: str, url: str, reported: bool, wanted: str | None
) -> None:
    text = json.dumps(with_changes(MANIFEST, **{key: {"name": "x", "url": url}}))
    found = [f for f in of_manifest(text) if f.code == "M024"]
    assert bool(found) == reported
    for finding in found:
        assert (finding.fix is not None) == (wanted is not None)
        if wanted:
            assert json.loads(fixed(text, finding))[key]["url"] == wanted


@pytest.mark.parametrize("domain", ["app", "cloud", "com", "eu", "fr", "info", "io", "net", "org"])
def test_a_link_without_https_is_known_by_its_domain(domain: str) -> None:
    found = [f for f in of_manifest(locales=locales(f"[a](x.{domain}/b)")) if f.code == "M024"]
    assert [f'the link to "x.{domain}/b"' in one.message for one in found] == [True]
    assert "M024" not in codes(of_manifest(locales=locales("[a](x.html/b) [a](x.md)")))


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("See [us](www.x.fr)", "See [us](https://www.x.fr)"),
        ("[a](<x.com/b>) [a](x.com/b)", "[a](<x.com/b>) [a](https://x.com/b)"),
        ("one&nbsptwo", "one&nbsp;two"),
        ("one&nbsp two&nbsp;three &nbsp", "one&nbsp; two&nbsp;three &nbsp;"),
        ("caf&eacute (&not, &notin;)", "caf&eacute; (&not, &notin;)"),
        ("&#160 &#xA0;", "&#160; &#xA0;"),
        ("l&rsquo eau", "l&rsquo; eau"),
        ("&thinsp &euro;", "&thinsp; &euro;"),
    ],
)
def test_a_fix_keeps_the_escapes_of_a_text(written: str, wanted: str) -> None:
    text = json.dumps(with_changes(MANIFEST, locales=locales(f"\u00e9 {written}")))
    finding = next(f for f in of_manifest(text) if f.code == "M024")
    assert finding.fix is not None
    assert not finding.fix.safe
    assert fixed(text, finding) == text.replace(written, wanted)


@pytest.mark.parametrize(
    "text",
    [
        "[us](https://www.x.fr/a?b=c&hl=fr&copy=1) or https://x.fr/?a&lt",
        "[us](mailto:a@b.fr) [us](#here) [us](licence.txt) [us] (x.com) [x](/y)",
        "Marks&Spencer, R&D, H&M, a & b, AT&T, &nbsp;, &eacute;, Q&A, &, &1, am&pm, in&out",
        "https://www.name/com/ in a sentence",
    ],
)
def test_text_without_links_or_entities_is_accepted(text: str) -> None:
    assert codes(of_texts(text)) == []


def test_texts_next_to_the_locales_are_read_too() -> None:
    entry = {"type": "io.cozy.files", "description": "[x](www.x.fr)"}
    findings = of_manifest(
        description="&nbsp",
        permissions={**MANIFEST["permissions"], "files": entry},
        partnership={"description": "[x](www.x.fr)"},
    )
    found = sorted(f.pointer for f in findings if f.code == "M024")
    assert found == [
        ("description",),
        ("partnership", "description"),
        ("permissions", "files", "description"),
    ]


def test_at_most_a_hundred_links_of_a_text_are_reported() -> None:
    findings = of_texts(" ".join(f"[x](www.x{number}.fr)" for number in range(20_000)))
    assert codes(findings).count("M024") == 100


def test_a_fix_does_not_repeat_the_text_around_it() -> None:
    links = " ".join(f"[x](www.x{number}.fr)" for number in range(100))
    for finding in of_texts(f"{links} &eacute &egrave{' x' * 1000}"):
        assert finding.fix
        assert sum(len(edit.text) for edit in finding.fix.edits) < 50


def test_a_fix_changes_a_bounded_number_of_places() -> None:
    finding = only(of_texts("&eacute " * 101), "M024")
    assert finding.fix
    assert len(finding.fix.edits) == 100
