"""`python -m bench DATA`: agreement with labels and speed, set by set, with math-verify beside it."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.anchor import Anchor, anchor, can_judge
from bench.machine import describe
from bench.posting import Refused, post_rows
from bench.process import serving
from bench.report import Line, table
from bench.rows import Row, RowSet, read_sets
from bench.tally import Tally, tally


def main() -> None:
    arguments = _parse(sys.argv[1:])
    sets = list(read_sets(arguments.data, arguments.only, arguments.limit))
    if not sets:
        sys.exit(f"no set of rows (*.jsonl) under {arguments.data}")
    with _service(arguments.url) as url, anchor() as yardstick:
        lines = [_judge(url, yardstick, rows, arguments.disagreements) for rows in sets]
    text = _text(table(lines), arguments)
    print(text)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("data", type=Path, help="folder of JSONL files, read with its subfolders")
    parser.add_argument("--url", help="a running service; without it one is started on a free port")
    parser.add_argument("--limit", type=int, help="so many rows of each set")
    parser.add_argument("--only", help="only sets with this text in their name")
    parser.add_argument("--write", type=Path, help="also write the report to this file")
    parser.add_argument("--disagreements", type=Path, help="write each row where score and label disagree to this file")
    return parser.parse_args(arguments)


@contextmanager
def _service(url: str | None) -> Iterator[str]:
    if url:
        yield url
        return
    with serving("app.main:create_app", "/readyz") as started:
        yield started


def _judge(url: str, yardstick: Anchor, rows: RowSet, disagreements: Path | None) -> Line:
    print(f"{rows.name}: {len(rows.rows)} rows", file=sys.stderr)
    start = time.monotonic()
    try:
        scores = post_rows(url, rows.rows)
    except Refused as error:
        return Line(rows.name, len(rows.rows), None, skipped=str(error))
    ours = tally([row["label"] for row in rows.rows], scores, time.monotonic() - start)
    if disagreements:
        _note(disagreements, rows, scores)
    if not all(map(can_judge, rows.rows)):
        return Line(rows.name, len(rows.rows), ours)
    return Line(rows.name, len(rows.rows), ours, _tallied(rows.rows, yardstick.judge))


def _note(path: Path, rows: RowSet, scores: Sequence[float | None]) -> None:
    with path.open("a", encoding="utf-8") as file:
        for row, score in zip(rows.rows, scores, strict=True):
            if row["label"] is not None and score is not None and (score == 1) is not row["label"]:
                told = {"set": rows.name, "id": row["id"], "label": row["label"], "score": score}
                file.write(json.dumps(told) + "\n")


def _tallied(rows: Sequence[Row], judge: Callable[[Sequence[Row]], list[float | None]]) -> Tally:
    start = time.monotonic()
    scores = judge(rows)
    return tally([row["label"] for row in rows], scores, time.monotonic() - start)


def _text(figures: str, arguments: argparse.Namespace) -> str:
    command = _command(arguments)
    return f"""# Agreement with labels

Command: `{command}`, on {time.strftime("%Y-%m-%d")}.
{describe()}
Agreement is the share of labelled and judged rows where score and label agree. FP pays a wrong answer, FN does not pay
a right one; a null is an abstention and counts neither way. Beside it, on the same rows in the same run, math-verify
with its defaults (5 s to parse, 5 s to verify), in as many processes as there are cores. Trust ratios, not rates.

{figures}"""


def _command(arguments: argparse.Namespace) -> str:
    """The command that makes these figures again; where the rows lie is this machine's affair."""
    options = {"--only": arguments.only, "--limit": arguments.limit}
    given = [f"{name} {value}" for name, value in options.items() if value is not None]
    return " ".join(["python -m bench DATA", *given])


if __name__ == "__main__":
    main()
