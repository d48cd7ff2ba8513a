"""The command line: `python -m app` with `serve`, `score`, `verify`, `lint`, `diff`, `doctor`, `stress` and more."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app.commands.diff import diff_command
from app.commands.doctor import doctor_command
from app.commands.exits import EPILOG
from app.commands.lint import lint_command
from app.commands.score import score_command
from app.commands.settings import settings_command
from app.commands.verify import verify_command
from app.errors import RequestError
from app.main import build_service, create_app
from app.openapi import document
from app.serving import serve as run
from app.settings import UnknownSetting, read_settings
from app.stress import CASES, as_table, read_cases, stress
from app.stress import as_json as report_as_json
from verifiers.mounted import BadRules

REPORT_WIDTH = 150  # of a table that goes to a file

cli = typer.Typer(help="truegold: rule-based rewards for reinforcement learning, over HTTP.", no_args_is_help=True)
cli.command(name="score", epilog=EPILOG)(score_command)
cli.command(name="verify", epilog=EPILOG)(verify_command)
cli.command(name="lint", epilog=EPILOG)(lint_command)
cli.command(name="diff", epilog=EPILOG)(diff_command)
cli.command(name="doctor", epilog=EPILOG)(doctor_command)
cli.command(name="settings")(settings_command)


@cli.command()
def serve() -> None:
    """Serve on TRUEGOLD_HOST and TRUEGOLD_PORT (127.0.0.1:8000)."""
    settings = read_settings()
    run(create_app(settings, on_ready=lambda: typer.echo(_welcome(settings.host, settings.port))))


def _welcome(host: str, port: int) -> str:
    """Say where the service is, with a line that works when pasted."""
    url = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"
    body = r'{"completion": "so it is \\boxed{\\frac{1}{2}}", "ground_truth": "0.5"}'
    return f"truegold is ready on {url}; the contract is at {url}/docs\n\n  curl -s {url}/v1/verify/math -d '{body}'\n"


@cli.command()
def openapi() -> None:
    """Print the OpenAPI document; docs/openapi.json is this output."""
    typer.echo(json.dumps(document(create_app()), indent=1, sort_keys=True))


@cli.command(name="stress")
def stress_command(
    recipes: Annotated[list[str], typer.Argument(help="names from GET /v1/recipes")],
    as_json: Annotated[bool, typer.Option("--json", help="print JSON instead of tables")] = False,
    cases: Annotated[Path, typer.Option(help="a catalogue of hacks, one JSON object a line")] = CASES,
) -> None:
    """Feed recipes the catalogue of reward hacks; exit status 1 when one earns more than an honest wrong answer."""
    service = build_service(read_settings())
    service.engine.start()
    try:
        reports = [stress(service, recipe, read_cases(cases)) for recipe in recipes]
    finally:
        service.close()
    if as_json:
        typer.echo(json.dumps([report_as_json(report) for report in reports], indent=1))
    else:
        Console(width=None if sys.stdout.isatty() else REPORT_WIDTH).print(*map(as_table, reports), sep="\n")
    raise typer.Exit(any(report.pays for report in reports))


def main() -> None:
    """Run the command line. What an operator can mend is told in one line, without a traceback."""
    try:
        cli()
    except (BadRules, RequestError, UnknownSetting) as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(1)
