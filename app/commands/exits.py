"""Exit statuses that all commands share; the first is good news, the last two can be run again to go on."""

from __future__ import annotations

from enum import IntEnum

EPILOG = (
    "Exit status: 0 done; 1 done, and there is something to see (a difference, a trouble, a score below 1); "
    "2 cannot be done as asked; 3 no service, run it again to go on; 4 done, but some could not be judged or read; "
    "130 interrupted, run it again to go on."
)


class Exit(IntEnum):
    """How a command ended."""

    DONE = 0
    FOUND = 1
    REFUSED = 2
    NO_SERVICE = 3
    UNJUDGED = 4
    INTERRUPTED = 130


class CannotDo(Exception):
    """The command cannot be done as asked; the message says what to mend."""


class NoService(Exception):
    """Nobody answers, or the service went away and did not come back; the message holds the last reason."""
