"""`python -m app settings`: every setting with its default, as docs/settings.md has them."""

from __future__ import annotations

from collections.abc import Iterator

import typer
from pydantic.fields import FieldInfo

from app.settings import PREFIX, Settings

HEAD = f"""# Settings

Environment variables, all of them with `{PREFIX}` before the name. A name that does not exist stops the start and
names the nearest one; an empty value is none. Written by `make settings`.

| {PREFIX}... | default | |
|---|---|---|"""


def settings_command() -> None:
    """Print every setting; docs/settings.md is this output."""
    typer.echo("\n".join([HEAD, *_rows()]))


def _rows() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        yield f"| `{name.upper()}` | {_default(field)} | {(field.description or '').replace('|', chr(92) + '|')} |"


def _default(field: FieldInfo) -> str:
    value = field.default
    if field.default_factory is not None:
        return ""
    if value is None or value in ("", ()):
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)
