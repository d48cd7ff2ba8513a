from __future__ import annotations

from typing import Any

import pytest

from sandbox.plain import Array, Handle
from verifiers.base import TruthError
from verifiers.rules.program.asserts import Assertion, read_assertions, read_literal
from verifiers.rules.program.evaluate import NOT_HELD, NotPlain, Scope, evaluate


def read(text: str, entry: str | None = None) -> Assertion:
    (assertion,) = read_assertions(text, entry)
    return assertion


def holds(text: str, *returned: Any) -> bool:
    return bool(evaluate(read(text).condition, Scope(returned)))


@pytest.mark.parametrize(
    ("text", "returned"),
    [
        ("assert f(1)", 1),
        ("assert not f(1)", 0),
        ("assert f(1) == [1, 2]", [1, 2]),
        ("assert 3 == f(1)", 3),
        ("assert f(1) != 2", 3),
        ("assert f(1) is None", None),
        ("assert f(1) is True", True),
        ("assert f(1) == -1.5e3", -1500.0),
        ("assert f(1) == 2 ** 10 - 24", 1000),
        ("assert f(1) == float('inf')", float("inf")),
        ("assert abs(f(1) - 0.3) < 1e-9", 0.1 + 0.2),
        ("assert math.isclose(f(1), 0.3)", 0.1 + 0.2),
        ("assert math.isclose(f(1), 10, rel_tol=0.1)", 10.5),
        ("assert round(f(1), 2) == 3.14", 3.14159),
        ("assert set(f(1)) == set([1, 2])", [2, 1, 2]),
        ("assert set(f(1)) == {1, 2}", (1, 2)),
        ("assert sorted(f(1)) == [1, 2]", [2, 1]),
        ("assert sorted(f(1), reverse=True) == [2, 1]", [1, 2]),
        ("assert list(f(1)) == [1]", (1,)),
        ("assert tuple(f(1)) == (1,)", [1]),
        ("assert len(f(1)) == 2", "ab"),
        ("assert f(1) == ()", ()),
        ("assert f(1) == dict(a=1)", {"a": 1}),
        ("assert f(1) == {'a': [1, (2,)]}", {"a": [1, (2,)]}),
        ("assert f(1)[0] == 5", [5]),
        ("assert f(1)[-2:] == [2, 3]", [1, 2, 3]),
        ("assert 1 < f(1) <= 3", 3),
        ("assert f(1) in (1, 2)", 2),
        ("assert isinstance(f(1), (int, str))", "x"),
        ("assert type(f(1)) == list", []),
        ("assert f(1) == collections.Counter('aab')", {"a": 2, "b": 1}),
        ("assert f(1) > 1 and f(1) < 3", 2),
        ("assert str(f(1)) == '12'", 12),
        ("assert f(1) == math.pi", 3.141592653589793),
        ("assert (f(1), 2) == (1, 2)", 1),
        ("import math\nassert f(1) == math.inf", float("inf")),
        ("eps = 1e-3\nassert abs(f(1) - 1) < eps", 1.0001),
    ],
)
def test_an_assertion_holds_of_a_returned_value(text: str, returned: Any) -> None:
    assert holds(text, returned, returned)


@pytest.mark.parametrize(
    ("text", "returned"),
    [
        ("assert f(1) == [1, 2]", (1, 2)),
        ("assert f(1) == 1", "1"),
        ("assert f(1)", 0),
        ("assert not f(1)", [0]),
        ("assert f(1) is None", 0),
        ("assert f(1) is True", 1),
        ("assert f(1) == float('nan')", float("nan")),
        ("assert set(f(1)) == {1, 2}", [1]),
        ("assert f(1) == 1", Handle("AlwaysEqual")),
        ("assert f(1) == [1, 2]", Array([1, 2])),
        ("assert f(1) in [1, 2]", Handle("AlwaysEqual")),
    ],
)
def test_an_assertion_does_not_hold_of_a_returned_value(text: str, returned: Any) -> None:
    assert not holds(text, returned)


@pytest.mark.parametrize(
    ("text", "returned"),
    [
        ("assert sorted(f(1)) == [1]", [1, "a"]),
        ("assert set(f(1)) == {1}", [[1]]),
        ("assert set(f(1)) == {1}", [n * (2**61 - 1) for n in range(1000)]),
        ("assert len(f(1)) == 1", None),
        ("assert abs(f(1) - 1) < 1", "x"),
        ("assert f(1)[3] == 1", []),
        ("assert f(1) * 3 == 9", "x" * 10**6),
        ("assert f(1) ** 20 == 9", 2**200_000 - 1),
        ("assert 2 ** f(1) == 9", 10**9),
        ("assert 1 << f(1) == 9", 10**9),
        ("assert list(f(1)) == [1]", range(10**12)),
        ("assert round(1.5, f(1)) == 9", -(10**9)),
        ("assert str(f(1)) == '1'", 10**5000),
        ("assert f(1) < 3", Handle("AlwaysLess")),
    ],
    ids=range(14),
)
def test_a_hostile_or_unfit_value_raises_what_counts_as_not_held(text: str, returned: Any) -> None:
    with pytest.raises(NOT_HELD):
        holds(text, returned)


@pytest.mark.parametrize("text", ["assert bytes(f(1)) == b''", "assert f(1) % 3 == ''", "assert f(1) ** 2 == 4"])
def test_a_value_of_an_unforeseen_type_is_not_plain(text: str) -> None:
    values = {"assert bytes(f(1)) == b''": 10**12, "assert f(1) % 3 == ''": "%1000000000d", "assert f(1) ** 2 == 4": []}
    with pytest.raises(NotPlain):
        holds(text, values[text])


def test_each_call_of_the_program_becomes_a_call() -> None:
    assertion = read("assert (f(1, b=[2]), g()) == (3, 4)")
    assert [(call.entry, list(call.args), dict(call.kwargs)) for call in assertion.calls] == [
        ("f", [1], {"b": [2]}),
        ("g", [], {}),
    ]
    assert evaluate(assertion.condition, Scope((3, 4)))


def test_arguments_may_be_any_plain_data() -> None:
    (call,) = read("assert f({1, 2}, (1, -2), {'a': None}, 2 * 3, 'x', complex(1, 2)) == 0").calls
    assert list(call.args) == [{1, 2}, (1, -2), {"a": None}, 6, "x", 1 + 2j]


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("assert Solution().f(1) == 2", "Solution().f"),
        ("assert Solution.f(1) == 2", "Solution.f"),
        ("assert sum(10, 15) == 25", "sum"),
        ("assert sorted(3) == [1]", "sorted"),
    ],
)
def test_a_call_names_its_entry(text: str, entry: str) -> None:
    assert [call.entry for call in read(text).calls] == [entry]


def test_the_candidate_of_a_check_is_the_entry_point() -> None:
    source = "def check(candidate):\n    assert candidate(1) == 2\n    assert len(candidate(x=3)) == 2\n"
    assert [test.calls[0].entry for test in read_assertions(source, "Solution().f")] == ["Solution().f"] * 2


@pytest.mark.parametrize(("text", "drains"), [("assert list(f(1)) == [1]", True), ("assert f(1) == [1]", False)])
def test_only_what_uses_up_its_argument_asks_for_a_generator_to_be_drained(text: str, drains: bool) -> None:
    assert read(text).calls[0].drain is drains


def test_what_the_caller_computes_wrongly_is_the_callers_fault() -> None:
    with pytest.raises(TruthError, match="ZeroDivisionError"):
        read("assert f(1) == 1 / 0")


@pytest.mark.parametrize(
    "text", ["9**9**9", "'a' * 10**9", "__import__('os')", "print(1)", "x", "1 if 1 else 2", "a.b"]
)
def test_a_literal_is_data_and_bounded(text: str) -> None:
    with pytest.raises((ValueError, TruthError), match=r"\w"):
        read_literal(text)


def test_a_deep_expression_is_no_crash() -> None:
    with pytest.raises((NotPlain, TruthError), match=r"\w"):
        read("assert f(1) == " + "+".join(["1"] * 50_000))
