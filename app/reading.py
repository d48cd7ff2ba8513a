"""From a request's plain data to rollouts: every name and option is checked here, before any work is done.

What is wrong with the request, or names what does not exist, refuses the whole request (422). What is wrong with one
sample's values makes that sample `bad_sample`, and the others are judged.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec

from app.body import unreadable_in
from app.errors import RequestError, unprocessable
from app.schemas import RewardsRequest, SampleShape, VerifyRequest
from verifiers.base import Json, Sample, UnknownVerifier
from verifiers.engine.batch import Judge, Rollout
from verifiers.recipes.catalogue import BadRecipe, Recipes, UnknownRecipe, parse_recipe
from verifiers.recipes.combine import SAMPLE_VERIFIER, Component, Recipe
from verifiers.registry import AUTO, BadOption, Registry, Spec
from verifiers.routing import route
from verifiers.text.messages import completion_text, prompt_text

ACCURACY = Recipe("accuracy", (Component("accuracy", SAMPLE_VERIFIER),))
# What is unreadable in these spoils a sample, or the one sample there is, and not the request.
FOR_ONE_SAMPLE = ("samples", "completion", "completions", "ground_truth", "prompt", "metadata")
SCALARS = (str, int, type(None))
EMPTY: Mapping[str, Json] = {}
Shape = TypeVar("Shape")


def read_shape(data: Any, shape: type[Shape]) -> Shape:
    """Check a request's top level.

    Raises:
        RequestError: 422, with the path of the field that is wrong.
    """
    if not isinstance(data, dict):
        raise unprocessable("body", "must be a JSON object")
    try:
        read = _converted(data, shape)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `$")
        raise unprocessable(where.strip("`.") or "body", message) from error
    for name, value in data.items():
        if name not in FOR_ONE_SAMPLE and unreadable_in(value):
            raise unprocessable(name, str(unreadable_in(value)))
    return read


@dataclass(slots=True)
class Reader:
    """Reads the samples of one request. Remembers what it has built, for most samples ask for the same."""

    registry: Registry
    recipes: Recipes
    request: RewardsRequest
    _recipes: dict[str, Recipe] = field(default_factory=dict)
    _judges: dict[Spec, Judge] = field(default_factory=dict)
    _default: Recipe | None = None

    def read(self) -> list[Rollout]:
        """Return one rollout per sample, in order.

        Raises:
            RequestError: 422, nothing is judged.
        """
        self._default = self._recipe(self.request.recipe, "recipe")
        return [self.rollout(raw, index, f"samples[{index}].") for index, raw in enumerate(self.request.samples)]

    def rollout(self, raw: Json, index: int, where: str) -> Rollout:
        """Read one sample; `where` is put before the paths of its fields."""
        named = raw if isinstance(raw, dict) else {}
        recipe = self._recipe_of(named, where)
        self._check_verifier(named.get("verifier"), where)
        identity = _identity(named, index)
        try:
            shape = _sample_shape(raw)
            sample = read_sample(shape)
        except msgspec.ValidationError as error:
            return _unreadable(identity, recipe, str(error))
        judges = tuple(self._judge(component, shape, where) for component in recipe.components)
        return Rollout(identity[0], sample, shape.ground_truth, recipe, judges, identity[1])

    # -------------------------------------------------------------------------------------------------------- recipes

    def _recipe_of(self, named: Mapping[str, Json], where: str) -> Recipe:
        own = named.get("recipe")
        if isinstance(own, str | dict):
            return self._recipe(own, f"{where}recipe") or ACCURACY
        if self._default is None and named.get("verifier") is None and named:
            message = "is missing: give the sample a verifier, or the request a recipe"
            raise unprocessable(f"{where}verifier", message)
        return self._default or ACCURACY

    def _recipe(self, asked: Json, where: str) -> Recipe | None:
        if asked is None:
            return None
        key = asked if isinstance(asked, str) else repr(asked)
        if key not in self._recipes:
            self._recipes[key] = self._read_recipe(asked, where)
        return self._recipes[key]

    def _read_recipe(self, asked: Json, where: str) -> Recipe:
        try:
            if isinstance(asked, str):
                return self.recipes.named(asked)
            if not isinstance(asked, dict):
                asked = msgspec.to_builtins(asked)
            if problem := unreadable_in(asked):
                raise BadRecipe(problem)
            return parse_recipe(asked, self.registry, "inline")
        except (UnknownRecipe, BadRecipe, UnknownVerifier) as error:
            raise unprocessable(where, str(error.args[0])) from error
        except BadOption as error:
            raise unprocessable(f"{where}.components.options.{error.name}", str(error)) from error

    # ---------------------------------------------------------------------------------------------------------- rules

    def _check_verifier(self, name: Json, where: str) -> None:
        if isinstance(name, str) and name != AUTO:
            try:
                self.registry.rule(name)
            except UnknownVerifier as error:
                raise unprocessable(f"{where}verifier", str(error.args[0])) from error

    def _judge(self, component: Component, shape: SampleShape, where: str) -> Judge:
        name, options, notes = component.verifier, component.options, EMPTY
        if name == SAMPLE_VERIFIER:
            name = shape.verifier or AUTO
            options = {**options, **shape.options} if shape.options else options
        if name == AUTO:
            routed = route(shape.ground_truth, _data_source(shape), self.registry.names)
            name, notes = routed.verifier, {"routed_by": routed.by}
        judge = self._built(_spec(name, options, where), f"{where}options")
        return Judge(judge.verifier, judge.spec, notes) if notes else judge

    def _built(self, spec: Spec, where: str) -> Judge:
        known = self._judges.get(spec)
        if known is None:
            try:
                known = Judge(self.registry.build(spec), spec)
            except BadOption as error:
                raise unprocessable(f"{where}.{error.name}".rstrip("."), str(error)) from error
            self._judges[spec] = known
        return known


def _spec(name: str, options: Mapping[str, Json], where: str) -> Spec:
    try:
        return Spec.of(name, options) if options else Spec(name)
    except UnicodeEncodeError as error:
        raise unprocessable(f"{where}options", "hold a lone surrogate, which no option can take") from error


def read_verify(data: Any) -> tuple[VerifyRequest, SampleShape]:
    """Read the body of /v1/verify: the request, and its one sample."""
    request = read_shape(data, VerifyRequest)
    given = {name: getattr(request, name) for name in SampleShape.__struct_fields__ if hasattr(request, name)}
    return request, SampleShape(**given)


def read_sample(shape: SampleShape) -> Sample:
    """Join chat messages to text.

    Raises:
        msgspec.ValidationError: messages that cannot be read.
    """
    try:
        return Sample(
            completion=shape.completion if isinstance(shape.completion, str) else completion_text(shape.completion),
            prompt=shape.prompt if shape.prompt is None or isinstance(shape.prompt, str) else prompt_text(shape.prompt),
            truncated=bool(shape.truncated) or shape.finish_reason == "length",
            completion_tokens=shape.completion_tokens,
            max_tokens=shape.max_tokens,
        )
    except ValueError as error:
        raise msgspec.ValidationError(str(error)) from error


def _sample_shape(raw: Json) -> SampleShape:
    if not isinstance(raw, dict):
        raise msgspec.ValidationError("a sample must be a JSON object")
    for name, value in raw.items():
        if not isinstance(value, SCALARS) and (problem := unreadable_in(value)):
            raise msgspec.ValidationError(f"{name} holds {problem}")
    return _converted(raw, SampleShape)


def _converted(data: Any, shape: type[Shape]) -> Shape:
    try:
        return msgspec.convert(data, shape)
    except UnicodeEncodeError as error:  # a lone surrogate where no text is wanted: msgspec fails at its own message
        raise msgspec.ValidationError(f"a text that is none: {error}") from error


def _identity(named: Mapping[str, Json], index: int) -> tuple[str, str | None]:
    own, group = named.get("id"), named.get("group")
    return (
        str(own) if isinstance(own, str | int) and not isinstance(own, bool) else str(index),
        str(group) if isinstance(group, str | int) and not isinstance(group, bool) else None,
    )


def _unreadable(identity: tuple[str, str | None], recipe: Recipe, problem: str) -> Rollout:
    return Rollout(identity[0], Sample(""), None, recipe, (), identity[1], problem)


def _data_source(shape: SampleShape) -> str | None:
    if shape.data_source:
        return shape.data_source
    source = (shape.metadata or {}).get("data_source")
    return source if isinstance(source, str) else None


def check_count(count: int, most: int, of: str = "samples") -> None:
    """Refuse a request with more pieces than the operator allows."""
    if count > most:
        message = f"{count} {of}; at most {most} in one request (TRUEGOLD_MAX_SAMPLES)"
        raise RequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)


def bounded_deadline_s(asked: float | None, default_s: float, most_s: float) -> float:
    if asked is not None and not math.isfinite(asked):
        raise unprocessable("deadline_s", "must be a finite number of seconds")
    return min(default_s if asked is None else asked, most_s)
