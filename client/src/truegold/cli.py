"""The command line of the client: `truegold score rollouts.jsonl` asks a service for one reward a row."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from truegold.client import RewardClient
from truegold.errors import BadRequest, ConfigurationError, EncodingError, TooLarge, TruegoldError, Unauthorized
from truegold.logfile import Broken, CannotDo, Row, cut, in_order, index, lines_done, mark, read_samples, written

DONE, REFUSED, NO_SERVICE, UNJUDGED, INTERRUPTED = 0, 2, 3, 4, 130
IN_FLIGHT = 4
MOST_NAMED = 20
HELP = """example:
  truegold score rollouts.jsonl --url http://127.0.0.1:8000 --recipe r1-zero --verifier math

exit status:
  0 done; 2 cannot be done as asked; 3 no service, run it again to go on;
  4 done, but some rows could not be judged or read; 130 interrupted, run it again to go on
"""
Refusal = (CannotDo, ConfigurationError, EncodingError, BadRequest, TooLarge, Unauthorized)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    given = _parser().parse_args(arguments)
    try:
        return _score(given)
    except Refusal as error:
        return _tell(f"error: {error}", REFUSED)
    except TruegoldError as error:
        return _tell(f"error: {error}", NO_SERVICE)
    except KeyboardInterrupt:
        return _tell("interrupted; the same command goes on from here", INTERRUPTED)


def _parser() -> argparse.ArgumentParser:
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("truegold", description=__doc__, epilog=HELP, formatter_class=layout)
    commands = parser.add_subparsers(required=True, metavar="score")
    summary = "score a log: one reward a row, in the log's order; run again, it goes on where it stopped"
    score = commands.add_parser("score", help=summary, description=summary, epilog=HELP, formatter_class=layout)
    score.add_argument("log", type=Path, help="rollouts, one JSON object a line")
    score.add_argument("--url", help="the service, or several with commas between (TRUEGOLD_URL)")
    score.add_argument("--token", help="its key, where it wants one (TRUEGOLD_TOKEN)")
    score.add_argument("--recipe", default="accuracy", help="a name, or an inline recipe as JSON (accuracy)")
    score.add_argument("--verifier", help="the rule for rows that name none")
    score.add_argument("--out", type=Path, help="where the rewards go (LOG.scored.jsonl)")
    score.add_argument("--advantage", choices=("grpo", "mean", "rloo"), help="work out advantages within each group")
    score.add_argument("--retries", type=int, default=4, help="tries again where the service is away (4)")
    score.add_argument("--restart", action="store_true", help="write the output anew")
    score.add_argument("--json", action="store_true", help="print the summary as JSON")
    return parser


def _score(given: argparse.Namespace) -> int:
    head = {"recipe": _recipe(given.recipe), "groups": {"advantage": given.advantage} if given.advantage else None}
    asked = hashlib.blake2b(json.dumps([head, given.verifier]).encode(), digest_size=5).hexdigest()
    out = given.out or given.log.with_suffix(".scored.jsonl")
    rows, broken = index(given.log)
    if given.restart and out.exists():
        out.unlink()
    done = lines_done(out, rows, asked)
    with RewardClient(given.url, given.token, retries=given.retries, max_batch=len(rows), max_bytes=2**62) as client:
        batches = _in_turn(client, given, rows, done, head)
        with out.open("ab") as file:
            for row, fingerprint, result in in_order(rows[done:], batches):
                line = {**mark(row, asked), "fingerprint": fingerprint, **written(result)}
                file.write(json.dumps(line, separators=(",", ":")).encode("ascii") + b"\n")
                _show(row.line, rows[-1].line, sys.stderr)
    return _report(out, broken, given.json)


def _recipe(text: str) -> Any:
    if not text.lstrip().startswith("{"):
        return text
    try:
        return json.loads(text)
    except ValueError as error:
        raise CannotDo(f"--recipe is no JSON: {error}") from error


def _in_turn(
    client: RewardClient, given: argparse.Namespace, rows: Sequence[Row], done: int, head: dict[str, Any]
) -> Iterator[list[tuple[Row, Any]]]:
    """Score some batches at once and yield their results in order; never more than a few lie in memory."""
    rest = {row.line for row in rows[done:]}

    def score(batch: list[Row]) -> list[tuple[Row, Any]]:
        results = client.score(read_samples(given.log, batch, given.verifier), **head)
        fingerprint = results.fingerprints[0] if results.fingerprints else None
        return [(row, (row, fingerprint, result)) for row, result in zip(batch, results) if row.line in rest]

    todo = iter([batch for batch in cut(rows) if any(row.line in rest for row in batch)])
    threads = ThreadPoolExecutor(IN_FLIGHT, "truegold")
    try:
        running = deque(threads.submit(score, batch) for batch in islice(todo, IN_FLIGHT))
        while running:
            yield running.popleft().result()
            running.extend(threads.submit(score, batch) for batch in islice(todo, 1))
    finally:
        threads.shutdown(cancel_futures=True)  # the few requests under way are waited for, and no more are sent


def _show(line: int, last: int, screen: TextIO) -> None:
    if screen.isatty():
        screen.write(f"\rline {line:,} of {last:,}" + ("\n" if line == last else ""))


def _report(out: Path, broken: Sequence[Broken], as_json: bool) -> int:
    with out.open("rb") as file:
        scored = [(row["reward"], row["components"][0]["verdict"], row["fingerprint"]) for row in map(json.loads, file)]
    rewards = [reward for reward, _, _ in scored if reward is not None]
    summary = {
        "out": str(out),
        "rows": len(scored),
        "not_judged": len(scored) - len(rewards),
        "reward_mean": sum(rewards) / len(rewards) if rewards else None,
        "verdicts": dict(Counter(verdict for _, verdict, _ in scored).most_common()),
        "fingerprints": dict(Counter(fingerprint for _, _, fingerprint in scored).most_common()),
        "broken": [{"line": line.line, "why": line.why} for line in broken],
    }
    print(json.dumps(summary, indent=1) if as_json else _as_text(summary))
    return UNJUDGED if broken or len(rewards) < len(scored) else DONE


def _as_text(summary: dict[str, Any]) -> str:
    mean = summary["reward_mean"]
    lines = [f"{summary['out']}: {summary['rows']:,} rows, {summary['not_judged']:,} of them not judged"]
    lines += [] if mean is None else [f"  mean reward {mean:.4g}"]
    lines += [f"  {count:>8,}  {verdict}" for verdict, count in summary["verdicts"].items()]
    lines += [f"  fingerprint {name}" for name in summary["fingerprints"]]
    broken = summary["broken"]
    lines += [f"  {len(broken)} broken lines were skipped"] if broken else []
    lines += [f"    line {line['line']} {line['why']}" for line in broken[:MOST_NAMED]]
    return "\n".join(lines)


def _tell(message: str, status: int) -> int:
    print(message, file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
