"""The table of secrets' forms: how each starts, the rest of it, and who documents that.

A form fits only secrets that start with letters of their own, so nothing here depends on entropy or
on words such as `password`. A new form is one row in `FORMS`, and one example in
tests/secret_samples.py.
"""

from __future__ import annotations

from collections.abc import Callable

from manifest_lint.document.secret_checks import (
    has_a_password,
    has_its_checksum,
    is_a_web_token,
    is_mixed,
)
from manifest_lint.finding import Record


class Form(Record):
    """One form of a secret.

    `starts` are where to try `expression`, which matches from `before` characters earlier, and not
    after a character of `not_after`. If it has a group, that is the secret. `is_one` is called with
    the secret and says whether it is one. `source` is who documents the form: the service, a
    standard, or a scanner where neither does.
    """

    kind: str
    starts: tuple[str, ...]
    expression: str
    source: str
    is_one: Callable[[str], bool] = bool
    not_after: str = ""
    before: int = 0


_WORD = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$"
_ENCODED = _WORD + "+/-"
"""Of words, and of encoded bytes, in which every short start occurs by chance."""
_QUOTE = r"""\\{0,8}["'`]"""
_KEY_END = rf"(?:{_QUOTE})?\s{{0,9}}:\s{{0,9}}{_QUOTE}"
_KEY_TYPE = rf"kty{_KEY_END}(?:RSA|EC|OKP|oct)(?!\w)"
_PRIVATE_PART = rf"(?:d{_KEY_END}([\w-]{{43,}})|k{_KEY_END}([\w-]{{22,}}))"
_BETWEEN = r"(?:\\[rnt]|%0[AaDd]|[\s\"'`+,\\])*"
"""Between the lines of a key: escapes, once or several times, and what splits a string."""
_BODY = (
    rf"-{{5}}{_BETWEEN}"
    rf"(?:[A-Z][A-Za-z-]{{2,20}}: ?[^\n\\\"'`%]{{0,99}}"
    rf"(?:[\n\"'`]|\\+[rn]|%0[AaDd]){_BETWEEN}){{0,4}}"
    r"[A-Za-z0-9+/]{40}"
)
_GITLEAKS = "gitleaks, config/gitleaks.toml: "
_GITHUB = (
    "https://docs.github.com/en/code-security/reference/secret-security/"
    "supported-secret-scanning-patterns: "
)

FORMS = (
    Form(
        "AWS Access Key",
        ("A3T", "ABIA", "ACCA", "AKIA", "ASIA"),
        r"(?:A3T[A-Z0-9]|ABIA|ACCA|AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Za-z])",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html",
        not_after=_ENCODED,
    ),
    Form(
        "Amazon Client Secret",
        ("amzn1.oa2-cs.v1.",),
        r"amzn1\.oa2-cs\.v1\.[0-9a-f]{64}(?!\w)",
        _GITHUB + "amazon_oauth_client_secret",
    ),
    Form(
        "Atlassian Token",
        ("ATATT3", "ATCTT3"),
        r"AT[AC]TT3[\w=-]{150,250}",
        _GITLEAKS + "atlassian-api-token",
    ),
    Form(
        "Basic Auth Credentials",
        ("://",),
        r"://[^\s\"'`/:?#\[\]@!$&()*+,;={}]{0,99}:[^\s\"'`/:?#\[\]@!$&()*+,;={}]{1,99}(?=@)",
        "RFC 3986 section 3.2.1",
        has_a_password,
    ),
    Form(
        "DigitalOcean Token",
        ("dop_v1_", "doo_v1_", "dor_v1_"),
        r"do[por]_v1_[0-9a-f]{64}(?!\w)",
        "https://gitlab.com/gitlab-org/security-products/analyzers/secrets/-/merge_requests/178",
    ),
    Form(
        "Dropbox Token",
        ("sl.",),
        r"sl\.(?:u\.)?[\w-]{130,1800}",
        "https://developers.dropbox.com/oauth-guide",
        is_mixed,
        not_after=_WORD,
    ),
    Form(
        "Square Access Token",
        ("EAAA",),
        r"EAAA[\w-]{60}(?![\w+/=-])",
        "https://developer.squareup.com/docs/build-basics/access-tokens",
        is_mixed,
        not_after=_ENCODED,
    ),
    Form(
        "Facebook Access Token",
        ("EAA",),
        r"EAA[A-Za-z0-9]{90,400}(?![\w+/=-])",
        "https://docs.gitguardian.com/secrets-detection/detectors/specifics/facebook_access_token",
        is_mixed,
        not_after=_ENCODED,
    ),
    Form(
        "GitHub Token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
        r"gh[pousr]_\w{36}",
        "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/"
        "about-authentication-to-github#githubs-token-formats",
    ),
    Form(
        "GitHub Token",
        ("github_pat_",),
        r"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}(?!\w)",
        _GITLEAKS + "github-fine-grained-pat",
    ),
    Form(
        "GitLab Token",
        (
            *("glpat-", "gldt-", "glft-", "glsoat-", "glrt-", "glcbt-", "glimt-", "glptt-"),
            *("glagent-", "gloas-", "GR1348941"),
        ),
        r"(?:(?:gl(?:pat|dt|ft|soat|rt)-|GR1348941|glcbt-(?:[0-9a-fA-F]{2}_)?)[\w-]{20,50}"
        r"|glpat-[\w-]{27,300}\.[0-9a-z]{2}\.[0-9a-z]{9}|glimt-[\w-]{25}|glptt-[\w-]{40}"
        r"|glagent-[\w-]{50,1024}|gloas-[\w-]{64})(?!\w)",
        "https://docs.gitlab.com/security/tokens/#token-prefixes",
    ),
    Form(
        "Google API Key",
        ("AIza",),
        r"AIza[\w-]{35}(?![\w+/=-])",
        "https://docs.cloud.google.com/docs/authentication/api-keys",
        not_after=_ENCODED,
    ),
    Form(
        "Google Client Secret",
        ("GOCSPX-",),
        r"GOCSPX-[\w-]{28}(?![\w-])",
        _GITHUB + "google_oauth_client_secret",
    ),
    Form(
        "Google OAuth Token",
        ("ya29.", "1//0"),
        r"(?:ya29\.[\w-]{30,1900}|1//0[\w-]{40,250}(?![+/=]))",
        "https://developers.google.com/identity/protocols/oauth2/web-server",
        is_mixed,
        not_after=_ENCODED,
    ),
    Form(
        "HubSpot Token",
        ("pat-na", "pat-eu"),
        r"pat-(?:na|eu)\d-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])",
        "https://github.com/trufflesecurity/trufflehog/pull/2369",
    ),
    Form(
        "JSON Web Key",
        ("kty",),
        rf"{_KEY_TYPE}{_QUOTE}[^{{}}]{{0,1000}}?(?<![\w$]){_PRIVATE_PART}",
        "RFC 7517 section 4.1; RFC 7518 sections 6.2.2, 6.3.2 and 6.4; RFC 8037 section 2",
        not_after=_WORD,
    ),
    Form(
        "JSON Web Key",
        (
            *('"d"', "'d'", '"d\\', "{d:", ",d:", " d:"),
            *('"k"', "'k'", '"k\\', "{k:", ",k:", " k:"),
        ),
        rf"""["'{{, ]{_PRIVATE_PART}{_QUOTE}[^{{}}]{{0,1000}}?(?<![\w$]){_KEY_TYPE}""",
        "RFC 7517 section 4.1; RFC 7518 sections 6.2.2, 6.3.2 and 6.4; RFC 8037 section 2",
    ),
    Form(
        "JSON Web Token",
        ("eyJ",),
        r"eyJ[\w=-]{7,1024}\.[\w=-]*(?:\.[\w=-]*){0,3}",
        "RFC 7519 section 3; RFC 7515 section 4.1.1",
        is_a_web_token,
    ),
    Form(
        "LinkedIn Client Secret",
        ("WPL_AP",),
        r"WPL_AP\d\.[A-Za-z0-9]{16}\.[A-Za-z0-9+/]{6,14}={0,2}",
        "the OAuth samples of many public repositories; LinkedIn documents no form",
    ),
    Form(
        "Mapbox Token",
        ("sk.eyJ",),
        r"sk\.eyJ[\w-]{50,200}\.[\w-]{22}(?![\w-])",
        "https://docs.mapbox.com/api/accounts/tokens/#token-format",
    ),
    Form(
        "Microsoft Client Secret",
        ("Q~",),
        r"[\w.~-]{3}\dQ~[\w.~-]{31,34}(?![\w.~-])",
        "https://learn.microsoft.com/en-us/purview/sit-defn-azure-ad-client-secret",
        not_after=_WORD + ".~-",
        before=4,
    ),
    Form(
        "Notion Token",
        ("ntn_", "secret_"),
        r"(?:ntn_\d{11}[A-Za-z0-9]{35}|secret_[A-Za-z0-9]{43})(?!\w)",
        _GITLEAKS + "notion-api-token; https://docs.airbyte.com/ai-agents/connectors/notion/AUTH",
        is_mixed,
        not_after=_WORD,
    ),
    Form(
        "npm Token",
        ("npm_",),
        r"npm_[A-Za-z0-9]{36}(?!\w)",
        "https://github.blog/2021-09-23-announcing-npms-new-access-token-format/",
        has_its_checksum,
        not_after=_WORD,
    ),
    Form(
        "OpenAI Token",
        ("sk-",),
        r"sk-[\w-]{20,200}T3BlbkFJ[\w-]{20}",
        _GITLEAKS + "openai-api-key",
    ),
    Form(
        "PayPal Token",
        ("access_token$production$",),
        r"access_token\$production\$[0-9a-z]{16}\$[0-9a-f]{32}(?!\w)",
        _GITHUB + "paypal_braintree_access_token",
    ),
    Form(
        "Private Key",
        ("BEGIN ",),
        # Only if the key follows: libraries have the first line by itself.
        r"BEGIN (?:(?:(?:DSA|EC|ENCRYPTED|OPENSSH|RSA|SSH2 ENCRYPTED) )?PRIVATE KEY"
        rf"|PGP PRIVATE KEY BLOCK)(?={_BODY})",
        "RFC 7468 sections 10, 11 and 13; RFC 1421 section 4.4; RFC 9580 section 6.2",
    ),
    Form(
        "PyPI Token",
        ("pypi-AgE",),
        r"pypi-AgE(?:IcHlwaS5vcmc|NdGVzdC5weXBpLm9yZw)[\w-]{70,}",
        "https://warehouse.pypa.io/development/token-scanning.html",
    ),
    Form(
        "SendGrid API Key",
        ("SG.",),
        r"SG\.[\w-]{22}\.[\w-]{43}",
        "https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys",
    ),
    Form(
        "Sentry Token",
        ("sntrys_eyJ", "sntryu_"),
        r"sntrys_eyJ[\w+/=-]{80,400}_[\w+/-]{43}(?![\w+/-])|sntryu_[0-9a-f]{64}(?!\w)",
        "https://docs.sentry.io/security-legal-pii/security/token-formats/",
    ),
    Form(
        "Shopify Token",
        ("shpat_", "shpca_", "shppa_", "shpss_"),
        r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}(?!\w)",
        "https://shopify.dev/changelog/length-of-the-shopify-access-token-is-increasing; "
        "https://shopify.dev/changelog/app-secret-key-length-has-increased",
    ),
    Form(
        "Slack Token",
        ("xoxa-", "xoxb-", "xoxp-", "xoxo-", "xoxs-", "xoxr-"),
        r"xox[abposr]-(?:\d+-)+[A-Za-z0-9]+",
        "https://docs.slack.dev/authentication/tokens",
    ),
    Form(
        "Slack Token",
        ("xapp-", "xoxe-", "xoxe."),
        r"xapp-\d-[A-Z0-9]{6,20}-\d{6,20}-[0-9a-f]{40,80}(?!\w)"
        r"|xoxe(?:\.xox[bp])?-\d-[\w-]{100,300}",
        "https://docs.slack.dev/authentication/tokens",
    ),
    Form(
        "Slack Token",
        ("https://hooks.slack.com/services/",),
        r"https://hooks\.slack\.com/services/T\w+/B\w+/\w+",
        "https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks",
    ),
    Form(
        "Square Access Token",
        ("sq0atp-",),
        r"sq0atp-[\w-]{22}(?![\w-])",
        "https://developer.squareup.com/docs/build-basics/access-tokens",
    ),
    Form(
        "Square OAuth Secret",
        ("sq0csp-",),
        r"sq0csp-[\w\\-]{43}",
        "https://developer.squareup.com/docs/oauth-api/overview",
    ),
    Form(
        "Stripe Access Key",
        ("rk_live_", "sk_live_"),
        r"[rs]k_live_[A-Za-z0-9]{24}",
        "https://docs.stripe.com/keys",
    ),
    Form(
        "Stripe Webhook Secret",
        ("whsec_",),
        r"whsec_[A-Za-z0-9]{32}(?![A-Za-z0-9])",
        "https://docs.stripe.com/webhooks/signature",
    ),
    Form(
        "Twilio API Key",
        ("AC", "SK"),
        r"(?:AC|SK)[0-9a-f]{32}(?![0-9A-Za-z])",
        "https://www.twilio.com/docs/glossary/what-is-a-sid",
        not_after=_WORD,
    ),
    Form(
        "Zoho Token",
        ("1000.",),
        r"1000\.[0-9a-f]{32}\.[0-9a-f]{32}(?!\w)",
        "https://www.zoho.com/accounts/protocol/oauth/web-apps/access-token.html",
        not_after=_WORD,
    ),
)
"""All forms. If two fit at one place, the first is reported."""
