"""A shell command as it may be shown: with `***` for what looks like a secret in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from manifest_lint.document.masking import shown_text, shown_url
from manifest_lint.document.secret import MASK, is_placeholder

_WORDS = (
    r"[|&;<>()\n]+"
    r"|(?:\"(?:[^\"\\]|\\.)*\"?|'[^']*'?|`[^`]*`?|\$\([^)]*\)?|\\.|[^\s|&;<>()\"'`\\]|\\)+"
)
"""Operators, and words with their quotes [POSIX, Shell Command Language, 2.3]."""

_NAME = (
    r"secret|token|pass|pwd|\bpw\b|private|key|credential|auth(?!or\b)|cookie|jwt|\botp\b|bearer"
    r"|(?<![a-z])pat(?![a-z])|session|signature|\bdsn\b"
)
_VALUE_WITHIN = (
    rf"(?:(?:{_NAME})[\w.-]{{0,40}}\\?[\"']?\s{{0,9}}[=:]\s{{0,9}}|\b(?:bearer|basic)\s{{1,9}})"
)
_OPTION = rf"--?(?!-|no-)[\w-]{{0,40}}(?:{_NAME})[\w-]{{0,40}}(?<!stdin)"
_BEFORE_A_VALUE = (
    rf"{_OPTION}|[^\s=$]{{0,200}}(?:secret|token|password|passwd|passphrase|_auth)|<<<"
    rf"|[\w-]{{0,40}}(?:{_NAME})[\w-]{{0,40}}:|bearer|basic"
)
"""A word, or an operator, after which a secret is a word of its own."""

_ASSIGNMENT = r"[\"']?(?:--?[\w-]{1,40}=|-e)?([A-Za-z_]\w*)\+?=(?=.)"
_BEFORE_A_PROGRAM = r"export|env|declare|typeset|readonly|local|set|sudo|npx|cross-env|-\S*"
_HARMLESS = (
    r"(?:node|babel)_env|node_(?:options|path)|(?:\w+_)?path|ci|debug|tz|lang|lc_\w+|home|env|mode"
    r"|target|port|host|\w+_color|color|\w+_(?:dir|url|level|sourcemap|version)|source_date_epoch"
)
"""Variables whose values everyone may see."""
_HARMLESS_VALUE = (
    r"\d{0,5}|true|false|yes|no|on|off|prod|production|dev|development|test|staging"
    r"|\$[\w{(].*|\.{0,2}/?"
)

_OPERATORS = "|&;<>()\n"
_BETWEEN_COMMANDS = "|&;()\n"
_MOST_WORDS = 8
"""The program is among the first words, after `npx` or `sudo`."""

_DEEPEST = 3
_CLOSING = {"$(": ")"}

_WITH_A_NAME = r"-u|-a|--user|--proxy-user"
"""Options whose value is a name, or a name and a password after a colon or a percent sign."""

_OWN_OPTIONS = {r"redis-cli|https?|xhs?": "-a", r"ldap\w+": "-w", r"openssl": "-k"}
_GLUED = r"mysql\w*|mariadb[\w-]*|mycli|sshpass|7z\w?|zip|unzip|rar"
"""Programs that read a password from `-pPASSWORD`."""

_NO_PASSWORD = (
    r"mkdir|cp|install|tar|rsync|ls|touch|read|find|ng|tsc|ttsc|webpack|rollup|esbuild|vite|gulp"
    r"|parcel|tsup|lerna|nx|ssh|patch"
)
"""Programs of builds whose `-p` is something else."""


def shown_command(command: str) -> str:
    """Return a shell command as it may be shown: without what looks like a secret in it.

    A secret is where common programs read one, or after a name such as `API_TOKEN`. Placeholders
    such as `$NAME` are shown.
    """
    return shown_text(_shown(command, 0))


def _shown(command: str, depth: int) -> str:
    """Return a command without secrets; `depth` is the number of quotes around it."""
    pieces, done = [], 0
    for words, is_piped in _commands(command):
        prints = is_piped and words[0][0] in ("echo", "printf")
        program: list[str] = []
        before, is_start = "", True
        for number, found in enumerate(words):
            word = found[0]
            is_shown = word[0] in _OPERATORS or not (prints and number)
            shown = _shown_word(word, before, program, depth) if is_shown else MASK
            if shown == word and (value := _assigned_in(word, is_start=is_start)):
                shown = word.removesuffix(value) + MASK
            is_start = is_start and bool(
                re.fullmatch(rf"{_BEFORE_A_PROGRAM}|{_ASSIGNMENT}.*", word, re.DOTALL)
            )
            pieces += [command[done : found.start()], shown]
            done = found.end()
            before = word
            if number < _MOST_WORDS:
                program.append(word.rpartition("/")[2])
    return "".join([*pieces, command[done:]])


def _commands(command: str) -> Iterator[tuple[list[re.Match[str]], bool]]:
    """Yield the words of each simple command, and whether what it prints goes into another."""
    words: list[re.Match[str]] = []
    for found in re.finditer(_WORDS, command, re.DOTALL):
        if found[0][0] in _BETWEEN_COMMANDS:
            if words:
                yield words, found[0][0] == "|" and found[0] != "||"
            words = []
        else:
            words.append(found)
    if words:
        yield words, False


def _shown_word(word: str, before: str, program: list[str], depth: int) -> str:
    """Return a word as it may be shown, after the words of its program and the one before it."""
    bare = word.strip("\"'")
    if word[0] in _OPERATORS or is_placeholder(bare):
        return word
    if not word.startswith("-") and _is_secret_after(before, bare, program):
        return MASK
    if glued := re.match(r"-[pP](?==?.)", word):
        known = _runs(_GLUED, program) or re.search(r"[^A-Za-z_=-]", word[2:])
        return f"{glued[0]}{MASK}" if known and not _runs(_NO_PASSWORD, program) else word
    if name := re.match(rf"(?:{_WITH_A_NAME})=?(?=[^=\s]*[:%])", word):
        return f"{name[0]}{MASK}"
    if within := re.search(_VALUE_WITHIN, word, re.IGNORECASE):
        value = word[within.end() :]
        if not value or is_placeholder(value.strip("\"'")):
            return word
        quote = word[0] if word[0] in "\"'" and word.endswith(word[0]) else ""
        return f"{_with_quoted_shown(word[: within.end()], depth)}{MASK}{quote}"
    word = _with_quoted_shown(word, depth)
    return re.sub(r"[A-Za-z][\w+.-]{0,20}://[^\s\"'`]+", lambda url: shown_url(url[0]), word)


def _assigned_in(word: str, *, is_start: bool) -> str:
    """Return the value that a word gives to a variable, empty if it is none or harmless.

    Before a program each is a variable of the shell; elsewhere those in capitals are.
    """
    found = re.match(_ASSIGNMENT, word)
    if not found or not (is_start or found[1].isupper()):
        return ""
    value = word[found.end() :]
    is_harmless = re.fullmatch(_HARMLESS, found[1], re.IGNORECASE) or re.fullmatch(
        _HARMLESS_VALUE, value.strip("\"'"), re.IGNORECASE | re.DOTALL
    )
    return "" if is_harmless or is_placeholder(value.strip("\"'")) else value


def _with_quoted_shown(word: str, depth: int) -> str:
    """Return a word with the command that it quotes, if there is one, as it may be shown."""
    quote = re.search(r"[\"'`]|\$\(", word)
    if not quote or not re.search(r"\s", word):
        return word
    if depth == _DEEPEST:
        return MASK
    end = len(word) - word.endswith(_CLOSING.get(quote[0], quote[0]))
    inner = _shown(word[quote.end() : end], depth + 1)
    return f"{word[: quote.end()]}{inner}{word[end:]}"


def _is_secret_after(before: str, word: str, program: list[str]) -> bool:
    """Return whether a word is a secret because of the word before it."""
    if re.fullmatch(_BEFORE_A_VALUE, before, re.IGNORECASE | re.DOTALL):
        return True
    if re.fullmatch(_WITH_A_NAME, before, re.IGNORECASE) and re.search("[:%]", word):
        return True
    if before in ("-p", "-P"):
        return not _runs(_NO_PASSWORD, program) and not re.fullmatch(r"[\d.]+:\d+", word)
    return any(before == option and _runs(one, program) for one, option in _OWN_OPTIONS.items())


def _runs(programs: str, words: list[str]) -> bool:
    return any(re.fullmatch(programs, word) for word in words)
