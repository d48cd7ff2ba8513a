"""A program beside tests that are code: its objects are asked for one by one, by the tests in another process."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from sandbox.zygote import child
from sandbox.zygote.objects import Heard, Objects
from sandbox.zygote.order import LOADED, Order


def prepare() -> None:
    """As `child.prepare`, and ready for both sides of a program and its tests."""
    from sandbox.zygote import duet_rehearsal  # which rehearses what the tests' side runs, too

    child.prepare(duet_rehearsal.rehearse)


def main(header: bytes, descriptors: list[int]) -> None:
    """Run the program whose source waits behind a descriptor, beside tests or alone. Never returns."""
    child.become(_run, header, descriptors)


def _run(source: bytes, order: Order) -> int:
    return child.run(source, order, _serve if order.keeps_objects else child.answer)


def _serve(module: ModuleType) -> None:
    stdout: Any = sys.stdout
    sys.stdout = sys.__stdout__ = Heard(stdout.detach(), "utf-8", "surrogateescape")  # type: ignore[misc]  # ours to set
    child.say(LOADED)
    Objects(module, child.read_frame, child.write_frame).serve()
