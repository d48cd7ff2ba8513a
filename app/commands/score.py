"""`score`: a log of rollouts into a file of rewards, over HTTP or in this process, and a summary of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from app.commands.asking import service_at
from app.commands.exits import Exit
from app.commands.log import Broken, Log, index, read_renames
from app.commands.options import (
    HERE,
    PATIENCE_S,
    AsJson,
    Field,
    Key,
    Local,
    Patience,
    Rule,
    Url,
    console,
    in_plain_words,
    print_json,
    progress,
    read_recipe,
)
from app.commands.options import Log as LogFile
from app.commands.scoring import Asked, lines_done, score_log
from app.commands.summary import as_table, read_scored, summed

MOST_NAMED = 20  # broken lines that are named


@in_plain_words
def score_command(
    log: LogFile,
    recipe: Annotated[str, typer.Option(help="a name from GET /v1/recipes, or an inline recipe as JSON")] = "accuracy",
    verifier: Rule = None,
    out: Annotated[Path | None, typer.Option(help="where the rewards go; LOG.scored.jsonl if not given")] = None,
    advantage: Annotated[str | None, typer.Option(help="grpo, mean or rloo, within each group")] = None,
    field: Field = None,
    restart: Annotated[bool, typer.Option("--restart", help="write the output anew")] = False,
    url: Url = HERE,
    key: Key = None,
    is_local: Local = False,
    patience: Patience = PATIENCE_S,
    as_json: AsJson = False,
) -> Exit:
    """Score a log: one reward a row, in the log's order. Interrupted, the same command goes on where it stopped.

    Example: python -m app score rollouts.jsonl --recipe r1-zero --verifier math
    """
    head = {"recipe": read_recipe(recipe)} | ({"groups": {"advantage": advantage}} if advantage else {})
    asked = Asked(head, verifier, read_renames(field or []))
    target = out or log.with_suffix(".scored.jsonl")
    found = index(log, asked.renames)
    if restart:
        target.unlink(missing_ok=True)
    done = lines_done(target, found, asked)
    if done < len(found.rows):
        with service_at(url, key, is_local, patience) as service, progress() as bar:
            task = bar.add_task("scoring", total=len(found.rows), completed=done)
            try:
                score_log(service, found, asked, target, done, lambda count: bar.advance(task, count))
            finally:
                service.stop()
    return _report(found, target, done, as_json)


def _report(log: Log, out: Path, done: int, as_json: bool) -> Exit:
    summary = summed(read_scored(out))
    if as_json:
        broken = [{"line": line.line, "why": line.why} for line in log.broken]
        print_json({"out": str(out), "resumed_after": done, **summary.as_json(), "broken": broken})
    else:
        console().print(as_table(summary, str(out)))
        tell_broken(log.broken)
    return Exit.UNJUDGED if summary.unjudged or log.broken else Exit.DONE


def tell_broken(broken: Sequence[Broken]) -> None:
    """Name the lines that were skipped, the first of them one by one."""
    if broken:
        typer.echo(f"skipped: {len(broken)} broken lines", err=True)
    for line in broken[:MOST_NAMED]:
        typer.echo(f"  line {line.line} {line.why}", err=True)
    if len(broken) > MOST_NAMED:
        typer.echo(f"  and {len(broken) - MOST_NAMED} more", err=True)
