"""Finds the tests in the many shapes of ground truth that datasets and trainers use, and brings them into one.

What stands around the tests (language, entry point, setup) is kept wherever it stands, and keys whose value is null
count as absent, for columnar formats fill them in. What one test means is for `truth` to say.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from verifiers.base import Json, TruthError
from verifiers.rules.program.packed import unpacked

MAX_JSON_CHARS = 64 * 2**20
MAX_WRAPPERS = 8

# Where trainers and datasets wrap what they call the ground truth. The first that is there is opened.
WRAPPERS = (
    "reward_model", "reward_spec", "verifier_metadata", "verification_info", "unit_tests", "input_output",
    "ground_truth",
)  # fmt: skip
TEST_LISTS = ("tests", "test_cases", "official_tests")
ASSERTION_LISTS = ("asserts", "test_list", "assert_case")
TEST_PROGRAMS = {"test": "test", "test_code": "test", "unit_test": "unit_test"}
PACKED_LISTS = ("public_test_cases", "private_test_cases")
EXPECTED_OUTPUT = ("stdout", "output", "expected_output", "expected_stdout")
ENTRY_POINT = ("entry_point", "fn_name", "func_name")
SETUP = ("import_prefix", "test_imports", "setup", "test_setup_code")

_HOLDS_TESTS = frozenset({*TEST_LISTS, *ASSERTION_LISTS, *TEST_PROGRAMS, *PACKED_LISTS, "groups", "inputs", "outputs"})


@dataclass(frozen=True, slots=True)
class Group:
    """Tests that earn their points together, easier groups first."""

    points: float
    tests: Sequence[Mapping[str, Json]]


@dataclass(frozen=True, slots=True)
class Row:
    """A ground truth with its tests found; without groups of its own, all tests are one group.

    `wants_usual_imports`: the harnesses of such files import the usual names before the program. `cannot` says why it
    cannot be judged although it can be read.
    """

    groups: tuple[Group, ...]
    has_groups: bool
    entry_point: str | None
    language: str | None
    setup: str
    wants_usual_imports: bool = False
    cannot: str = ""


def find_tests(truth: Json) -> Row:
    """Return the tests of a ground truth in any of the known shapes.

    Raises:
        TruthError: none of the shapes fits, or there are no tests.
    """
    found = _opened(truth)
    groups = _groups(found["groups"]) if "groups" in found else (Group(1.0, _tests(found)),)
    if not any(group.tests for group in groups):
        raise TruthError("the ground truth has no tests")
    return Row(
        groups,
        has_groups="groups" in found,
        entry_point=_entry_point(found),
        language=_optional_text(found, "language"),
        setup=_setup(found),
        wants_usual_imports=not found.keys().isdisjoint(("inputs", *PACKED_LISTS)),
        cannot=_why_not(found),
    )


def _why_not(found: Mapping[str, Json]) -> str:
    if found.get("generated_checker"):
        return "generated_checker programs are not run yet"
    if "assert_case" in found and any(output is not None for output in found.get("outputs", ())):
        return "assertions together with an expected output are not judged yet"
    return ""


# ---------------------------------------------------------------------------------------------------- wrappers


def _opened(truth: Json) -> dict[str, Json]:
    """Open wrappers until an object holds tests; keys of the outer ones stay where the inner do not say otherwise."""
    around: dict[str, Json] = {}
    for _ in range(MAX_WRAPPERS):
        truth = as_json(truth)
        if not isinstance(truth, dict):
            return {**around, **_bare(truth)}
        row = {key: value for key, value in truth.items() if value is not None}
        around.update(row)
        if not _HOLDS_TESTS.isdisjoint(row):
            return around
        if not row.keys().isdisjoint(EXPECTED_OUTPUT):
            return {**around, "tests": [row]}
        truth = around.pop(_wrapper(row))
    raise TruthError("the ground truth is wrapped too often")


def _wrapper(row: Mapping[str, Json]) -> str:
    found = next((key for key in WRAPPERS if key in row), None)
    if found is None:
        raise TruthError(f"no tests found under the keys {sorted(map(str, row))[:12]}")
    return found


def _bare(truth: Json) -> dict[str, Json]:
    if isinstance(truth, list):
        return {"tests": truth}
    if isinstance(truth, str) and "assert" in truth:
        return {"asserts": [truth]}
    raise TruthError(f"a {type(truth).__name__} is no ground truth of code: tests or assertions are expected")


def as_json(value: Json) -> Json:
    """Return what a string of JSON holds, and anything else as it is."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "["):
        return value
    if len(value) > MAX_JSON_CHARS:
        raise TruthError(f"the ground truth has over {MAX_JSON_CHARS} characters")
    try:
        return json.loads(value)
    except (ValueError, RecursionError) as error:
        raise TruthError(f"the ground truth is no JSON: {error}") from error


# ------------------------------------------------------------------------------------------------ lists of tests


def _groups(value: Json) -> tuple[Group, ...]:
    return tuple(_group(group) for group in _list(as_json(value), "groups"))


def _group(value: Json) -> Group:
    if not isinstance(value, dict):
        raise TruthError("a group is no object")
    points = value.get("points", 1)
    if isinstance(points, bool) or not isinstance(points, int | float) or not 0 < points < float("inf"):
        raise TruthError(f"the points of a group are {points!r}")
    tests = _tests(value)
    if not tests:
        raise TruthError("a group has no tests")
    return Group(float(points), tests)


def _tests(found: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    for key in ASSERTION_LISTS:
        if key in found:
            return [{"assert": text} for text in _texts(found[key], key)]
    for key, kind in TEST_PROGRAMS.items():
        if key in found:
            return [{kind: _text(found[key], key)}]
    for key in TEST_LISTS:
        if key in found:
            return _listed(as_json(found[key]), key)
    if not found.keys().isdisjoint(PACKED_LISTS):
        return _packed(found)
    return _parallel(found)


def _listed(value: Json, key: str) -> list[Mapping[str, Json]]:
    if isinstance(value, dict):
        return _tests(value)
    return [_one(as_json(test)) for test in _list(value, key)]


def _one(test: Json) -> Mapping[str, Json]:
    if isinstance(test, str):
        return {"assert": test}
    if not isinstance(test, dict):
        raise TruthError(f"a test is a {type(test).__name__}, no object")
    return test


def _packed(found: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    metadata = as_json(found.get("metadata", {}))
    name = metadata.get("func_name") if isinstance(metadata, dict) else None
    lists = [_unpacked(found[key], key) for key in PACKED_LISTS if key in found]
    return [{"fn_name": name, **test} if name else test for tests in lists for test in tests]


def _unpacked(value: Json, key: str) -> list[Mapping[str, Json]]:
    return _listed(as_json(unpacked(value)) if isinstance(value, str) else value, key)


def _parallel(found: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    inputs, outputs = _list(found.get("inputs"), "inputs"), _list(found.get("outputs"), "outputs")
    if len(inputs) != len(outputs):
        raise TruthError(f"{len(inputs)} inputs and {len(outputs)} outputs")
    name = _entry_point(found)
    return [
        # In these files a function's output may be wrapped into a list of one, and nothing says whether it is.
        {"fn_name": name, "input": given, "output": output, "may_be_wrapped": isinstance(given, list)}
        for given, output in zip(inputs, outputs, strict=True)
    ]


# --------------------------------------------------------------------------------------------------- single keys


def _entry_point(found: Mapping[str, Json]) -> str | None:
    return next((_text(found[key], key) for key in ENTRY_POINT if found.get(key)), None)


def _setup(found: Mapping[str, Json]) -> str:
    return "\n".join(text for key in SETUP if key in found for text in _texts(found[key], key) if text.strip())


def _optional_text(found: Mapping[str, Json], key: str) -> str | None:
    return _text(found[key], key) if key in found else None


def _texts(value: Json, key: str) -> list[str]:
    value = value if isinstance(value, str) and not value.lstrip().startswith("[") else as_json(value)
    return [_text(text, key) for text in ([value] if isinstance(value, str) else _list(value, key))]


def _text(value: Any, key: str) -> str:
    if not isinstance(value, str):
        raise TruthError(f"{key!r} holds a {type(value).__name__}, no text")
    return value


def _list(value: Any, key: str) -> list[Any]:
    if not isinstance(value, list):
        raise TruthError(f"{key!r} holds a {type(value).__name__}, no list")
    return value
