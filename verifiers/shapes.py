"""Shapes that threads read data into, learned before there are threads.

msgspec learns a shape when it first meets it. Two threads that have it learn the same dataclass at once crash the
process (msgspec 0.22).
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
