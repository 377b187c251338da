"""A made-up example of each form of a secret.

They are put together here, so no scanner takes this repository for one with secrets.
"""

from __future__ import annotations

import base64
import binascii
import json
import random
import string

RANDOM = random.Random(5)
WORD = string.ascii_letters + string.digits
URL = WORD + "-_"
HEX = "0123456789abcdef"
BASE_62 = string.digits + string.ascii_uppercase + string.ascii_lowercase


def some(length: int, chars: str = WORD) -> str:
    """Return random characters: not a real secret, and not one a scanner of this file reports."""
    return "".join(RANDOM.choice(chars) for _ in range(length))


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def with_checksum(text: str) -> str:
    number, digits = binascii.crc32(text.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        digits = BASE_62[digit] + digits
    return text + digits


def jwk(**members: object) -> str:
    return json.dumps(members)


KEY = "\n".join(some(64) for _ in range(3))
ELLIPTIC = {"crv": "P-256", "x": some(43, URL), "y": some(43, URL)}
RSA = {"n": some(342, URL), "e": "AQAB"}

SAMPLES = {
    "AWS Access Key": "AK" + "IA" + some(16, string.ascii_uppercase + string.digits),
    "Amazon Client Secret": "amzn1" + ".oa2-cs.v1." + some(64, HEX),
    "Atlassian Token": "ATAT" + "T3" + some(185, URL) + "=" + some(8, HEX.upper()),
    "Atlassian Token: Bitbucket": "ATCT" + "T3" + some(170, URL) + "=" + some(8, HEX.upper()),
    "Basic Auth Credentials": "https://me:" + some(12) + "9@service.example/",
    "Basic Auth Credentials: no user": "redis://:" + some(12) + "9@service.example/",
    "DigitalOcean Token": "dop" + "_v1_" + some(64, HEX),
    "DigitalOcean Token: OAuth": "doo" + "_v1_" + some(64, HEX),
    "Dropbox Token": "sl" + "." + some(135, URL),
    "Dropbox Token: user": "sl" + ".u." + some(900, URL),
    "Facebook Access Token": "EA" + "AC" + some(170) + "ZD",
    "GitHub Token": "gh" + "p_" + some(36),
    "GitHub Token: fine-grained": "github" + "_pat_" + some(22) + "_" + some(59),
    "GitLab Token": "gl" + "pat-" + some(20),
    "GitLab Token: routable": f"gl{'pat'}-{some(27, URL)}.{some(2, HEX)}.{some(9, HEX)}",
    "GitLab Token: OAuth secret": "gl" + "oas-" + some(64, HEX),
    "Google API Key": "AI" + "za" + "Sy" + some(33, URL),
    "Google Client Secret": "GOC" + "SPX-" + some(28, URL),
    "Google OAuth Token": "ya" + "29." + some(160, URL),
    "Google OAuth Token: refresh": "1/" + "/0" + some(98, URL),
    "HubSpot Token": f"pat-{'na'}1-{some(8, HEX)}-{'-'.join([some(4, HEX)] * 3)}-{some(12, HEX)}",
    "JSON Web Key": jwk(kty="EC", **ELLIPTIC, d=some(43, URL)),
    "JSON Web Key: RSA": jwk(kty="RSA", **RSA, d=some(342, URL), p=some(171, URL)),
    "JSON Web Key: sorted": jwk(
        alg="RS256", d=some(342, URL), dp=some(171, URL), dq=some(171, URL), key_ops=["sign"],
        kty="RSA", **RSA,
    ),
    "JSON Web Key: symmetric": jwk(k=some(43, URL), kty="oct"),
    "JSON Web Key: minified": f'{{kty:"OKP",crv:"Ed25519",x:"{some(43)}",d:"{some(43)}"}}',
    "JSON Web Key: escaped": jwk(d=some(43, URL), **ELLIPTIC, kty="EC").replace('"', '\\"'),
    "JSON Web Token": f"{encoded({'alg': 'HS256'})}.{encoded({'sub': some(9)})}.{some(43)}",
    "JSON Web Token: encrypted": ".".join(
        [encoded({"alg": "RSA-OAEP", "enc": "A256GCM"}), *(some(n) for n in (342, 16, 99, 22))]
    ),
    "JSON Web Token: long": f"{encoded({'alg': 'ES256'})}.{encoded({'a': some(3000)})}.{some(86)}",
    "LinkedIn Client Secret": "WPL" + "_AP1." + some(16) + "." + some(6) + "==",
    "Mapbox Token": "s" + "k." + encoded({"u": "me", "a": some(25)}) + "." + some(22, URL),
    "Microsoft Client Secret": some(3) + "8" + "Q~" + some(34, URL + "~."),
    "Notion Token": "nt" + "n_" + some(11, string.digits) + some(35),
    "Notion Token: old": "sec" + "ret_" + some(43),
    "OpenAI Token": "sk" + "-" + some(20) + "T3Blbk" + "FJ" + some(20),
    "OpenAI Token: project": "sk" + "-proj-" + some(74, URL) + "T3Blbk" + "FJ" + some(74, URL),
    "PayPal Token": f"access_{'token'}$production${some(16, HEX)}${some(32, HEX)}",
    "Private Key": "-----BEGIN RSA " + f"PRIVATE KEY-----\n{KEY}\n-----END",
    "Private Key: any": "-----BEGIN " + f"PRIVATE KEY-----\n{KEY}\n-----END",
    "Private Key: encrypted": "-----BEGIN RSA " + "PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
    f"DEK-Info: AES-128-CBC,{some(32, HEX.upper())}\n\n{KEY}\n-----END",
    "Private Key: PGP": "-----BEGIN PGP " + f"PRIVATE KEY BLOCK-----\nVersion: 1\n\n{KEY}\n",
    "PyPI Token": "pypi-" + "AgEIcHlwaS5vcmc" + some(80),
    "SendGrid API Key": "S" + "G." + some(22) + "." + some(43),
    "Sentry Token": f"snt{'rys'}_{encoded({'iat': 1, 'url': some(80)})}_{some(43)}",
    "Sentry Token: personal": "snt" + "ryu_" + some(64, HEX),
    "Shopify Token": "shp" + "at_" + some(32, HEX),
    "Shopify Token: secret": "shp" + "ss_" + some(32, HEX),
    "Slack Token": "xo" + "xb-123456789-123456789-" + some(20, string.ascii_lowercase),
    "Slack Token: app": f"xa{'pp'}-1-A{some(10, string.digits)}-{'8765432198765'}-{some(64, HEX)}",
    "Slack Token: rotated": "xox" + "e.xoxp-1-" + some(163),
    "Slack Token: refresh": "xox" + "e-1-" + some(147),
    "Slack Token: webhook": f"https://hooks.slack.com/{'services'}/T{some(8)}/B{some(8)}/{some(24)}",
    "Square Access Token": "EA" + "AA" + some(60, URL),
    "Square Access Token: old": "sq0" + "atp-" + some(22, URL),
    "Square OAuth Secret": "sq0" + "csp-" + some(43),
    "Stripe Access Key": "sk_" + "live_" + some(24),
    "Stripe Access Key: restricted": "rk_" + "live_" + some(99),
    "Stripe Webhook Secret": "whs" + "ec_" + some(32),
    "Twilio API Key": "A" + "C" + some(32, HEX),
    "Zoho Token": "10" + "00." + some(32, HEX) + "." + some(32, HEX),
    "npm Token": "np" + "m_" + with_checksum(some(30)),
}  # fmt: skip
"""By kind, and what is special about the example."""


PUBLIC = {"kty": "RSA", "kid": "d", "use": "sig", **RSA}
NEAR_MISSES = {
    "npm, another checksum": "np" + "m_" + some(36, string.digits),
    "npm, a setting": "npm_config_registry_and_a_few_more_words_of_it",
    "AWS, in WebAssembly": "QMMBwsCQCABIARHBEADQCABLQAAQSBHDUggBCABIARHBEADQCABLQAAQYA+ai0A",
    "AWS, too short": "AK" + "IA" + some(15, HEX.upper()),
    "Facebook, in encoded bytes": some(50) + "EA" + "AC" + some(170) + "ZD" + some(50),
    "Facebook, the start of encoded bytes": "EA" + "AC" + some(170) + "/" + some(90) + "==",
    "Facebook, too short": "EA" + "AC" + some(40),
    "Square, too long": "EA" + "AA" + some(61),
    "Google, in encoded bytes": some(20) + "/AI" + "za" + some(200),
    "Google, too short": "AI" + "za" + some(30, URL),
    "Google secret, too short": "GOC" + "SPX-" + some(20, URL),
    "Google, a property": "ya" + "29.toString",
    "a comment": "x=1/" + "/0 is the least value of the table below, which is not used",
    "GitHub, half": "github" + "_pat_" + some(22),
    "GitHub, documentation": "github" + "_pat_" + "x" * 22 + "_" + "x" * 59,
    "Shopify, not hexadecimal": "shp" + "at_" + some(32, string.ascii_uppercase),
    "DigitalOcean, too short": "dop" + "_v1_" + some(63, HEX),
    "Dropbox, a call": "sl" + ".update(" + some(140) + ")",
    "Microsoft, too short": some(3) + "8" + "Q~" + some(20),
    "Microsoft, in the middle": some(9) + "8" + "Q~" + some(34),
    "Microsoft, at the start": "8" + "Q~" + some(34),
    "Notion, a name": "sec" + "ret_" + "a" * 20 + "_" + some(22),
    "Slack, documentation": "xo" + "xb-1234567890-1234567890-" + some(20),
    "Twilio, in a hash": some(9, HEX) + "A" + "C" + some(32, HEX),
    "Twilio, not hexadecimal": "A" + "C" + "z" + some(31, HEX),
    "URL, a word for a password": "redis:" + "//:password@host",
    "URL, a port and a version": "https://cdn.example:8080/react@18.2.0",
    "JSON Web Key, public": jwk(**PUBLIC),
    "JSON Web Key, documentation": jwk(kty="oct", k="a" * 43),
    "JSON Web Key, code": 'return{kty:"EC",crv:e.crv,x:t,y:n,d:r};case"oct":a={kty:"oct",k:b}',
    "JSON Web Key, the next object": jwk(**PUBLIC) + jwk(d=some(50, URL)),
    "a path of SVG": '{kty:"EC",d:"M12 2C6.48 2 2 6.48 2 12s4.48 10 10 10 10-4.48 10z"}',
    "JSON Web Token, no algorithm": f"{encoded({'typ': 'JWT'})}.{encoded({'sub': some(9)})}.x",
    "JSON Web Token, encoded JSON": encoded({"version": 3, "alg": some(99)}),
    "JSON Web Token, encrypted in part": encoded({"alg": "RSA-OAEP", "enc": "A256GCM"}) + ".a.b",
    "JSON Web Token, nested": f"eyJ{encoded([[]])}.{encoded({'a': 1})}",
    "PEM, public": "-----BEGIN PUBLIC " + f"KEY-----\n{KEY}\n-----END PUBLIC KEY-----",
    "PEM, a certificate": f"-----BEGIN CERTIFICATE-----\n{KEY}\n-----END CERTIFICATE-----",
}  # fmt: skip
"""What looks like a secret at first, and is not one."""


def kind(name: str) -> str:
    """Return the kind that is reported for a sample."""
    return name.partition(": ")[0]


def place(name: str) -> int:
    """Return where in a sample the secret is reported."""
    first = {
        "Basic Auth Credentials": "://",
        "Private Key": "BEGIN",
        "JSON Web Key": "kty",
        "JSON Web Key: sorted": '"d"',
        "JSON Web Key: symmetric": '"k"',
        "JSON Web Key: escaped": '"d\\"',
    }
    return SAMPLES[name].find(first.get(name, first.get(kind(name), "")))
