"""A request's body: read under a limit, decompressed under the same limit, parsed so that one bad value stays alone."""

from __future__ import annotations

import asyncio
import json
import math
import sys
import zlib
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, Final, TypeVar

import msgspec
from backports import zstd
from starlette.requests import Request

from app.bodies import BodyBudget
from app.errors import RequestError, unprocessable
from app.telemetry import current_exchange

MAX_DEPTH = 100
OFF_LOOP_BYTES = 64 * 1024  # parsing more than this would hold up other connections
STALL_S = 30.0  # a body may pause for this long
WHOLE_S = 600.0  # and take this long in all
FEW_SAMPLES = 8
UNPACKS_TO = 8  # times its own size: what room a compressed body is given until its real size is known


Done = TypeVar("Done")


async def apart(samples: int, act: Callable[..., Done], *parts: Any) -> Done:
    """Do the work for a request in a thread; at once where its samples are few and small, for a thread costs more."""
    if is_small(samples):
        return act(*parts)
    return await asyncio.to_thread(act, *parts)


def is_small(samples: int) -> bool:
    """Whether the running request is small enough to be looked at on the event loop."""
    return samples <= FEW_SAMPLES and current_exchange().body_bytes <= OFF_LOOP_BYTES


class Unreadable:
    """Stands where a JSON value was that nothing can be done with: NaN, an infinity, a number of 5,000 digits."""

    def __init__(self, what: str) -> None:
        self.what = what


NOT_FINITE: Final = Unreadable("NaN or an infinity, which JSON does not have")
TOO_LONG: Final = Unreadable("a number with too many digits")


async def read_json(request: Request, max_bytes: int, *, may_wait: bool = False) -> Any:
    """Return the body as plain data, whatever its content type says. What is unreadable in it becomes `Unreadable`.

    Where too many bodies are held already, a request that `may_wait` does, and any other is sent away.

    Raises:
        RequestError: 408 for a body that does not come, 413 over `max_bytes`, 415 for an unknown Content-Encoding,
            422 for what is not JSON, 429 where there is no room for it now.
    """
    budget: BodyBudget = request.app.state.service.bodies
    exchange = current_exchange()
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    expected = _expected_bytes(request, encoding, max_bytes)
    if may_wait:
        await budget.enter_in_turn(exchange, expected)
    else:
        budget.enter(exchange, expected)
    data, size = await _parsed(await _read(request, max_bytes), encoding, max_bytes)
    await budget.settle(exchange, size)
    return data


def _expected_bytes(request: Request, encoding: str, max_bytes: int) -> int:
    declared = request.headers.get("content-length", "")
    if not declared.isdigit():
        return max_bytes
    if int(declared) > max_bytes:
        raise _too_large(int(declared), max_bytes)
    return int(declared) if encoding == "identity" else min(max_bytes, int(declared) * UNPACKS_TO)


async def _read(request: Request, max_bytes: int) -> bytes:
    loop = asyncio.get_running_loop()
    last = loop.time() + WHOLE_S
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(STALL_S) as limit:
            async for part in request.stream():
                limit.reschedule(min(last, loop.time() + STALL_S))
                size += len(part)
                if size > max_bytes:
                    raise _too_large(size, max_bytes)
                parts.append(part)
    except TimeoutError:
        message = f"the body did not come: {size} bytes of it are here"
        raise RequestError(HTTPStatus.REQUEST_TIMEOUT, message, headers={"Connection": "close"}) from None
    return b"".join(parts)


async def _parsed(body: bytes, encoding: str, max_bytes: int) -> tuple[Any, int]:
    if len(body) > OFF_LOOP_BYTES or encoding != "identity":
        return await asyncio.to_thread(_parse, body, encoding, max_bytes)
    return _parse(body, encoding, max_bytes)


def _parse(body: bytes, encoding: str, max_bytes: int) -> tuple[Any, int]:
    """Return the data, and the size of the body once unpacked."""
    unpacked = _decompressed(body, encoding, max_bytes)
    return parse_json(unpacked), len(unpacked)


def _decompressed(body: bytes, encoding: str, max_bytes: int) -> bytes:
    if encoding in ("identity", ""):
        return body
    if encoding not in ("gzip", "zstd"):
        message = f"Content-Encoding {encoding[:40]!r} is not read here; known: gzip, zstd"
        raise RequestError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, message, headers={"Accept-Encoding": "gzip, zstd"})
    try:
        inflated, is_whole = _gunzip(body, max_bytes) if encoding == "gzip" else _unzstd(body, max_bytes)
    except (zlib.error, zstd.ZstdError, EOFError) as error:
        raise unprocessable("body", f"is no {encoding}: {error}") from error
    if len(inflated) > max_bytes:
        raise _too_large(len(inflated), max_bytes)
    if not is_whole:
        raise unprocessable("body", f"ends in the middle of its {encoding} stream")
    return inflated


def _gunzip(body: bytes, max_bytes: int) -> tuple[bytes, bool]:
    inflater = zlib.decompressobj(31)
    return inflater.decompress(body, max_bytes + 1), inflater.eof


def _unzstd(body: bytes, max_bytes: int) -> tuple[bytes, bool]:
    inflater = zstd.ZstdDecompressor()
    return inflater.decompress(body, max_length=max_bytes + 1), inflater.eof


def _too_large(size: int, max_bytes: int) -> RequestError:
    message = f"the body has {size} bytes or more; at most {max_bytes} are read here (TRUEGOLD_MAX_BODY_BYTES)"
    return RequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)


def parse_json(body: bytes) -> Any:
    """Parse JSON: fast where it is strict, and by the lenient standard reader where it is not."""
    try:
        return msgspec.json.decode(body)
    except (ValueError, RecursionError):
        pass
    try:
        return json.loads(body, parse_constant=lambda _: NOT_FINITE, parse_float=_float, parse_int=_int)
    except RecursionError as error:
        raise unprocessable("body", "is nested too deep to be read") from error
    except ValueError as error:
        raise unprocessable("body", f"is not JSON: {_where(error)}") from error


def _where(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at line {error.lineno}, column {error.colno}"
    return "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error)


def _float(text: str) -> float | Unreadable:
    value = float(text)
    return value if math.isfinite(value) else NOT_FINITE


def _int(text: str) -> int | Unreadable:
    return TOO_LONG if len(text) > sys.int_info.default_max_str_digits else int(text)


def unreadable_in(value: Any, max_depth: int = MAX_DEPTH) -> str | None:
    """Return what cannot be read somewhere in a value, or None: an `Unreadable`, or nesting over `max_depth`."""
    level = [value]
    for _ in range(max_depth):
        unreadable = next((item for item in level if isinstance(item, Unreadable)), None)
        if unreadable is not None:
            return unreadable.what
        level = [inner for item in level for inner in _items(item)]
        if not level:
            return None
    return f"nested more than {max_depth} deep"


def _items(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
