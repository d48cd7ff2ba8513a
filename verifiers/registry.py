"""What can judge: rules are found by their being there, and built from a name and options.

A rule is a class marked with `verifiers.base.register` in a module or package of `verifiers.rules`. Nothing lists them.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import msgspec

import verifiers.rules
from verifiers.base import Json, UnknownVerifier, Verifier
from verifiers.mounted import BadRules, is_mounted, mounted_rules
from verifiers.shapes import learn

AUTO = "auto"


class BadOption(ValueError):
    """An option that is unknown, of the wrong type, out of range or above a ceiling. `name` is the option's."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name

    def __reduce__(self) -> tuple[type[BadOption], tuple[str, str]]:
        return BadOption, (self.name, str(self))


@dataclass(frozen=True, slots=True)
class Spec:
    """A verifier's name and options as JSON text: hashable, picklable, and the same for equal options."""

    name: str
    options: bytes = b"{}"

    @classmethod
    def of(cls, name: str, options: Mapping[str, Json] | None = None) -> Spec:
        return cls(name, msgspec.json.encode(options or {}, order="deterministic"))


@dataclass(frozen=True)
class Registry:
    """The rules that were found, by name. `ceilings` bounds options: `{"code": {"time_limit_s": 60}}`."""

    rules: Mapping[str, type[Verifier]]
    ceilings: Mapping[str, Mapping[str, float]]

    @classmethod
    def discover(
        cls, ceilings: Mapping[str, Mapping[str, float]] | None = None, mounted: Path | None = None
    ) -> Registry:
        """Import every module of `verifiers.rules`, and of a mounted folder, and keep the classes marked as rules.

        Raises:
            BadRules: a mounted file cannot be imported, has no rule, or one with a name that is taken.
        """
        found = {rule.name: rule for module in _modules() for rule in _marked(module)}
        learn(*found.values())  # those that are mounted have been, where their files are checked
        for rule in mounted_rules(mounted) if mounted else ():
            if rule.name in found:
                file = inspect.getfile(rule)
                raise BadRules(f"{file}: the verifier {rule.name!r} is there already; give yours another name")
            found[rule.name] = rule
        return cls(dict(sorted(found.items())), ceilings or {})

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(self.rules)

    @cached_property
    def preload(self) -> tuple[str, ...]:
        """What a worker's template imports before it forks: the rules, and what they say they load late."""
        ours = [rule for rule in self.rules.values() if not is_mounted(rule)]
        late = [name for rule in ours for name in getattr(rule, "loads_late", ())]
        return tuple(dict.fromkeys([*(rule.__module__ for rule in ours), *late]))

    def rule(self, name: str) -> type[Verifier]:
        try:
            return self.rules[name]
        except KeyError:
            known = ", ".join([AUTO, *self.rules])
            raise UnknownVerifier(f"no verifier {name!r}; known: {known}") from None

    def build(self, spec: Spec) -> Verifier:
        """Return the rule with its options set.

        Raises:
            UnknownVerifier: no rule has this name.
            BadOption: an option is unknown, of the wrong type, out of range or above the operator's ceiling.
        """
        rule = self.rule(spec.name)
        options: dict[str, Json] = msgspec.json.decode(spec.options)
        known = {field.name for field in fields(rule)}  # type: ignore[arg-type]  # a rule is a dataclass, see register
        for name in options:
            if name not in known:
                listed = ", ".join(sorted(known)) or "none"
                raise BadOption(name, f"{spec.name} has no option {name!r}; known: {listed}")
        return self._under_ceilings(_converted(rule, options), options)

    def _under_ceilings(self, verifier: Verifier, options: Mapping[str, Json]) -> Verifier:
        """Refuse options above a ceiling, and bring defaults that are above one down to it."""
        for name, ceiling in self.ceilings.get(verifier.name, {}).items():
            if getattr(verifier, name) <= ceiling:
                continue
            if name in options:
                raise BadOption(name, f"{verifier.name}: {name} is at most {ceiling:g} here, not {options[name]:g}")
            verifier = replace(verifier, **{name: ceiling})  # type: ignore[type-var]  # a rule is a dataclass
        return verifier

    def option_schema(self, name: str) -> dict[str, Any]:
        """Return the JSON schema of a verifier's options."""
        (schema,), components = msgspec.json.schema_components([self.rule(name)], ref_template="#/$defs/{name}")
        own = components.pop(self.rule(name).__name__, schema)
        return {**own, "additionalProperties": False, **({"$defs": components} if components else {})}


def _converted(rule: type[Verifier], options: Mapping[str, Json]) -> Verifier:
    try:
        return msgspec.convert(options, rule)
    except msgspec.ValidationError as error:
        message = str(error)
        # A rule's own check begins with the option's name where it is about one: "language: no language 'x'".
        own, _, _ = message.partition(": ")
        name = own if own in options else message.partition("`$.")[2].rstrip("`").partition(".")[0].partition("[")[0]
        raise BadOption(name, f"{rule.name}: {message}") from error
    except ValueError as error:
        raise BadOption("", f"{rule.name}: {error}") from error


def _modules() -> Iterable[object]:
    package = verifiers.rules
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


def _marked(module: object) -> Iterable[type[Verifier]]:
    for _, value in inspect.getmembers(module, inspect.isclass):
        if getattr(value, "is_registered", False):
            yield cast(type[Verifier], value)
