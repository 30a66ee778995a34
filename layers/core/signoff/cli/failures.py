"""Exit codes of ``signoff`` and the exceptions that carry them."""

import click

DONE = 0
PROBLEMS = 1
USAGE = 2
REFUSED = 3
NOT_FOUND = 4
CONFLICT = 5
INTERNAL = 70
INTERRUPTED = 130

EXIT_CODES = """\b
Exit codes:
  0   done
  1   there are problems: a definition with errors, a history that differs, a run that failed
  2   wrong usage, an unreadable file, or an address that does not answer
  3   the API key is missing, not good, or lacks a scope; or the person may not do this
  4   there is no such run, definition, key or stack
  5   the thing is in another state than the command needs
  70  an error in signoff itself (SIGNOFF_DEBUG=1 shows where)
  130 stopped by Ctrl-C
"""


class Failure(click.ClickException):
    """A command cannot do what was asked; ``hint`` says what would help."""

    exit_code = PROBLEMS

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint

    def format_message(self) -> str:
        """The message, with the hint on a line of its own."""
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class Unreachable(Failure):
    """Nothing answers at the address, or what answers is no Signoff API."""

    exit_code = USAGE


class BadInput(Failure):
    """A file or an option's value cannot be used."""

    exit_code = USAGE


class Refused(Failure):
    """The key is missing, not good, or may not do this."""

    exit_code = REFUSED


class Missing(Failure):
    """There is no such thing."""

    exit_code = NOT_FOUND


class InConflict(Failure):
    """The thing is in another state than the command needs."""

    exit_code = CONFLICT
