"""Read a long line at a terminal, without showing it."""

from __future__ import annotations

import os
import sys
import time

import click

from manifest_lint.errors import UserError
from manifest_lint.text.wording import count

_LONGEST = 1024 * 1024
_ENDS = b"\r\n"
_END_OF_INPUT = b"\x04"
_ERASES, _ERASES_ALL = b"\x08\x7f", b"\x15"


def typed_line(prompt: str, seconds: int) -> str:
    """Return the line that a person types or pastes; it is not shown.

    A terminal that hands over whole lines cuts them at 4,095 characters, so each character is read
    as it comes; backspace and Ctrl-U work. What is pasted together may be broken into lines, which
    count as one: a mail or a terminal breaks a long URL. Raises UserError if there is no terminal,
    or no line in time. [Linux, termios(3), "Canonical and noncanonical mode"]
    """
    refuse_without_terminal()
    try:
        import termios
    except ImportError:  # Windows, whose console has no such limit
        from getpass import getpass

        return getpass(prompt)
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    changed = termios.tcgetattr(terminal)
    changed[3] &= ~(termios.ICANON | termios.ECHO)  # not ISIG: Ctrl-C still works
    try:
        termios.tcsetattr(terminal, termios.TCSADRAIN, changed)
        click.echo(prompt, nl=False, err=True)
        line = _read(terminal, time.monotonic() + seconds, seconds)
    finally:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)  # the shell gets no rest of a paste
        click.echo(err=True)
    return line.decode("utf-8", "replace")


def refuse_without_terminal() -> None:
    """Raise UserError if there is no terminal at which someone could type."""
    if not (sys.stdin and sys.stdin.isatty()):
        raise UserError("standard input is not a terminal; use --loopback, or a terminal")


def _read(terminal: int, end: float, seconds: int) -> bytes:
    import select  # only here

    line = bytearray()
    while True:
        left = end - time.monotonic()
        if left > 0 and not select.select([terminal], [], [], min(left, 1))[0]:
            continue  # a signal that came just before the waiting is only seen after it
        if left <= 0:
            time_ = count(seconds, "second")
            what = f"no URL was pasted within {time_}, and nothing was written"
            raise UserError(f"{what}; run login again, or give more time with --timeout")
        part = os.read(terminal, 4096)
        if not part:
            return bytes(line)
        for at, byte in ((at, part[at : at + 1]) for at in range(len(part))):
            if byte in _ENDS and (line or byte == b"\n"):
                if not part[at:].strip():
                    return bytes(line)
                continue
            if byte == _END_OF_INPUT:
                return bytes(line)
            if byte in _ERASES:
                del line[-1:]
            elif byte == _ERASES_ALL:
                line.clear()
            elif len(line) < _LONGEST:
                line += byte
