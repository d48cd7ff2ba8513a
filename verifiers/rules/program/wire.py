"""How calls are written to a program, and how its answers are read: plain data to Python, JSON to other languages.

What is read here was written by the judged process: claims about values, of any kind and size.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

from sandbox import plain
from verifiers.base import TruthError
from verifiers.rules.program.asserts import Call


class Wire(Protocol):
    """One way to write requests and to read replies."""

    def finding(self, entry: str) -> bytes: ...

    def calling(self, call: Call) -> bytes: ...

    def answer(self, body: bytes) -> dict[Any, Any]:
        """Return what a reply says.

        Raises:
            ValueError: it says nothing that can be read.
        """


class _Plain:
    def finding(self, entry: str) -> bytes:
        return plain.encode({"find": entry})

    def calling(self, call: Call) -> bytes:
        args, kwargs = list(call.args), dict(call.kwargs)
        return plain.encode({"entry": call.entry, "args": args, "kwargs": kwargs, "drain": call.drain})

    def answer(self, body: bytes) -> dict[Any, Any]:
        return _told(plain.decode(body))


class _Json:
    def finding(self, entry: str) -> bytes:
        return _written({"find": entry})

    def calling(self, call: Call) -> bytes:
        if call.kwargs:
            raise TruthError("only Python knows arguments by name")
        return _written({"entry": call.entry, "args": list(call.args)})

    def answer(self, body: bytes) -> dict[Any, Any]:
        try:
            told = _told(json.loads(body))
        except RecursionError as error:
            raise ValueError("nested too deep") from error
        if "handle" in told:
            return {"value": plain.Handle(str(told["handle"])[:200])}
        plain.encode(told, strict=True)  # refuses what is nested too deep to be compared
        return told


def wire_of(language: str) -> Wire:
    return _Plain() if language == "python" else _Json()


def _written(request: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(request).encode()
    except (TypeError, ValueError) as error:
        raise TruthError(f"an argument that JSON cannot write: {error}") from error


def _told(body: Any) -> dict[Any, Any]:
    if not isinstance(body, dict):
        raise ValueError("no object")
    return body
