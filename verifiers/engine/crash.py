"""How a crash of ours is told: its type and the places it passed, never its message, which may quote a completion."""

from __future__ import annotations

import traceback
from pathlib import Path

MAX_FRAMES = 6


def told(error: BaseException) -> str:
    """Return `TypeError at find.py:33 in last_box < rule.py:60 in verify`, innermost first."""
    frames = traceback.extract_tb(error.__traceback__)[-MAX_FRAMES:]
    places = [f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}" for frame in reversed(frames)]
    return f"{type(error).__name__} at {' < '.join(places)}"
