"""Where recipes come from: one TOML file each beside this module, or an inline object in a request."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from verifiers.base import Json, Verdict
from verifiers.recipes.combine import SAMPLE_VERIFIER, Combine, Component, Recipe
from verifiers.registry import BadOption, Registry, Spec

FOLDER = Path(__file__).parent
MAX_COMPONENTS = 32
Weight = Annotated[float, msgspec.Meta(ge=-1e6, le=1e6)]


class UnknownRecipe(LookupError):
    """The request names a recipe that does not exist; the message lists those that do."""


class BadRecipe(ValueError):
    """A recipe that cannot be read; the message says where and why."""


class ComponentShape(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A component as it is written in TOML and in requests."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    verifier: str
    options: dict[str, Json] = {}
    weight: Weight = 1.0
    gate: bool = False
    shaping: bool = False
    range: tuple[Weight, Weight] | None = None
    values: dict[str, Weight] | None = None


class RecipeShape(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A recipe as it is written in TOML and in requests."""

    components: Annotated[list[ComponentShape], msgspec.Meta(min_length=1, max_length=MAX_COMPONENTS)]
    combine: Combine = Combine.SUM
    title: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Recipes:
    """Recipes by name, each checked against the rules it names."""

    by_name: Mapping[str, Recipe]
    registry: Registry

    @classmethod
    def load(cls, registry: Registry, folder: Path = FOLDER) -> Recipes:
        """Read every TOML file of a folder.

        Raises:
            BadRecipe: a file is no recipe, or names a rule or an option that does not exist.
        """
        files = sorted(folder.glob("*.toml"))
        shapes = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in files}
        return cls({name: parse_recipe(shape, registry, name) for name, shape in shapes.items()}, registry)

    def named(self, name: str) -> Recipe:
        try:
            return self.by_name[name]
        except KeyError:
            raise UnknownRecipe(f"no recipe {name!r}; known: {', '.join(self.by_name)}") from None

    def inline(self, shape: Json) -> Recipe:
        return parse_recipe(shape, self.registry, "inline")


def parse_recipe(shape: Json, registry: Registry, name: str) -> Recipe:
    """Check a recipe's shape and all it names.

    Raises:
        BadRecipe: with the path of the field that is wrong.
        UnknownVerifier, BadOption: from the registry.
    """
    try:
        read = msgspec.convert(shape, RecipeShape)
    except msgspec.ValidationError as error:
        raise BadRecipe(f"recipe {name!r}: {error}") from error
    components = tuple(_component(part, registry) for part in read.components)
    if len({component.name for component in components}) < len(components):
        raise BadRecipe(f"recipe {name!r}: each component needs a name of its own")
    return Recipe(name, components, read.combine, read.title, read.source)


def _component(shape: ComponentShape, registry: Registry) -> Component:
    if shape.verifier not in (SAMPLE_VERIFIER, "auto"):
        registry.build(Spec.of(shape.verifier, shape.options))
    for verdict in shape.values or {}:
        if verdict not in set(Verdict):
            raise BadRecipe(f"component {shape.name!r}: values has no verdict {verdict!r}; known: {', '.join(Verdict)}")
    return Component(
        shape.name,
        shape.verifier,
        shape.options,
        shape.weight,
        shape.gate,
        shape.shaping,
        shape.range,
        shape.values,
    )


__all__ = ["BadOption", "BadRecipe", "Recipes", "UnknownRecipe", "parse_recipe"]
