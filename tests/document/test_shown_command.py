"""Commands are shown without the secrets in them."""

from __future__ import annotations

import pytest

from manifest_lint.document.shown_command import shown_command
from tests.growth import grows_with_its_input


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("API_TOKEN=S3 yarn build", "API_TOKEN=*** yarn build"),
        ('API_TOKEN="a S3" yarn build', "API_TOKEN=*** yarn build"),
        ("API_TOKEN=a\"S3\"'S3' yarn build", "API_TOKEN=*** yarn build"),
        ("export GH_PAT=S3; yarn", "export GH_PAT=***; yarn"),
        ("SECRET=a\\ S3 yarn", "SECRET=*** yarn"),
        ("PASS=S3 KEY=S3 make", "PASS=*** KEY=*** make"),
        ("curl -u bob:S3 https://h", "curl -u *** https://h"),
        ("curl -ubob:S3 https://h", "curl -u*** https://h"),
        ("curl --user bob:S3 https://h", "curl --user *** https://h"),
        ("curl --user=bob:S3 https://h", "curl --user=*** https://h"),
        ("curl -U bob:S3 -x h https://h", "curl -U *** -x h https://h"),
        ("http -a bob:S3 h", "http -a *** h"),
        ("http -abob:S3 h", "http -a*** h"),
        ("xh --auth bob:S3 h", "xh --auth *** h"),
        ("https -A bearer -a S3 h", "https -A bearer -a *** h"),
        ("http h client_secret:='\"S3\"'", "http h client_secret:***"),
        ("curl -H 'Authorization: Bearer S3' h", "curl -H 'Authorization: ***' h"),
        ("curl -H Authorization: Bearer S3 h", "curl -H Authorization: *** *** h"),
        ('curl -H "X-Api-Key: S3" h', 'curl -H "X-Api-Key: ***" h'),
        ("curl -H Authorization:\\ token\\ S3 h", "curl -H Authorization:*** h"),
        ('curl -d \'{"password": "S3"}\' h', "curl -d '{\"password\": ***' h"),
        ('curl -d "{\\"password\\": \\"S3\\"}" h', 'curl -d "{\\"password\\": ***" h'),
        ("curl -d 'a=b&client_secret=S3&c=d' h", "curl -d 'a=b&client_secret=***' h"),
        ("curl --cookie a=S3 h", "curl --cookie *** h"),
        ("curl https://h/?key=S3", "curl https://h/?key=***"),
        ("curl 'https://h/?k=S3&l=S3#S3'", "curl 'https://h/?k=***&l=***#***'"),
        ("wget 'https://u:a S3@h/x'", "wget 'https://***@h/x'"),
        ("npm config set //r/:_auth=S3", "npm config set //r/:_auth=***"),
        ("npm config set //r/:_authToken S3", "npm config set //r/:_authToken ***"),
        ("git clone https://me:S3@h/x", "git clone https://***@h/x"),
        (
            "git -c http.extraheader='AUTHORIZATION: basic S3' pull",
            "git -c http.extraheader='AUTHORIZATION: *** pull",
        ),
        ("mysql -pS3", "mysql -p***"),
        ("mysqldump -uroot -pSEC", "mysqldump -uroot -p***"),
        ("mysql -u root -p'S3' db", "mysql -u root -p*** db"),
        ("sshpass -p S3 ssh h", "sshpass -p *** ssh h"),
        ("sshpass -pSEC ssh h", "sshpass -p*** ssh h"),
        ("openssl rsa -passin pass:S3 -in k", "openssl rsa -passin *** -in k"),
        ("openssl enc -k S3", "openssl enc -k ***"),
        ("docker login -u me -p S3 h", "docker login -u me -p *** h"),
        ("docker login --password S3 h", "docker login --password *** h"),
        ("docker login --password=S3 h", "docker login --password=*** h"),
        ("echo S3 | docker login --password-stdin h", "echo *** | docker login --password-stdin h"),
        ("printf '%s' S3 | x", "printf *** *** | x"),
        ("x <<< S3", "x <<< ***"),
        ("gpg --passphrase S3 -d f", "gpg --passphrase *** -d f"),
        ("keytool -storepass S3 -list", "keytool -storepass *** -list"),
        ("redis-cli -a S3 ping", "redis-cli -a *** ping"),
        ("ldapsearch -x -w S3", "ldapsearch -x -w ***"),
        ("npm publish --otp=123456", "npm publish --otp=***"),
        ("sh -c 'mysql -pS3 && TOKEN=S3 yarn'", "sh -c 'mysql -p*** && TOKEN=***'"),
        ("sh -c 'mysql -p S3 && yarn build'", "sh -c 'mysql -p *** && yarn build'"),
        ('x "$(mysql -pS3)" `mysql -pS3`', 'x "$(mysql -p***)" `mysql -p***`'),
        ("a 'b TOKEN=S3", "a 'b TOKEN=***"),
        ("export A=S3; false", "export A=***; false"),
        ("DEPLOY=S3 cmd", "DEPLOY=*** cmd"),
        ("deploy='a S3' NODE_ENV=test cmd", "deploy=*** NODE_ENV=test cmd"),
        ("cd x && DEPLOY=S3 cmd", "cd x && DEPLOY=*** cmd"),
        ("env -i A=S3 cmd", "env -i A=*** cmd"),
        ("cross-env A=S3 webpack", "cross-env A=*** webpack"),
        ('export "A=S3"', 'export "A=***'),
        ("docker run -e A=S3 x", "docker run -e A=*** x"),
        ("docker build --build-arg=A=S3 .", "docker build --build-arg=A=*** ."),
        ("sh -c 'A=S3 cmd'", "sh -c 'A=*** cmd'"),
        ("make DEPLOY=S3", "make DEPLOY=***"),
    ],
)
def test_secrets_in_commands_are_masked(command: str, shown: str) -> None:
    assert shown_command(command) == shown


@pytest.mark.parametrize(
    "command",
    [
        "yarn build",
        "API_TOKEN=$TOKEN yarn build",
        'API_TOKEN="${TOKEN}" yarn build',
        "mkdir -p build && cp -p a build",
        "npx tsc -p tsconfig.json",
        "yarn tsc -ptsconfig.json",
        "yarn build:auth && yarn keys",
        "git commit --author Bob",
        "docker run -p 80:80 x",
        "git push -u origin main",
        "find . -print",
        "git commit -a -m x && ls -a build",
        "npm run build -- --no-auth x",
        "echo done",
        "webpack --config webpack.config.js > log",
        "NODE_ENV=production BABEL_ENV=x yarn build",
        "export NODE_OPTIONS=--openssl-legacy-provider; yarn build",
        "cross-env NODE_ENV=mycozy DEBUG=* CI=1 X=true webpack",
        "A=$B C=$(git log -1) D= E=./ cmd",
        "PATH=node_modules/.bin:$PATH tsc",
        "yarn build --env=production --mode=x target=x",
    ],
)
def test_other_commands_are_shown(command: str) -> None:
    assert shown_command(command) == command


@pytest.mark.parametrize(
    "piece",
    [
        "a:",
        "secret",
        "token:",
        '"',
        "'",
        "key=",
        "a@",
        "-u ",
        "-p ",
        "x|",
        "echo ",
        "$(",
        "`",
        "--pass",
        "a ",
        "\\",
        "' '",
        "\" '",
        "A=",
        "a=b ",
        "-e",
    ],
)
def test_masking_a_command_grows_with_its_input(piece: str) -> None:
    assert grows_with_its_input(lambda size: piece * size, shown_command, 8_000)
