"""Puts the caller's setup before the completion's program, as one source text."""

from __future__ import annotations

import re

# Python takes these only at the top of a file, where the setup would stand.
_FUTURE = re.compile(r"(?m)^from[ \t]+__future__[ \t]+import[ \t]+[^\n()\\]+$")


def with_setup(setup: str, source: str, language: str) -> str:
    """Return the source to run; `setup` may be empty."""
    if not setup:
        return source
    if language != "python":
        return f"{setup}\n{source}"
    lifted = _FUTURE.findall(source)
    return "\n".join([*lifted, setup, _FUTURE.sub("", source) if lifted else source])
