"""The command line: `python -m app serve` and `python -m app openapi`."""

from __future__ import annotations

import json
import sys

import typer
import uvicorn

from app.main import create_app
from app.openapi import document
from app.settings import UnknownSetting, read_settings
from verifiers.mounted import BadRules

KEEP_ALIVE_S = 90  # longer than any client's own: the side that closes first must be the client
BACKLOG = 4096
STOP_S = 30

cli = typer.Typer(help="truegold: rule-based rewards for reinforcement learning, over HTTP.", no_args_is_help=True)


@cli.command()
def serve() -> None:
    """Serve on TRUEGOLD_HOST and TRUEGOLD_PORT (127.0.0.1:8000)."""
    settings = read_settings()
    uvicorn.run(
        create_app(settings, on_ready=lambda: typer.echo(_welcome(settings.host, settings.port))),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=STOP_S,
        backlog=BACKLOG,
    )


def _welcome(host: str, port: int) -> str:
    """Say where the service is, with a line that works when pasted."""
    url = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"
    body = r'{"completion": "so it is \\boxed{\\frac{1}{2}}", "ground_truth": "0.5"}'
    return f"truegold is ready on {url}; the contract is at {url}/docs\n\n  curl -s {url}/v1/verify/math -d '{body}'\n"


@cli.command()
def openapi() -> None:
    """Print the OpenAPI document; docs/openapi.json is this output."""
    typer.echo(json.dumps(document(create_app()), indent=1, sort_keys=True))


def main() -> None:
    """Run the command line. What an operator can mend is told in one line, without a traceback."""
    try:
        cli()
    except (BadRules, UnknownSetting) as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(1)
