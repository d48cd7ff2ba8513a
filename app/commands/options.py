"""Options that several commands take, worded once."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, ParamSpec

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.commands.exits import CannotDo, Exit, NoService

P = ParamSpec("P")
WIDTH = 110  # of a table that goes to a file

Log = Annotated[Path, typer.Argument(help="rollouts, one JSON object a line", show_default=False)]
Url = Annotated[str, typer.Option(envvar="TRUEGOLD_URL", help="the service to ask")]
Key = Annotated[str | None, typer.Option(envvar="TRUEGOLD_TOKEN", help="its key, where it wants one")]
Local = Annotated[bool, typer.Option("--local", help="judge in this process; no service is needed")]
Patience = Annotated[float, typer.Option(help="seconds to wait for a service that is away")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]
Rule = Annotated[str | None, typer.Option(help="the rule for rows that name none")]
Field = Annotated[
    list[str] | None,
    typer.Option(help="FIELD=NAME: what the log calls a sample's field, such as completion=output"),
]

HERE = "http://127.0.0.1:8000"
PATIENCE_S = 60.0


def read_recipe(text: str) -> Any:
    """A name, or an inline recipe as JSON."""
    if not text.lstrip().startswith("{"):
        return text
    try:
        return json.loads(text)
    except ValueError as error:
        raise CannotDo(f"--recipe is no JSON: {error}") from error


def in_plain_words(command: Callable[P, Exit]) -> Callable[P, None]:
    """Let a command return its exit status, and tell what it cannot do in one line."""

    @wraps(command)
    def told(*arguments: P.args, **options: P.kwargs) -> None:
        try:
            status = command(*arguments, **options)
        except CannotDo as error:
            status = _tell(f"error: {error}", Exit.REFUSED)
        except NoService as error:
            status = _tell(f"error: {error}", Exit.NO_SERVICE)
        except KeyboardInterrupt:
            status = _tell("interrupted; the same command goes on from here", Exit.INTERRUPTED)
        raise typer.Exit(status)

    return told


def _tell(message: str, status: Exit) -> Exit:
    typer.echo(message, err=True)
    return status


def progress() -> Progress:
    """A bar on standard error, drawn only where somebody sees it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty())


def console() -> Console:
    return Console(width=None if sys.stdout.isatty() else WIDTH)


def print_json(value: Any) -> None:
    typer.echo(json.dumps(value, indent=1))
