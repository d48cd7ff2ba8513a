"""`lint`: a dataset before a run. Which ground truths cannot be read, do not score 1, or fail their reference?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from rich.table import Table

from app.commands.asking import Service, answered, service_at
from app.commands.exits import Exit
from app.commands.log import Log, cut, index, read_renames, read_samples, to_body
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
)
from app.commands.options import Log as LogFile
from app.commands.score import tell_broken

MOST_SHOWN = 50


@in_plain_words
def lint_command(
    log: LogFile,
    verifier: Rule = None,
    field: Field = None,
    url: Url = HERE,
    key: Key = None,
    is_local: Local = False,
    patience: Patience = PATIENCE_S,
    as_json: AsJson = False,
) -> Exit:
    """Check a dataset before a run: can each ground truth be read, does it score 1, does its reference pass?

    Example: python -m app lint train.jsonl --verifier math
    """
    renames = read_renames(field or [])
    found = index(log, renames)
    with service_at(url, key, is_local, patience) as service:
        rows, counts = _linted(service, found, renames, verifier)
    troubled = [row for row in rows if trouble(row)]
    if as_json:
        broken = [{"line": line.line, "why": line.why} for line in found.broken]
        print_json({"summary": dict(counts), "troubled": troubled, "broken": broken})
    else:
        console().print(_table(troubled, counts))
        tell_broken(found.broken)
    if troubled:
        return Exit.FOUND
    return Exit.UNJUDGED if found.broken else Exit.DONE


def _linted(
    service: Service, log: Log, renames: Mapping[str, str], verifier: str | None
) -> tuple[list[dict[str, Any]], Counter[str]]:
    rows: list[dict[str, Any]] = []
    counts: Counter[str] = Counter()
    with log.path.open("rb") as file, progress() as bar:
        task = bar.add_task("looking", total=len(log.rows))
        for batch in cut(log.rows):
            samples = read_samples(file, batch, renames, verifier)
            answer = answered(service.ask("/v1/lint", to_body({"samples": samples})))
            rows += [{"line": row.line, **line} for row, line in zip(batch, answer["rows"], strict=True)]
            counts.update(answer["summary"])
            bar.advance(task, len(batch))
    return sorted(rows, key=lambda row: row["line"]), counts


def trouble(row: Mapping[str, Any]) -> str:
    """Say what is wrong with a row of a dataset; nothing where all is well."""
    reference = (row["reference"] or {}).get("verdict", "correct")
    if row["truth"] != "ok":
        return f"{row['truth'] or 'not looked at'}: {row['detail']}"
    if reference != "correct":
        return f"its reference is {reference}"
    if row["self_score"] is not None and row["self_score"] < 1:
        return f"written out, it scores {row['self_score']:g}: {row['detail']}"
    return ", ".join(row["flags"])


def _table(troubled: list[dict[str, Any]], counts: Counter[str]) -> Table:
    title = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in counts.items())
    table = Table("line", "id", "rule", "trouble", title=title, title_justify="left")
    for row in troubled[:MOST_SHOWN]:
        table.add_row(str(row["line"]), _plain(row["id"]), _plain(row["verifier"]), _plain(trouble(row)))
    if len(troubled) > MOST_SHOWN:
        table.add_row("…", "", "", f"and {len(troubled) - MOST_SHOWN} more; --json has them all")
    return table


def _plain(text: object) -> str:
    return str(text or "").replace("[", "\\[")
