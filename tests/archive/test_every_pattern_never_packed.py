"""Each pattern of a name that is never packed has a file of its own, as the program names it.

The names are those that the documentation of each program has, not taken from the patterns: without
its pattern, a file would be packed.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from manifest_lint.archive.never_packed import HARMLESS, NEVER_PACKED, never_packed

SECRET = {
    "configuration": """
        konnector-dev-config.json konnector-dev-config.prod.js konnector-dev-config.mjs
        .konnector-dev-config.json""",
    "data": "data/importedData.json data/env_fields.json",
    "token": """
        .token .token.json token.json token.pickle .vault-token .sentryclirc .clasprc.json
        .gitcookies .databrickscfg .kaggle/kaggle.json""",
    "environment": ".env.local production.env .direnv .flaskenv .dev.vars.staging",
    "account types": """
        account-types-def.yml account_type.json accounttypes.json account_types/facebook.json""",
    "a key": """
        server.key signing.keypair AuthKey_2X9R4HXF34.p8 certificate.p12 codesign.pfx rsa.pkcs8
        store.pkcs12 platform.pk8 putty.ppk release.jks keys.jceks truststore.bks debug.keystore
        apt.keyring login.keychain http.keytab deploy_rsa deploy_dsa deploy_ecdsa deploy_ed25519
        id_rsa.pub id_dsa.pub id_ecdsa_sk id_ed25519.pub .ssh github_deploy_key.enc otr.private_key
        private-key.json volume.bek volume.fve backup.tpm""",
    "a key or a certificate": "privkey.pem ca.der",
    "a certificate": """
        server.crt aps.cer ca.cert server.csr chain.p7b chain.p7c app.mobileprovision""",
    "a key or a signature": "release.asc secring.gpg secret.pgp .gnupg",
    "passwords": """
        .netrc _netrc .git-credentials .htpasswd .pgpass pgpass.conf .my.cnf .mylogin.cnf
        .password-store vault.kdb vault.kdbx vault.psafe3 kdewallet.kwallet 1Password.agilekeychain
        1Password.opvault client.ovpn client.tblk server.rdp .authinfo.gpx .vault_pass.txt
        .smbcredentials .passwd-s3fs .esmtprc .msmtprc .muttrc .fetchmailrc .ftpconfig
        sftp-config.json .vscode-sftp/sftp.json .remote-sync.json ftpsync.settings filezilla.xml
        recentservers.xml .dbeaver-data-sources.xml robomongo.json proftpdpasswd
        .purple/accounts.xml .m2/settings-security.xml NuGet.Config""",
    "keys to a service": """
        google-credentials.json credentials.prod.json credentials.xml credentials.csv
        credentials.yaml credentials.toml alice_accessKeys.csv rootkey.csv
        client_secret_1-x.apps.googleusercontent.com.json clientSecret.json secret.json secrets.json
        secrets.yml secrets.toml .secrets gcs-service-account.json serviceAccountKey.json
        app-firebase-adminsdk-x1.json gcp-key.json gcloud-service-key.json google-services.json
        GoogleService-Info.plist .aws .azure .gcloud .kube .oci .config/gh .config/gcloud kubeconfig
        .s3cfg .boto rclone.conf .dockercfg .docker/config.json .terraform terraform.tfstate
        terraform.tfstate.backup prod.tfvars prod.auto.tfvars.json .terraformrc terraform.rc
        dev.tfrc.json site.publishsettings local.settings.json .tugboat
        .config/doctl/config.yaml""",
    "a package manager": """
        .npmrc .yarnrc.yml .pypirc .gem/credentials .cargo/credentials .composer/auth.json
        containers/auth.json .bundle/config .condarc""",
    "git": ".gitconfig",
    "a history of commands": """
        .bash_history fish_history .histfile .history .lesshst .viminfo""",
    "recorded traffic": "login.har login.har.gz login.pcap login.pcapng login.saz",
    "a database": """
        dump.sql dump.sqldump data.sqlite data.sqlite3 data.sqlitedb dump.sql.gz dump.sql.bz2
        dump.sql.xz dump.sql.zst dump.sql.zip""",
    "an image of memory": "Heap.heapsnapshot java_pid1.hprof",
    "version control": ".git .hg .svn .bzr",
    "a killed manifest-lint": """
        .account-types-def.json.manifest-lint.unfinished .manifest-lint.unfinished-x1y2""",
}

NEEDLESS = {
    "dependencies": "node_modules",
    "an editor's settings": ".vscode .idea .vs connector.sublime-workspace",
    "an editor's temporary file": "a.swp a.swo a~",
    "a file of the desktop": """
        .DS_Store ._index.js __MACOSX .AppleDouble .fseventsd .Spotlight-V100 .Trashes Thumbs.db
        ehthumbs.db desktop.ini""",
    "a log": """
        npm-debug.log yarn-debug.log yarn-error.log lerna-debug.log pnpm-debug.log.1
        .pnpm-debug.log""",
    "settings for continuous integration": """
        .travis.yml .gitlab-ci.yml .circleci .github .drone.yml .woodpecker.yml appveyor.yml
        .appveyor.yml azure-pipelines.yml bitbucket-pipelines.yml Jenkinsfile""",
    "an older version": "index.js.orig index.js.rej index.js.bak",
}

EACH = [(r, name) for r, names in (SECRET | NEEDLESS).items() for name in names.split()]


def matches(path: str, pattern: str) -> bool:
    """Return whether a pattern leaves out a file, tried alone and slowly."""
    path = path.lower()
    is_code = path.endswith((".js", ".mjs", ".cjs"))
    if is_code and pattern.endswith("*") and not pattern.startswith("."):
        return False  # code with a name that only starts like that of a key
    if "/" in pattern:
        return fnmatchcase(f"/{path}", f"*/{pattern}")
    return fnmatchcase(path.rpartition("/")[2], pattern)


def test_each_file_is_left_out_for_its_reason() -> None:
    reasons = {name: NEVER_PACKED.get(never_packed(name), "packed") for _, name in EACH}
    assert [(name, reasons[name]) for r, name in EACH if not reasons[name].count(r)] == []


def test_each_file_needs_one_pattern_and_each_pattern_has_a_file() -> None:
    needed = {name: [one for one in NEVER_PACKED if matches(name, one)] for _, name in EACH}
    assert {name: found for name, found in needed.items() if len(found) != 1} == {}
    assert set(NEVER_PACKED) - {never_packed(name) for _, name in EACH} == set()


@pytest.mark.parametrize(("names", "is_harmless"), [(SECRET, False), (NEEDLESS, True)])
def test_what_only_takes_up_space_is_known(names: dict[str, str], is_harmless: bool) -> None:
    every = " ".join(names.values()).split()
    assert [n for n in every if (never_packed(n) in HARMLESS) != is_harmless] == []
