"""Names that never belong in an archive, and which names of code only look like them."""

from __future__ import annotations

from pathlib import Path

import pytest

from manifest_lint.archive.never_packed import (
    HARMLESS,
    NEVER_PACKED,
    first_never_packed,
    never_packed,
)
from manifest_lint.oauth.account_type_file import NEXT_TO_MANIFEST, is_named_as_one

NEVER_PACKED_NAMES = """
.git .hg .svn node_modules konnector-dev-config.json konnector-dev-config.json.bak .token.json
data/importedData.json data/env_fields.json .env .env.local .env.js .envrc prod.env
account-types-def.json account_types.json accounttypes.json account-type.json account_type-x.json
ACCOUNT_TYPES.JSON account-types.prod.json account-types.json.bak account_types/facebook.json
account_types/prod/facebook.json account-types/facebook.json
a.pem KEY.PEM a.key a.p12 a.pfx a.p8 a.jks a.keystore a.der a.ppk a.crt a.cer a.kdbx a.asc a.gpg
id_rsa id_rsa.pub id_rsa_work id_ed25519 id_ecdsa_sk .ssh .gnupg github_deploy_key.enc
.netrc _netrc .git-credentials .htpasswd .pgpass .my.cnf .ftpconfig sftp-config.json
credentials.json client_secret.json client_secret_1234.apps.googleusercontent.com.json
service-account.json service_account_prod.json app-firebase-adminsdk-x1.json .aws .azure .kube
.docker/config.json home/.docker/config.json .dockercfg terraform.tfstate prod.tfvars secrets.yml
client-secret.json client_secrets.json clientSecret.json client-secrets.prod.json
client_secret.json.example serviceAccount.json serviceAccountKey.json service-account.prod.json
gcs-service-account.json google-service-account.json google-credentials.json google_credentials.json
gcp-credentials.json aws_credentials.json credentials.prod.json credentials.csv credentials.yml
secret.json secrets.toml .secrets token.json token.pickle .clasprc.json kaggle.json
application_default_credentials.json google-services.json GoogleService-Info.plist
konnector-dev-config.prod.json konnector-dev-config.js konnector-dev-config.local.js
konnector-dev-config.cjs konnector-dev-config konnector-dev-config.yml konnector-dev-config-me.json
konnector-dev-config.mjs importedData.json env_fields.json deploy_rsa private-key.json
.config/gh .m2/settings.xml .dev.vars rclone.conf user_accessKeys.csv nuget.config
app.mobileprovision .bundle/config credentials.tfrc.json .authinfo.gpg dump.sqldump .smbcredentials
.npmrc .yarnrc .yarnrc.yml .pypirc .gem/credentials .cargo/credentials.toml .gitconfig
.bash_history .zsh_history .sh_history .node_repl_history .psql_history fish_history
.token home/containers/auth.json .composer/auth.json
account-types-def.yml account_types_def.toml account-types-def.json5 account-types-def.bak
dump.sql.gz dump.sql.xz login.har.gz
login.har LOGIN.HAR x.pcap dump.sql data.sqlite heap.heapsnapshot
npm-debug.log npm-debug.log.123 yarn-error.log .travis.yml .gitlab-ci.yml .github
._index.js ._icon.svg __MACOSX .DS_Store Thumbs.db desktop.ini .vscode .idea a.swp a~ a.orig
.account-types-def.json.0123abcd.manifest-lint.unfinished
"""

PACKED_NAMES = """
index.js manifest.konnector package.json icon.svg LICENSE README.md index.js.map
account-types.3f2a.js account_types.js account_types account-types account_types/list.js
account_types/index.html account-types.css account.json accounts.json types.json
id_rsa-tools.js id_rsa.3f2a.js keys.js key keyboard.json pem.js monkey hotkey.js environment.js
env.js env.json .environs/x tokens.json token.js credentials.js credentials/list.json
docker/config.json .docker/other.json config.json sql.js sql/query.js har.js archive.haro
client_secret.js clientSecret.js service-account.js serviceAccount.mjs
ssh git gitignore history.js .history.js asc.js a.derived a.keys a.pemx
locales/en.json data/data.json importedData.js konnector-config.json
travis.yml konnector-dev.json secrets.js secret.txt credentials.html settings.xml services.json
assets/node_module/x.js
account-types-def.js account-types-definitions.txt token x.token credentials/index.js auth.json
locales/en/auth.txt data.gz har.gz sql.gz credentials
"""

NEVER, PACKED = NEVER_PACKED_NAMES.split(), PACKED_NAMES.split()


@pytest.mark.parametrize("below", ["", "lib/", "a/b/"])
def test_such_a_name_is_never_packed_at_any_depth(below: str) -> None:
    assert [path for path in NEVER if not never_packed(below + path)] == []
    assert [path for path in NEVER if not never_packed((below + path).upper())] == []


@pytest.mark.parametrize("below", ["", "lib/", "a/b/"])
def test_other_names_are_packed(below: str) -> None:
    assert [path for path in PACKED if never_packed(below + path)] == []


def test_only_the_json_in_a_folder_of_account_types_is_left_out() -> None:
    left_out = {path for path in PACKED if never_packed(f"account_types/{path}")}
    assert left_out == {path for path in PACKED if path.endswith(".json")}


def test_every_pattern_has_an_example_or_another_of_its_reason_has() -> None:
    reasons = {NEVER_PACKED[never_packed(path)] for path in NEVER}
    assert reasons == set(NEVER_PACKED.values())
    assert set(NEVER_PACKED) >= HARMLESS
    assert all(pattern == pattern.lower() for pattern in NEVER_PACKED)


def test_a_file_that_is_named_as_account_types_is_never_packed() -> None:
    paths = [*NEXT_TO_MANIFEST[:3], *NEVER, *PACKED, "account_types/a.json", "account-type.x.json"]
    named = [path for path in paths if path.endswith(".json") and is_named_as_one(Path(path))]
    assert len(named) > 8
    assert {NEVER_PACKED[never_packed(path)].split(":")[0] for path in named} == {"account types"}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/node_modules/b/index.js", ("node_modules", "a/node_modules")),
        ("a/.git", (".git", "a/.git")),
        ("node_modules/x/.npmrc", ("node_modules", "node_modules")),
        ("a/index.js", ("", "")),
        (".SSH/config", (".ssh", ".SSH")),
        ("home/.aws/credentials", (".aws", "home/.aws")),
        ("locales/en/auth.json", ("", "")),
        ("account_types/list.js", ("", "")),
    ],
)
def test_the_first_part_of_a_path_that_is_never_packed_decides(
    path: str, expected: tuple[str, str]
) -> None:
    assert first_never_packed(path) == expected
