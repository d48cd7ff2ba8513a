"""Shapes that threads read data into. msgspec learns each when it first meets it, and two threads that have it learn the
same dataclass at once crash the process (msgspec 0.22), so every shape is learned before there are threads.
"""

from __future__ import annotations

import msgspec


def learn(*shapes: type) -> None:
    """Have msgspec learn shapes, and those in them.

    Raises:
        Exception: whatever an annotation raises that cannot be read, or is of no type that msgspec knows.
    """
    for shape in shapes:
        msgspec.json.Decoder(shape)
