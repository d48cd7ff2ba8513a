"""`python -m bench.fuzz_bodies`: bodies that are broken in every way we know, at each path; none may get a 500.

Each body is the example of its path, as the OpenAPI document holds it, with a few things done to it. A failure prints
the body and the seed that makes it again.
"""

from __future__ import annotations

import argparse
import copy
import gzip
import json
import math
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from backports import zstd

from bench.machine import describe
from bench.process import serving
from bench.report import markdown

SECONDS = 600.0
CONNECTIONS = 4
TIMEOUT_S = 60.0
# What callers may ask for is kept short, so that the time goes into bodies and not into programs.
SETTINGS = {
    "TRUEGOLD_DEFAULT_DEADLINE_S": "10",
    "TRUEGOLD_MAX_DEADLINE_S": "10",
    "TRUEGOLD_CODE_MAX_TIME_LIMIT_S": "1",
    "TRUEGOLD_MATH_MAX_BUDGET_S": "1",
    "TRUEGOLD_MAX_BODY_BYTES": "4000000",
    "TRUEGOLD_CACHE_ENTRIES": "1000",
}
MEANT = frozenset({503, 504})  # the only statuses from 500 on that are an answer
FAULTS_SHOWN = 5
NAMES = (
    "samples",
    "completion",
    "ground_truth",
    "verifier",
    "options",
    "recipe",
    "groups",
    "deadline_s",
    "on_null",
    "id",
)
Draw = random.Random
Fuzz = Callable[[Draw, bytes], tuple[bytes, dict[str, str]]]


@dataclass(slots=True)
class Found:
    """What came back: how many answers of each status, and what should not have."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, status: int, fault: str) -> None:
        with self.lock:
            self.statuses[status] += 1
            if fault:
                self.faults.append(fault)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz_bodies", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--write", type=Path, help="also write the report to this file")
    arguments = parser.parse_args()
    found = Found()
    with serving("app.main:create_app", "/readyz", SETTINGS) as url:
        document = httpx.get(f"{url}/openapi.json").json()
        examples = list(_examples(document))
        end = time.monotonic() + arguments.seconds
        with ThreadPoolExecutor(CONNECTIONS) as threads:
            seeds = range(arguments.seed, arguments.seed + CONNECTIONS)
            list(threads.map(lambda seed: _post_until(end, url, examples, Draw(seed), seed, found), seeds))
        is_alive = httpx.get(f"{url}/readyz").status_code == 200
    text = _text(arguments, found, is_alive)
    print(text)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")
    if found.faults or not is_alive:
        print("\n".join(found.faults[:FAULTS_SHOWN]))
        sys.exit(1)


def _examples(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for path, methods in document["paths"].items():
        for operation in methods.values():
            for body in operation.get("requestBody", {}).get("content", {}).values():
                yield path.replace("{recipe}", "r1-zero").replace("{verifier}", "math"), body["example"]


def _post_until(end: float, url: str, examples: list[tuple[str, Any]], draw: Draw, seed: int, found: Found) -> None:
    with httpx.Client(base_url=url, timeout=TIMEOUT_S) as client:
        while time.monotonic() < end:
            path, example = draw.choice(examples)
            body, headers = _fuzzed(draw, example)
            try:
                answer = client.post(path, content=body, headers=headers)
            except httpx.TransportError as error:
                found.note(0, f"seed {seed}: {path}: {error!r}: {len(body)} bytes, {headers}: {body[:300]!r}")
                continue
            found.note(answer.status_code, _fault(answer, seed, path, body))


def _fault(answer: httpx.Response, seed: int, path: str, body: bytes) -> str:
    """What is wrong with an answer; empty where nothing is."""
    where = f"seed {seed}: {answer.status_code} {path}: {answer.content[:300]!r} for {body[:600]!r}"
    if answer.status_code >= 500 and answer.status_code not in MEANT:
        return where
    try:
        told = answer.json()
    except ValueError:
        return f"no JSON, {where}"
    if answer.status_code == 200 and path == "/v1/rewards" and len(told["rewards"]) != len(told["results"]):
        return f"not one reward a sample, {where}"
    return ""


# ------------------------------------------------------------------------------------------------- what is done to it


def _fuzzed(draw: Draw, example: Any) -> tuple[bytes, dict[str, str]]:
    value = copy.deepcopy(example)
    for _ in range(draw.choice((0, 1, 1, 1, 2, 3))):
        value = _changed(draw, value)
    body = json.dumps(value).encode()
    return draw.choice(_FUZZES)(draw, body)


def _changed(draw: Draw, value: Any) -> Any:
    """Replace, take out or add something at a random place."""
    holders = [holder for holder in _holders(value) if holder]
    if not holders:
        return _odd(draw)
    holder = draw.choice(holders)
    key: Any = draw.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    match draw.randrange(4):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder[draw.choice(NAMES)] = _odd(draw)
        case 2 if isinstance(holder, list):
            holder.extend([holder[key]] * draw.randrange(40))
        case _:
            holder[key] = _odd(draw)
    return value


def _holders(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _holders(inner)


def _odd(draw: Draw) -> Any:
    odd: tuple[Callable[[], Any], ...] = (
        lambda: None, lambda: True, lambda: -1, lambda: 10**400, lambda: 1e308, lambda: math.nan, lambda: math.inf,
        lambda: "", lambda: "\ud800", lambda: "\0", lambda: "x" * 100_000, lambda: "\\boxed{" * 1000, dict, list,
        lambda: [[]] * 100, lambda: {"": {"": {}}}, lambda: _deep(draw.choice((50, 99, 150))),
        lambda: "".join(chr(draw.randrange(0xD7FF)) for _ in range(30)), lambda: draw.choice(NAMES),
        lambda: draw.randbytes(20).decode("latin-1"), lambda: [{"role": "assistant", "content": None}],
    )  # fmt: skip
    return draw.choice(odd)()


def _deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def _plain(_: Draw, body: bytes) -> tuple[bytes, dict[str, str]]:
    return body, {}


def _cut(draw: Draw, body: bytes) -> tuple[bytes, dict[str, str]]:
    return body[: draw.randrange(len(body) + 1)], {}


def _flipped(draw: Draw, body: bytes) -> tuple[bytes, dict[str, str]]:
    flipped = bytearray(body)
    for _ in range(draw.randrange(1, 8)):
        flipped[draw.randrange(len(flipped))] = draw.randrange(256)
    return bytes(flipped), {}


def _nested(draw: Draw, _: bytes) -> tuple[bytes, dict[str, str]]:
    levels = draw.choice((500, 2_000, 100_000))
    opening, closing = draw.choice(((b"[", b"]"), (b'{"samples":', b"}")))
    return opening * levels + b"1" + closing * draw.choice((levels, 0)), {}


def _noise(draw: Draw, _: bytes) -> tuple[bytes, dict[str, str]]:
    return draw.randbytes(draw.randrange(2000)), {}


def _packed(draw: Draw, body: bytes) -> tuple[bytes, dict[str, str]]:
    """Packed, sometimes wrongly, cut short, or as what it is not."""
    packed = draw.choice((gzip.compress, zstd.compress))(body * draw.choice((1, 1, 1, 5000)))
    if draw.random() < 0.3:
        packed = packed[: draw.randrange(len(packed))]
    if draw.random() < 0.2:
        packed += draw.randbytes(10)
    return packed, {"Content-Encoding": draw.choice(("gzip", "zstd", "br", "gzip, zstd", ""))}


_FUZZES: tuple[Fuzz, ...] = (_plain, _plain, _plain, _plain, _cut, _flipped, _flipped, _nested, _noise, _packed)


def _text(arguments: argparse.Namespace, found: Found, is_alive: bool) -> str:
    command = f"python -m bench.fuzz_bodies --seconds {arguments.seconds:.0f} --seed {arguments.seed}"
    rows = [[str(status or "connection lost"), f"{count:,}"] for status, count in sorted(found.statuses.items())]
    return f"""# Broken bodies

Command: `{command}`, on {time.strftime("%Y-%m-%d")}.
{describe()}
{found.statuses.total():,} bodies at every path that takes one: values replaced, taken out, repeated; NaN, surrogates,
long and deep; bytes flipped, cut, made up; packed, wrongly packed. Answers that should not have been (a 500, a lost
connection, no JSON): {len(found.faults)}. Ready afterwards: {"yes" if is_alive else "no"}.

{markdown(("status", "answers"), rows)}"""


if __name__ == "__main__":
    main()
