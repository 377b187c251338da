"""Words that bundles have anyway: a search for one says nothing about a secret.

The table has the words that occur most often in 36 bundles of popular packages, names of services
and environments, and the passwords that people choose first.
"""

from __future__ import annotations

import re

from manifest_lint.document.secret import SHORTEST, looks_real

_SHORTEST_WORD = 6
_MOST_PARTS = 3
_PART = r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])"
_SEPARATED = r"[A-Za-z]+(?:[-_./ ][A-Za-z]+)*"
_LETTERS, _DIGITS = "abcdefghijklmnopqrstuvwxyz", "0123456789"
_SEQUENCES = (
    _LETTERS,
    _DIGITS * 2,
    _DIGITS + "abcdef",
    _LETTERS + _LETTERS + _DIGITS,
    "qwertyuiop",
    "azertyuiop",
)
"""The characters of an alphabet in order, as encoders have them, and of keyboards, in any case."""


def is_common(value: str) -> bool:
    """Return whether a value is in most bundles by chance.

    It is a word of the table, or up to three of them in any case (`production`, `client_secret`,
    `undefinedFunction`); or a sequence (`12345678`); or one character repeated.
    """
    return len(set(value)) == 1 or _is_sequence(value.lower()) or _is_words(value)


def is_ordinary(value: str) -> bool:
    """Return whether a value is in texts by chance, so that it says nothing away from its place.

    It is a placeholder, a word written in place of a secret, a common word, or very short. To hide
    it in every text would make messages useless.
    """
    return (
        len(value) < (_SHORTEST_WORD if value.isalpha() else SHORTEST)
        or not looks_real(value)
        or is_common(value)
    )


def _is_sequence(value: str) -> bool:
    return any(value in sequence for sequence in _SEQUENCES)


def _is_words(value: str) -> bool:
    if not re.fullmatch(_SEPARATED, value):
        return False
    parts = re.findall(_PART, value)
    return len(parts) <= _MOST_PARTS and all(part.lower() in _WORDS for part in parts)


_TABLE = """
absolute access account actual actually admin administrator allowed allows already alternative
always amazon android anonymous another api apikey app apple application applied argument
arguments assign assignment associated assume attempt attributes authenticate authentication
authorization authorize available azerty azure baseball basic batman bearer because before
behavior between bigint binary binding bitbucket boolean bottom bounds browser buffer callback
called callee calling cancel cannot certificate change changeme changes character characters
checked children chrome client code comment common commonjs compare complete concat conditions
configurable connector connectors console construct constructor consumer contain containing
contains content contents context contexts continue cookie copyright correct correctly cozy
create created creates credential credentials current currently custom database default defaults
define defined delete demo deprecated design desktop detail detected dev development different
direct directly disable disabled discord document documentation domain dragon dropbox duplicate
either element elements email enabled encode encoded encoding ensure entries enumerable
environment equals errors escape events example execute existing expect expected explicit
explicitly export exports expression extend extends facebook false fields filter finally firefox
fitbit following football format freeze function functions future generate generator github
gitlab global google grant greater guest handle handled handler handlers has header hunter id
identifier identity ignore ignored iloveyou implementation import include included includes
including indent information inside inspect instagram instance instanceof instances instead
integer internal invalid issues iterable iterate iterator itself json key keys konnector
language length letmein license linkedin linux literal live local localhost location login
logout longer lookup manifest marked marker master matches matching maximum memory message
messages method methods microsoft missing mobile modify module monkey multiple my name native
navigator necessary needed nested netflix new normal not nothing notice null number oauth object
objects observe observer offset old openid operation operator option optional options orange
original otherwise output outside own package parameter params parent parsed parsing passed
passphrase passwd password pattern paypal performance permission platform plugin position
positive possible prefix preprod preproduction present preserve prevent preview previous
princess private process prod production promise promises properties property prototype provide
provided provider public qwerty random ranges rather reason redirect reduce reference references
refresh regexp registry regular reject relative remaining remove removed replace report
representation request requested require required requires reserved resolution resolve resolved
resolver result return returned returns reverse rights root running safari sandbox script search
second secret secrets section security server service session set setting shadow should signin
single slack software something source specific specified spotify spread stack staging starting
statement static status stored strava strict string stringify strings stripe subject success
sunshine superman support supported switch symbol target test testing tests the thenable through
thrown throws timeout to token tokens trailing treated true trustno twilio twitter type typeof
undefined unexpected unknown unless unshift unsupported update uri user username users validate
validation value values variable version versions warning web webpack welcome whether window
windows within without wrapped wrapper writable writing yahoo your youtube
"""
_WORDS = frozenset(_TABLE.split())
