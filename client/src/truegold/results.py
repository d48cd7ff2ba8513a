"""What comes back: one Result a sample, with one Component a verifier, and a summary of each group.

Fields that a newer service adds are kept in `extra`, so that an older client goes on working.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from dataclasses import fields as fields_of
from typing import Any, TypeVar

from truegold.errors import ProtocolError


@dataclass(frozen=True)
class SampleError:
    """Why a sample could not be judged. `code` is the abstaining verdict."""

    code: str
    message: str = ""
    retryable: bool = False


@dataclass(frozen=True)
class Component:
    """One verifier's judgement. `score` lies in [0, 1], and is None where the verifier could not judge."""

    name: str
    verifier: str
    verdict: str
    score: float | None
    weight: float | None = None
    answer: str | None = None
    detail: str = ""
    flags: tuple[str, ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)
    ms: float | None = None
    trace: tuple[Any, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """What became of one sample. `reward` is None where it could not be judged: leave the sample out, do not say 0."""

    id: str
    reward: float | None
    group: str | None = None
    unshaped: float | None = None
    advantage: float | None = None
    flags: tuple[str, ...] = ()
    error: SampleError | None = None
    components: tuple[Component, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    def component(self, name: str) -> Component:
        """The component of that name.

        Raises:
            KeyError: the recipe has none; the message lists those it has.
        """
        for component in self.components:
            if component.name == name:
                return component
        known = ", ".join(component.name for component in self.components)
        raise KeyError(f"no component {name!r}; known: {known}")

    @property
    def scores(self) -> dict[str, float | None]:
        """Each component's score by its name; the names are the same for all samples of a call."""
        return {component.name: component.score for component in self.components}

    @property
    def verdict(self) -> str | None:
        """The verdict of the first component, which is the accuracy in every usual recipe."""
        return self.components[0].verdict if self.components else None


@dataclass(frozen=True)
class Group:
    """What the samples of one prompt have in common."""

    group: str
    n: int = 0
    mean: float | None = None
    std: float | None = None
    zero_variance: bool | None = None
    pass_at: Mapping[str, float | None] = field(default_factory=dict)
    vote: Mapping[str, Any] | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


class Results(list[Result]):
    """One Result a sample, in the order of the samples, with what the service says of the whole.

    `fingerprints` are the distinct fingerprints of the answers, one as a rule; they differ while replicas are upgraded.
    """

    def __init__(
        self,
        results: Iterable[Result] = (),
        groups: Iterable[Group] = (),
        fingerprints: Iterable[str] = (),
        scoring_version: str | None = None,
    ) -> None:
        super().__init__(results)
        self.groups = tuple(groups)
        self.fingerprints = tuple(fingerprints)
        self.scoring_version = scoring_version

    @property
    def rewards(self) -> list[float | None]:
        """The rewards alone, in the order of the samples."""
        return [result.reward for result in self]


def read_result(wire: object) -> Result:
    """A Result from its wire form.

    Raises:
        ProtocolError: it has no such form.
    """
    fields = dict(_mapping(wire, "a result"))
    fields["flags"] = tuple(fields.get("flags") or ())
    fields["error"] = _read_error(fields.get("error"))
    fields["components"] = tuple(read_component(item) for item in fields.get("components") or ())
    return _build(Result, fields)


def read_component(wire: object) -> Component:
    """A Component from its wire form; `/v1/verify` leaves out name and weight."""
    fields = dict(_mapping(wire, "a component"))
    fields.setdefault("name", fields.get("verifier", ""))
    fields["flags"] = tuple(fields.get("flags") or ())
    fields["trace"] = tuple(fields.get("trace") or ())
    fields["evidence"] = fields.get("evidence") or {}
    return _build(Component, fields)


def read_group(wire: object) -> Group:
    """A Group from its wire form."""
    fields = dict(_mapping(wire, "a group"))
    fields["pass_at"] = fields.get("pass_at") or {}
    return _build(Group, fields)


Built = TypeVar("Built", Result, Component, Group)


def _read_error(wire: object) -> SampleError | None:
    if wire is None:
        return None
    fields = _mapping(wire, "an error")
    return SampleError(
        str(fields.get("code", "")), str(fields.get("message", "")), bool(fields.get("retryable", False))
    )


def _mapping(wire: object, what: str) -> Mapping[str, Any]:
    if not isinstance(wire, dict):
        raise ProtocolError(f"{what} must be an object, not {str(wire)[:200]!r}")
    return wire


def _build(kind: type[Built], fields: dict[str, Any]) -> Built:
    expected = {field.name for field in fields_of(kind)} - {"extra"}
    known = {name: value for name, value in fields.items() if name in expected}
    extra = {name: value for name, value in fields.items() if name not in known}
    try:
        return kind(**known, extra=extra)
    except TypeError as error:
        raise ProtocolError(f"{kind.__name__.lower()} lacks fields: {error}") from error
