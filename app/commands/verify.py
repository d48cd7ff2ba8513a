"""`verify`: one completion, one rule, and why."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.markup import escape

from app.commands.asking import answered, service_at
from app.commands.exits import CannotDo, Exit
from app.commands.log import to_body
from app.commands.options import HERE, AsJson, Key, Local, Patience, Url, console, in_plain_words, print_json

PATIENCE_S = 5.0


@in_plain_words
def verify_command(
    rule: Annotated[str, typer.Argument(help="a name from GET /v1/verifiers, such as math", show_default=False)],
    completion: Annotated[str | None, typer.Argument(help="the completion; standard input if not given")] = None,
    truth: Annotated[str | None, typer.Option(help="the ground truth; JSON in it is read as such")] = None,
    prompt: Annotated[str | None, typer.Option(help="what the completion answers")] = None,
    option: Annotated[list[str] | None, typer.Option(help="NAME=VALUE of the rule; VALUE is JSON or text")] = None,
    url: Url = HERE,
    key: Key = None,
    is_local: Local = False,
    patience: Patience = PATIENCE_S,
    as_json: AsJson = False,
) -> Exit:
    r"""Judge one completion by one rule, and say why. Exit status 0 only for a score of 1.

    Example: python -m app verify math 'so it is \boxed{1/2}' --truth 0.5
    """
    text = sys.stdin.read() if completion is None else completion
    request = {"completion": text, "ground_truth": truth, "prompt": prompt, "options": _read_options(option or [])}
    with service_at(url, key, is_local, patience) as service:
        judged = answered(service.ask(f"/v1/verify/{quote(rule, safe='')}", to_body(request)))
    if as_json:
        print_json(judged)
    else:
        _tell(judged)
    if judged["score"] is None:
        return Exit.UNJUDGED
    return Exit.DONE if judged["score"] == 1 else Exit.FOUND


def _read_options(given: Sequence[str]) -> dict[str, Any]:
    options = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise CannotDo(f"--option {text}: write NAME=VALUE")
        try:
            options[name] = json.loads(value)
        except ValueError:
            options[name] = value
    return options


def _tell(judged: Mapping[str, Any]) -> None:
    score = "not judged" if judged["score"] is None else f"{judged['score']:g}"
    lines = [f"[bold]{judged['verdict']}[/]  {score}"]
    lines += [f"answer  {escape(judged['answer'])}"] if judged["answer"] is not None else []
    lines += [f"detail  {escape(judged['detail'])}"] if judged["detail"] else []
    lines += [f"flags   {', '.join(judged['flags'])}"] if judged["flags"] else []
    lines += [f"  {number}. {escape(step)}" for number, step in enumerate(judged.get("trace", []), 1)]
    console().print("\n".join(lines), highlight=False, soft_wrap=True)
