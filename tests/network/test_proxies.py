"""A request uses the same proxy as curl, which is run on each case."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest

from manifest_lint.errors import UserError
from manifest_lint.network.proxies import is_direct, proxy_for

CANARY = "c4n4ry-S3CRET"
HTTP, HTTPS = "http://couch.example:5984/x", "https://provider.example/x"

PROXIES = [
    (HTTP, {}, None),
    (HTTP, {"http_proxy": "http://a:1"}, "a:1"),
    (HTTP, {"HTTP_PROXY": "http://a:1"}, None),
    (HTTP, {"HTTPS_PROXY": "http://a:1"}, None),
    (HTTP, {"all_proxy": "http://a:1", "ALL_PROXY": "http://b:1"}, "a:1"),
    (HTTP, {"http_proxy": "", "ALL_PROXY": "http://b:1"}, "b:1"),
    (HTTPS, {"http_proxy": "http://a:1"}, None),
    (HTTPS, {"https_proxy": "http://a:1", "HTTPS_PROXY": "http://b:1"}, "a:1"),
    (HTTPS, {"https_proxy": "", "HTTPS_PROXY": "http://b:1"}, "b:1"),
    (HTTPS, {"HTTPS_PROXY": "http://b:1", "all_proxy": "http://a:1"}, "b:1"),
    (HTTPS, {"https_proxy": "a:1"}, "a:1"),
    (HTTPS, {"https_proxy": "a"}, "a:1080"),
    (HTTPS, {"https_proxy": "http://a"}, "a:1080"),
    (HTTPS, {"https_proxy": "https://a"}, "a:443"),
    (HTTPS, {"https_proxy": "HTTP://a:1/path"}, "a:1"),
    (HTTPS, {"https_proxy": f"u:{CANARY}@a:1"}, "a:1"),
    (HTTPS, {"https_proxy": "http://[::1]:1"}, "[::1]:1"),
    (HTTPS, {"https_proxy": "http://a:1", "no_proxy": "provider.example"}, None),
    (HTTPS, {"https_proxy": "http://a:1", "NO_PROXY": "provider.example"}, None),
    (HTTPS, {"https_proxy": "http://a:1", "no_proxy": "x", "NO_PROXY": "*"}, "a:1"),
    ("http://localhost:5984/x", {"http_proxy": "http://a:1"}, "a:1"),
    ("http://127.0.0.1:5984/x", {"http_proxy": "http://a:1"}, "a:1"),
]


@pytest.mark.parametrize(("url", "environment", "expected"), PROXIES)
def test_the_proxy_of_a_url(url: str, environment: dict[str, str], expected: str | None) -> None:
    found = proxy_for(url, environment)
    assert (found.name if found else None) == expected
    assert CANARY not in repr(found)


NO_PROXY = [
    ("a.example", "*", True),
    ("a.example", "*,b.example", False),
    ("a.example", "", False),
    ("a.example", "a.example", True),
    ("a.example", "A.Example.", True),
    ("a.example.", "a.example", True),
    ("a.example", "b.example,a.example", True),
    ("a.example", "b.example, a.example", True),
    ("a.example", ".example", True),
    ("a.example", "example", True),
    ("a.example", ".a.example", True),
    ("nota.example", "a.example", False),
    ("x.a.example", ".a.example", True),
    ("x.a.example", "a.example", True),
    ("a.example", "x.a.example", False),
    ("a.example", "*.example", False),
    ("localhost", "localhost", True),
    ("localhost", "127.0.0.1", False),
    ("127.0.0.1", "localhost", False),
    ("127.0.0.1", "127.0.0.1", True),
    ("127.0.0.1", ".0.0.1", False),
    ("127.0.0.1", "0.0.1", False),
    ("10.1.2.3", "10.0.0.0/8", True),
    ("10.1.2.3", "10.1.2.0/24,x", True),
    ("11.1.2.3", "10.0.0.0/8", False),
    ("10.1.2.3", "10.1.2.3/32", True),
    ("10.1.2.3", "10.1.2.4/99", False),
    ("10.1.2.3", "::/8", False),
    ("10.1.2.3", "0.0.0.0/0", False),
    ("10.1.2.3", "10.1.2.3/0", True),
    ("10.1.2.3", "10.1.2.3/", True),
    ("10.1.2.3", "10.1.2.4/", False),
    ("10.1.2.3", "10.1.2.3/x", True),
    ("10.1.2.3", "10.0.0.0/8x", True),
    ("10.1.2.3", "10.0.0.0/08", True),
    ("10.1.2.3", "10.0.0.0/+8", True),
    ("10.1.2.3", "10.0.0.0/-1", False),
    ("10.1.2.3", "10.0.0.0/33", False),
    ("10.1.2.3", "10.0.0.0/255.0.0.0", False),
    ("10.1.2.3", "10.1.2.3.", False),
    ("10.1.2.3", "10.001.002.003", False),
    ("10.1.2.3", "::ffff:10.1.2.3", False),
    ("127.1", "127.0.0.1", True),
    ("127.1", "127.1", False),
    ("127.1", "127.0.0.0/8", True),
    ("2130706433", "127.0.0.1", True),
    ("0x7f.0.0.9", "127.0.0.9", True),
    ("0177.0.0.1", "127.0.0.1", True),
    ("127.0.0.1.", "127.0.0.1", True),
    ("127.0.0.1.", "127.0.0.0/8", False),
    ("1.example", "1", False),
    ("a.example", "a.example\n", False),
    ("a.example", "b.example\na.example", False),
    ("a.example", "b.example\ta.example", True),
    ("a.example", "b.example;a.example", False),
    ("a.example", " , ,a.example", True),
    ("a.example", "http://a.example", False),
    ("a.example", "a.example/", False),
    ("a.example", "..a.example", False),
    ("a.example", ".", False),
    ("\xe9.example", "xn--9ca.example", True),
    ("\xe9.example", "\xe9.example", False),
    ("xn--9ca.example", "\xe9.example", False),
    ("::1", "::1", True),
    ("::1", "::2", False),
    ("::1", "::/0", False),
    ("::1", "[::1]", False),
    ("::1", "1", False),
    ("::1", "::1/129", False),
    ("2001:db9::1", "2001:db8::/32", False),
]

# curl 7.88 of Debian 12 compares them as text; its manual page has blocks of them.
AS_IPV6_ADDRESSES = [
    ("::1", "::1/128", True),
    ("::1", "::1/0", True),
    ("::1", "0:0:0:0:0:0:0:1", True),
    ("2001:db8::1", "2001:DB8::/32", True),
    ("2001:db8::1", "2001:db8:8000::/33", False),
]

OF_A_PORT = [
    ("a.example", "a.example:5984", True),
    ("a.example", "a.example:5985", False),
    ("x.a.example", ".a.example:5984", True),
    ("10.1.2.3", "10.1.2.3:5984", True),
    ("10.1.2.3", "10.1.2.3:80", False),
    ("2001:db8::1", "[2001:db8::1]:5984", True),
    ("2001:db8::1", "2001:db8::1:5984", False),
]


@pytest.mark.parametrize(("host", "no_proxy", "expected"), NO_PROXY + OF_A_PORT + AS_IPV6_ADDRESSES)
def test_hosts_in_no_proxy_are_connected_to_directly(
    host: str, no_proxy: str, expected: bool
) -> None:
    assert is_direct(host, 5984, no_proxy) == expected


OF_NEWER_CURL = {
    *(("10.1.2.3", of) for of in ("10.1.2.3/", "10.1.2.3/x", "10.0.0.0/8x", "10.0.0.0/+8")),
    ("127.0.0.1.", "127.0.0.0/8"),
    ("a.example", "b.example\ta.example"),
}
"""What curl 8.23 reads in another way than curl 7.88 of Debian 12."""


def curl_proxy(url: str, environment: dict[str, str]) -> str | None:
    """Return the host and the port that curl would connect to in place of the URL's."""
    if not shutil.which("curl"):
        pytest.skip("needs curl, which is not installed")
    done = subprocess.run(
        # It looks nothing up, and connects to a closed port.
        ["curl", "-qsv", "-m", "5", "--connect-to", "::127.0.0.1:1", url],
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **environment},  # for names
        capture_output=True,
        text=True,
    )
    used = re.search(r"Uses proxy env variable (?!no_proxy|NO_PROXY)\S+ == '(.*)'", done.stderr)
    return used[1] if used else None


def is_old_curl() -> bool:
    if not shutil.which("curl"):
        return True  # curl_proxy skips
    done = subprocess.run(["curl", "--version"], capture_output=True, text=True, check=True)
    return done.stdout.startswith("curl 7.")


@pytest.mark.parametrize(("host", "no_proxy", "expected"), NO_PROXY)
def test_curl_connects_to_it_directly_too(host: str, no_proxy: str, expected: bool) -> None:
    if (host, no_proxy) in OF_NEWER_CURL and not is_old_curl():
        pytest.skip("this curl is newer than Debian 12's, which we follow")
    host = f"[{host}]" if ":" in host else host
    environment = {"http_proxy": "http://127.0.0.1:1", "no_proxy": no_proxy}
    assert (curl_proxy(f"http://{host}:5984/", environment) is None) == expected


@pytest.mark.parametrize(("url", "environment", "expected"), PROXIES)
def test_curl_has_the_same_proxy(
    url: str, environment: dict[str, str], expected: str | None
) -> None:
    found = curl_proxy(url, environment)
    assert (found is not None) == (expected is not None)
    if found and expected:
        assert expected.partition(":")[0].strip("[") in found


@pytest.mark.parametrize(
    "value",
    [
        f"socks5://u:{CANARY}@a:1",
        f"socks4://{CANARY}",
        f"ftp://u:{CANARY}@a",
        f"http://u:{CANARY}@",
        f"http://u:{CANARY}@a:port",
        f"http://u:{CANARY}@a:99999",
        f"http://u:{CANARY}@[::1",
        f"http://u:{CANARY}@a b",
    ],
)
def test_an_unusable_proxy_is_reported_in_one_line_without_its_password(value: str) -> None:
    with pytest.raises(UserError, match=r"^https_proxy: .*http://") as caught:
        proxy_for(HTTPS, {"https_proxy": value})
    assert CANARY not in str(caught.value)
    assert "\n" not in str(caught.value)
