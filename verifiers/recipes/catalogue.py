"""Where recipes come from: one TOML file each beside this module or in a mounted folder, or an object in a request."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import msgspec

from verifiers.base import Json, UnknownVerifier, Verdict
from verifiers.mounted import BadRules
from verifiers.recipes.combine import SAMPLE_VERIFIER, Combine, Component, Recipe
from verifiers.recipes.pays_wrong import Span, pays_wrong, shaping_lifts_wrong
from verifiers.registry import AUTO, BadOption, Registry, Spec

FOLDER = Path(__file__).parent
MAX_COMPONENTS = 32
Weight = Annotated[float, msgspec.Meta(ge=-1e6, le=1e6)]

_UNKNOWN_KEY = re.compile(r"unknown field `([^`]+)`")
_PLACE = re.compile(r"components\[(\d+)\]")


class UnknownRecipe(LookupError):
    """The request names a recipe that does not exist; the message lists those that do."""


class BadRecipe(ValueError):
    """A recipe that cannot be read, or that pays for the wrong thing; the message says where and why."""


class ComponentShape(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A component as it is written in TOML and in requests. Length, language and repetition are shaping by nature."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    verifier: str
    options: dict[str, Json] = {}
    weight: Weight = 1.0
    gate: bool = False
    shaping: bool = False
    range: tuple[Weight, Weight] | None = None
    values: dict[str, Weight] | None = None


class RecipeShape(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A recipe as it is written in TOML and in requests. `gate_pays` is the reward where a gate is not passed."""

    components: Annotated[list[ComponentShape], msgspec.Meta(min_length=1, max_length=MAX_COMPONENTS)]
    combine: Combine = Combine.SUM
    title: str = ""
    source: str = ""
    gate_pays: Weight = 0.0


@dataclass(frozen=True, slots=True)
class Recipes:
    """Recipes by name, each checked against the rules it names."""

    by_name: Mapping[str, Recipe]
    registry: Registry

    @classmethod
    def load(cls, registry: Registry, mounted: Path | None = None) -> Recipes:
        """Read every TOML file beside this module, and of a mounted folder.

        Raises:
            BadRules: a file is no recipe, names a rule or an option that does not exist, has the name of one of ours,
                or pays wrong completions by its shaping; the message names file and line.
        """
        ours = {path.stem: _from_file(path, registry, is_ours=True) for path in sorted(FOLDER.glob("*.toml"))}
        theirs = {path.stem: _from_file(path, registry) for path in sorted(mounted.glob("*.toml"))} if mounted else {}
        for name in sorted(ours.keys() & theirs.keys()):
            raise BadRules(f"{mounted}/{name}.toml: the recipe {name!r} is there already; give yours another name")
        return cls(ours | theirs, registry)

    def named(self, name: str) -> Recipe:
        try:
            return self.by_name[name]
        except KeyError:
            raise UnknownRecipe(f"no recipe {name!r}; known: {', '.join(self.by_name)}") from None

    def inline(self, shape: Json) -> Recipe:
        return parse_recipe(shape, self.registry, "inline")


def parse_recipe(shape: Json, registry: Registry, name: str, *, is_ours: bool = False) -> Recipe:
    """Check a recipe's shape and all it names. What is not ours is refused where its shaping pays wrong completions.

    Raises:
        BadRecipe: with the path of the field that is wrong.
        UnknownVerifier, BadOption: from the registry.
    """
    try:
        read = msgspec.convert(shape, RecipeShape)
    except (msgspec.ValidationError, UnicodeEncodeError) as error:  # the latter for a lone surrogate
        raise BadRecipe(f"recipe {name!r}: {error}") from error
    components = tuple(_component(part, registry) for part in read.components)
    if len({component.name for component in components}) < len(components):
        raise BadRecipe(f"recipe {name!r}: each component needs a name of its own")
    recipe = Recipe(name, components, read.combine, read.title, read.source, read.gate_pays)
    return _checked(recipe, registry, is_ours)


def _component(shape: ComponentShape, registry: Registry) -> Component:
    is_shaping = shape.shaping
    if shape.verifier not in (SAMPLE_VERIFIER, AUTO):
        registry.build(Spec.of(shape.verifier, shape.options))
        is_shaping = shape.shaping or bool(getattr(registry.rule(shape.verifier), "shapes", False))
    for verdict in shape.values or {}:
        if verdict not in set(Verdict):
            raise BadRecipe(f"component {shape.name!r}: values has no verdict {verdict!r}; known: {', '.join(Verdict)}")
    return Component(
        shape.name,
        shape.verifier,
        shape.options,
        shape.weight,
        shape.gate,
        is_shaping,
        shape.range,
        shape.values,
    )


def _checked(recipe: Recipe, registry: Registry, is_ours: bool) -> Recipe:
    def score_span(component: Component, is_right: bool) -> Span:
        if component.verifier in (SAMPLE_VERIFIER, AUTO):
            return 0.0, 1.0
        rule = registry.build(Spec.of(component.verifier, component.options))
        span: Span = rule.span(is_right) if hasattr(rule, "span") else (0.0, 1.0)
        return span

    lift = shaping_lifts_wrong(recipe, score_span)
    if lift is not None and not is_ours:
        message = (
            f"recipe {recipe.name!r}: its shaping can lift a wrong completion to {lift.wrong:g} and push a right one "
            f"to {lift.right:g}; lower the weights of the shaping terms"
        )
        raise BadRecipe(message)
    return replace(recipe, pays_wrong=pays_wrong(recipe, score_span))


# ---------------------------------------------------------------------------------------------------------------- files


def _from_file(path: Path, registry: Registry, *, is_ours: bool = False) -> Recipe:
    try:
        text = path.read_text(encoding="utf-8")
        shape = tomllib.loads(text)
    except (OSError, ValueError) as error:  # a TOML error says its line itself; text that is not UTF-8 is a ValueError
        raise BadRules(f"{path}: {error}") from error
    try:
        return parse_recipe(shape, registry, path.stem, is_ours=is_ours)
    except (BadRecipe, UnknownVerifier, BadOption) as error:
        raise BadRules(f"{path}, line {_line_of(error, text)}: {error.args[0]}") from error


def _line_of(error: Exception, text: str) -> int:
    """Say on which line of a recipe's file the trouble stands: that of the key or the name that the error names."""
    message = str(error.args[0])
    named = re.search(r"no verifier '([^']*)'|no verdict '([^']*)'", message)
    key = error.name if isinstance(error, BadOption) else ""
    if found := _UNKNOWN_KEY.search(message):
        key = found[1]
    for number, line in _lines_from(text, _PLACE.search(message)):
        if key and re.search(rf"(?<![\w-]){re.escape(key)}\b[\"']?\s*=", line):
            return number
        if named and (named[1] or named[2]) in line:
            return number
    return next((number for number, _ in _lines_from(text, _PLACE.search(message))), 1)


def _lines_from(text: str, place: re.Match[str] | None) -> Iterator[tuple[int, str]]:
    """Number the lines, from the component on that an error's path names."""
    component = -1
    for number, line in enumerate(text.splitlines(), start=1):
        component += line.strip().startswith("[[components]]")
        if place is None or component >= int(place[1]):
            yield number, line


__all__ = ["BadOption", "BadRecipe", "BadRules", "Recipes", "UnknownRecipe", "parse_recipe"]
