"""The stages and guards of `math`, each with what stands in its place when it is switched off.

A row is what is lost, the function (or table) as its caller knows it, and the change. `bench.mutants` runs them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from verifiers.rules.math_answer.context import Problem
from verifiers.rules.math_answer.judgement import Judgement

Change = Callable[[Any], Any]
Row = tuple[str, str, Change]

_MATH = "verifiers.rules.math_answer."
_NEVER = re.compile(r"(?!)")
_NO = Judgement(False, "switched off")


def _always(value: Any) -> Change:
    return lambda _: lambda *_args, **_named: value


def _first_argument(_: object) -> Callable[..., Any]:
    return lambda first, *_rest: first


def _second_argument(_: object) -> Callable[..., Any]:
    return lambda _first, second, *_rest: second


def _emptied(table: Any) -> Any:
    return type(table)()


def _as_written(_: object) -> Callable[..., Any]:
    return lambda gold, answer, _frame: [(gold, answer)]


def _in_order(_: object) -> Callable[..., Any]:
    from verifiers.rules.math_answer.kinds.lists import _in_order as in_order

    return in_order


def _answer_value(_: object) -> Callable[..., Any]:
    return lambda _gold, answer: answer.value


def _first_gold(best: Callable[..., Any]) -> Callable[..., Any]:
    return lambda golds, *rest: best(golds[:1], *rest)


def _second_of_self(_: object) -> Callable[..., Any]:
    return lambda _self, _answer, judgement: judgement


_STAGES = (
    ("unicode mathematics", "normalise:to_latex", _first_argument),
    ("backslashes that a string literal swallowed", "normalise:_repaired", _first_argument),
    ("layout commands", "normalise:_without_layout", _first_argument),
    ("dollars", "normalise:_without_dollars", _first_argument),
    ("stops at the end", "normalise:_without_end", _first_argument),
    ("brackets around brackets", "normalise:without_redundant_brackets", _first_argument),
    ("normalising as a whole", "judge:normalise", _first_argument),
    ("plain numbers", "judge:read_plain", _always(None)),
    ("words", "judge:_judge_words", _always(None)),
    ("times of day and dates", "judge:same_time", _always(None)),
    ("letters of options", "judge:option_letter", _always("")),
    ("an option that goes on", "judge:chosen_option", _always("")),
    ("a value behind its option's letter", "judge:without_option", _always("")),
    ("numbers in words", "judge:number_word", _always("")),
    ("lists of words in any order", "kinds.wording:_items", _always([])),
    ("words that mean the same", "kinds.wording:_means_the_same", _always(False)),
    ("formulas", "formulas:judge_formulas", _always(_NO)),
    ("math-verify's opinion", "formulas:_second_opinion", _always(_NO)),
    ("what the problem says, for formulas", "formulas:problem", _always(Problem())),
    ("what the problem says, for numbers", "judge:problem", _always(Problem())),
    ("the gold's own letters", "formulas:with_own_letters", _second_argument),
    ("matrices worked out", "kinds.compare:worked_out", _first_argument),
    ("plus-minus written out", "kinds.compare:expanded", _first_argument),
    ("the last side of a chain", "kinds.compare:last_side", _first_argument),
    ("families", "kinds.compare:_families", _always(None)),
    ("sets of real numbers", "kinds.compare:_sets", _always(None)),
    ("pieces that touch made one", "kinds.same_sets:_touches", _always(False)),
    ("entries in any order", "kinds.lists:_in_any_order", _in_order),
    ("columns as points", "kinds.lists:_row_of", _first_argument),
    ("repeated members of a set", "kinds.lists:_distinct", lambda _: lambda node: node.args),
    ("equations up to a factor", "kinds.relations:_proportional", _always(False)),
    ("equations solved for a letter", "kinds.relations:_solves", _always(False)),
    ("an equation's other side alone", "kinds.compare:solved_for_the_rest", _always(False)),
    ("inequalities turned round", "kinds.relations:_same_inequality", _always(False)),
    ("names that repeat in turn", "kinds.naming:_period", _always(0)),
    ("letters that are a unit", "kinds.quantities:_letters_as_unit", _first_argument),
    ("a gold's letters that are a unit", "kinds.quantities:_matching_unit", _first_argument),
    ("signs that policy forgives", "kinds.quantities:_forgiven", _as_written),
    ("tolerance of formulas", "kinds.quantities:_within_tolerance", _always(False)),
    ("tolerance of numbers", "judge:within", _always(False)),
    ("percents of plain numbers", "judge:_equal_but_for_percent", _always(False)),
    ("exact values", "probe:exact", _always(None)),
    ("sums with dots written out", "numeric:written_out", _first_argument),
    ("letters that count terms", "probe:index_letters", _always(frozenset())),
    ("a logarithm without a base", "probe:_has_bare_log", _always(False)),
    ("any of several golds", "rule:_best", _first_gold),
    ("statements", "find:stated", _always(None)),
    ("the one formula of a sentence", "stated:_only_formula", _always("")),
    ("the last line of a short answer", "stated:_conclusion", _first_argument),
    ("boxes with names", "find:_named_list", _always("")),
    ("golds kept as JSON text", "truth:_as_json", _always(None)),
    ("a percent sign behind the gold's box", "truth:_PERCENT_BEHIND", lambda _: _NEVER),
    ("congruences as families", "formulas:congruence", _always(None)),
    ("a remainder with its modulus", "formulas:_is_the_remainder", _always(False)),
    ("the answer in the gold's notation", "formulas:as_written_in", _second_argument),
    ("what the problem asks for as a label", "formulas:asked_value", _first_argument),
    ("numbers spelled out", "kinds.wording:spelled_number", _always("")),
    ("several options in one run", "judge:option_letters", _always("")),
    ("yes or no before a sentence", "kinds.wording:_said_first", _first_argument),
    ("transposed rows", "kinds.matrices:_transposed", _first_argument),
    ("decimals that go on", "normalise:_GOING_ON", lambda _: _NEVER),
    ("all real numbers but some", "normalise:_ALL_BUT", lambda _: _NEVER),
    ("digits with 0x and 0b", "normalise:_PREFIXED", lambda _: _NEVER),
    ("the one number of a sentence", "stated:_only_number", _first_argument),
)
_GUARDS = (
    ("boxes in one sentence need no list", "find:_joins", _always(False)),
    ("one sentence may state two answers", "stated:_same_sentence", _always("")),
    ("digits are not bounded", "bound:_LONG_NUMBER", lambda _: _NEVER),
    ("exponents are not bounded", "bound:_TOWER", lambda _: _NEVER),
    ("nesting is not bounded", "bound:_depth", _always(0)),
    ("far approximations hold", "kinds.compare:far_off", _always(False)),
    ("names need not agree", "kinds.compare:align", _answer_value),
    ("words that name items need not agree", "kinds.naming:_said", _always("")),
    ("letters may run through anything", "formulas:other_range", _always(False)),
    ("one member is a family", "kinds.ranges:_gives_a_member", _always(False)),
    ("clauses may hide a value", "reading.reader:refuse_hidden_values", _always(None)),
    ("words may change a number", "reading.measures:CHANGING_WORDS", _emptied),
    ("words may take a number back", "reading.measures:UNTRUE_WORDS", _emptied),
    ("units need not agree", "units:Unit.fits", _always(True)),
    ("more solutions are no matter", "kinds.relations:_has_other_solutions", _always(False)),
    ("no digits to confirm", "probe:_confirmed", _always(True)),
    ("tiny values are zero", "probe:_tiny_and_equal", _always(True)),
    ("a rounded value for a finite decimal", "tolerance:is_finite_decimal", _always(False)),
    ("whatever is near rounds", "tolerance:rounds_to", _always(True)),
    ("the question in another order", "guards:_stands_in", _always(False)),
    ("the question of a prompt without dollars", "guards:_PLAIN", lambda _: _NEVER),
    ("a group of zeros is an entry", "formulas:_LEADING_ZERO", lambda _: _NEVER),
    ("scales in Chinese are units", "reading.measures:_SCALE", lambda _: _NEVER),
    ("no guards at all", "formulas:guarded", _first_argument),
    ("kinds are not looked at", "rule:MathAnswer._allowed", _second_of_self),
    ("the question in words", "guards:spoken", _first_argument),
    ("work may be left undone", "guards:_is_work", _always(False)),
    ("a remainder by any modulus", "formulas:_is_asked", _always(True)),
    ("terms in common are computed", "probe:without_common_terms", lambda _: lambda *both: both),
    ("a condition is no matter", "reading.reader:is_conditional", _always(False)),
    ("another case is a clause", "reading.clauses:_is_another_case", _always(False)),
    ("a doubted value is stated", "stated:_DOUBTED", lambda _: _NEVER),
    ("any sentence with one number claims it", "stated:_NO_CLAIM", lambda _: _NEVER),
    ("an unsolved inequality is its solution", "kinds.compare:_has_letters", _always(True)),
    ("yes may be taken back", "kinds.wording:_DENIED", lambda _: _NEVER),
    ("an option many times over", "kinds.wording:_OPTION_BEFORE", lambda _: _NEVER),
    ("two options are one", "kinds.wording:_ANOTHER_OPTION", lambda _: _NEVER),
)
ROWS: tuple[Row, ...] = (
    *((f"math, a stage: {what}", _MATH + where, change) for what, where, change in _STAGES),
    *((f"math: {what}", _MATH + where, change) for what, where, change in _GUARDS),
)
