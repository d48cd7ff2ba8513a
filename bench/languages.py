"""`python -m bench.languages`: what a build and a run cost in the sandbox, beside the bare compiler and runtime.

Ours and the bare one take turns on the same core, with a program that neither has seen; figures are medians of seconds,
and ratios are medians of the ratios of each turn.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

from bench.loop import looping
from bench.machine import describe
from bench.process import serving
from bench.report import markdown
from bench.table import Measured
from sandbox.base import Limits, Program, Status
from sandbox.headers import header_command
from sandbox.languages import discover
from sandbox.run import Sandbox, SandboxConfig
from sandbox.slot import Slot
from sandbox.toolchains import Toolchain, look_for

ROUNDS = 12
SECONDS = 4.0
TESTS = 20
STDIN = b"3 4\n"
VERIFY = "/v1/verify/code"
CORRECT = b'"score":1.0'
MOST_BUILD, LEAST_SHARE = 1.15, 0.40
_numbers = count()

SOURCES = {
    "cpp": """#include <bits/stdc++.h>
using namespace std;
int main() { // %d
    vector<long> seen; long each; map<long, int> counts;
    while (cin >> each) { seen.push_back(each); counts[each]++; }
    sort(seen.begin(), seen.end());
    cout << accumulate(seen.begin(), seen.end(), 0L) << "\\n";
}
""",
    "javascript": """// %d
const words = require("fs").readFileSync(0, "utf8").split(/\\s+/).filter(Boolean);
console.log(words.map(Number).reduce((sum, each) => sum + each, 0));
""",
    "java": """import java.util.*;
public class Main { // %d
    public static void main(String[] words) {
        Scanner in = new Scanner(System.in);
        long sum = 0;
        while (in.hasNextLong()) sum += in.nextLong();
        System.out.println(sum);
    }
}
""",
}


@dataclass(frozen=True, slots=True)
class Bare:
    """A toolchain by itself, in a folder of its own: how one builds and runs without us."""

    toolchain: Toolchain
    folder: Path
    headers: str

    def build(self, source: str) -> None:
        (self.folder / self.toolchain.language.source_name).write_text(source)
        self._do(self._command(self.toolchain.language.compile_command))

    def run(self) -> None:
        self._do(self._command(self.toolchain.language.run_command))

    def _command(self, words: tuple[str, ...]) -> list[str]:
        language = self.toolchain.language
        product = f"./{language.product_name}" if language.product_name else ""
        filled = {"source": language.source_name, "product": product, "main": "Main", "memory_mb": "512"}
        return self.toolchain.command(words, **filled, headers=self.headers)

    def _do(self, command: Sequence[str]) -> None:
        subprocess.run(command, cwd=self.folder, input=STDIN, capture_output=True, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.languages", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="length of one round of Python's two forms")
    parser.add_argument("--write", type=Path, help="also write the report to this file")
    arguments = parser.parse_args()
    measured = [*_all_languages(arguments.rounds), *_forms(arguments.rounds, arguments.seconds)]
    text = _text(measured)
    print(text)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")


# ---------------------------------------------------------------------------------------- compilers and runtimes


def _all_languages(rounds: int) -> Iterator[Measured]:
    root = Path(tempfile.mkdtemp(prefix="truegold-bench-"))
    sandbox = Sandbox(SandboxConfig(root / "scratch"))
    try:
        slot = sandbox.open_slot()
        for name in SOURCES:
            slot.prove(discover()[name])
            for each in _one_language(slot, _bare(name, root), rounds):
                print(each.what, each.figure, file=sys.stderr)
                yield each
    finally:
        sandbox.close()
        shutil.rmtree(root)


def _bare(name: str, root: Path) -> Bare:
    toolchain = look_for(discover()[name])
    folder = root / name
    folder.mkdir()
    headers = folder / "headers"
    if toolchain.language.precompiled:
        made = headers / f"{toolchain.language.precompiled}.gch"
        made.parent.mkdir(parents=True)
        header = root / "header.cpp"
        header.write_text(f"#include <{toolchain.language.precompiled}>\n")
        subprocess.run(header_command(toolchain, str(header), str(made)), check=True)
    return Bare(toolchain, folder, str(headers))


def _one_language(slot: Slot, bare: Bare, rounds: int) -> Iterator[Measured]:
    name, is_built = bare.toolchain.language.name, bool(bare.toolchain.language.compile_command)
    turns = [_turn(slot, bare, is_built) for _ in range(rounds + 1)][1:]  # the first of a kind is slower
    built, bare_built, ran, bare_ran = (statistics.median(each) for each in zip(*turns, strict=True))
    if is_built:
        ratio = statistics.median(turn[0] / turn[1] for turn in turns)
        target = f"{MOST_BUILD} or less" if bare.toolchain.language.precompiled else ""
        yield _told(f"{name}: a build, confined", f"{1000 * built:.0f} ms")
        yield _told(f"{name}: the bare compiler, with the same options", f"{1000 * bare_built:.0f} ms")
        yield Measured(f"{name}: a build to a bare one", target, f"{ratio:.2f}", ratio <= MOST_BUILD)
    yield _told(f"{name}: a run, confined", f"{1000 * ran:.1f} ms")
    yield _told(f"{name}: a bare run", f"{1000 * bare_ran:.1f} ms")
    yield _told(f"{name}: a run to a bare one", f"{statistics.median(turn[2] / turn[3] for turn in turns):.2f}")
    if is_built:
        share = _all_tests_s(slot, bare) / (built + TESTS * ran)
        yield _told(f"{name}: {TESTS} tests, to one build and {TESTS} runs", f"{share:.2f}")


def _turn(slot: Slot, bare: Bare, is_built: bool) -> tuple[float, float, float, float]:
    """Seconds of a build, a bare build, a run and a bare run. Ours builds at the first run: a run is taken off it."""
    source = _source(bare)
    first_s = _timed(partial(_run, slot, bare, source))
    bare_build_s = _timed(partial(bare.build, source)) if is_built else _timed(partial(_written, bare, source))
    run_s = _timed(partial(_run, slot, bare, source))
    bare_run_s = _timed(bare.run)
    return first_s - run_s, bare_build_s, run_s, bare_run_s


def _written(bare: Bare, source: str) -> None:
    (bare.folder / bare.toolchain.language.source_name).write_text(source)


def _source(bare: Bare) -> str:
    return SOURCES[bare.toolchain.language.name] % next(_numbers)


def _run(slot: Slot, bare: Bare, source: str) -> None:
    outcome = slot.run(Program(bare.toolchain.language.name, source), Limits(), STDIN)
    if outcome.status is not Status.OK or outcome.stdout != b"7\n":
        raise RuntimeError(f"{bare.toolchain.language.name} did not run: {outcome}")


def _all_tests_s(slot: Slot, bare: Bare) -> float:
    source = _source(bare)
    return _timed(lambda: [_run(slot, bare, source) for _ in range(TESTS)])


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


# -------------------------------------------------------------------------------------------- the forms of Python


def _forms(rounds: int, seconds: float) -> Iterator[Measured]:
    """Programs judged a second over HTTP, by how their three tests are written."""
    calls = {"entry_point": "gap", "tests": [{"args": [[4, 1, 9]], "expected": 8}] * 3}
    line = "assert gap([4, 1, 9]) == 8"
    ways = {
        "a function with arguments as data": calls,
        "assertions that are calls": {"asserts": [line] * 3},
        "assertions that are code": {"asserts": [line, "assert all(gap([n]) == 0 for n in range(2))", line]},
        "`def check(candidate)`": {
            "entry_point": "gap",
            "test": f"def check(gap):\n    for _ in range(2):\n        {line}\n    {line}",
        },
    }
    with serving("app.main:create_app", "/readyz") as url:
        turns = [
            {name: _rate(url, truth, seconds) for name, truth in ways.items()} for _ in range(max(2, rounds // 4) + 1)
        ][1:]
    first, *others = ways
    yield _told(f"python: {first}", f"{statistics.median(turn[first] for turn in turns):,.0f} /s")
    for name in others:
        ratio = statistics.median(turn[name] / turn[first] for turn in turns)
        target = f"{LEAST_SHARE:.2f} or more"
        yield Measured(f"python: {name}, to that", target, f"{ratio:.2f}", ratio >= LEAST_SHARE)


def _rate(url: str, truth: object, seconds: float) -> float:
    def one() -> bytes:
        source = f"def gap(values):\n    return max(values) - min(values) + {next(_numbers)} * 0"
        return json.dumps({"completion": f"```python\n{source}\n```", "ground_truth": truth}).encode()

    with looping(url, VERIFY, 2 * len(os.sched_getaffinity(0))) as loop:
        return loop.rate(seconds, one, _correct)


def _correct(body: bytes) -> None:
    if CORRECT not in body:
        raise RuntimeError(f"not correct: {body[:500]!r}")


# --------------------------------------------------------------------------------------------------- the report


def _told(what: str, figure: str) -> Measured:
    return Measured(what, "", figure, is_met=True)


def _text(measured: Sequence[Measured]) -> str:
    versions = ", ".join(f"{name} {look_for(discover()[name]).version}" for name in SOURCES)
    rows = [one.cells() for one in measured]
    return f"""# Speed of languages

Command: `python -m bench.languages`, on {time.strftime("%Y-%m-%d")}. Toolchains: {versions}.
{describe()}
A build is what the first run of a program takes longer than the next. Ours and the bare one take turns on the same
cores, in one process each; ratios are medians of the ratios of each turn. Load average at the end:
{os.getloadavg()[0]:.1f} on {len(os.sched_getaffinity(0))} cores, so judge times on a busy machine with care.

{markdown(("what", "target", "measured", "met"), rows)}"""


if __name__ == "__main__":
    main()
