"""Chooses the comparison by the kind of the gold; an answer of another kind is converted by a listed rule, or wrong."""

from __future__ import annotations

from dataclasses import replace

from verifiers.rules.math_answer.judgement import Judgement
from verifiers.rules.math_answer.kinds.chains import false_chain, far_off, last_side
from verifiers.rules.math_answer.kinds.expand import expanded
from verifiers.rules.math_answer.kinds.families import compare_families, parameter
from verifiers.rules.math_answer.kinds.frame import Frame
from verifiers.rules.math_answer.kinds.lists import compare_lists
from verifiers.rules.math_answer.kinds.matrices import worked_out
from verifiers.rules.math_answer.kinds.naming import SAID, Named, exact_chain, named, without_single_name
from verifiers.rules.math_answer.kinds.quantities import compare_quantities, quantity
from verifiers.rules.math_answer.kinds.realsets import NoRealSet, RealSet, is_infinite, real_set
from verifiers.rules.math_answer.kinds.relations import compare_equations, compare_orders, solved_for_the_rest
from verifiers.rules.math_answer.kinds.renaming import align
from verifiers.rules.math_answer.kinds.same_sets import compare_real_sets
from verifiers.rules.math_answer.reading.tree import REAL_SETS, Node, Op

_ORDERS = frozenset(("<", ">", "<=", ">=", "!="))
_COLLECTIONS = (Op.LIST, Op.SET, Op.TUPLE, Op.MATRIX)


def compare(gold: Node, answer: Node, frame: Frame) -> Judgement:
    """Compare two trees.

    Raises:
        Undecided: neither equal nor different could be shown.
    """
    if far_off(answer):
        return Judgement(False, "what it rounds to is far off")
    gold, answer = (worked_out(expanded(exact_chain(node))) for node in (gold, answer))
    if gold == answer:
        return Judgement(True, "written the same")
    if false_chain(answer, frame):
        return Judgement(False, "its equation does not hold")
    judgement = _sets(gold, answer, frame)
    if judgement is not None:
        return judgement
    is_strict = frame.policy.is_strict
    left, right = named(last_side(gold) if is_strict or not gold.names else gold), named(last_side(answer))
    if is_strict and _is_unsolved(left) is _is_unsolved(right):
        left, right = without_single_name(left), without_single_name(right)
        if set(left.names) != set(right.names) and not (left.bound and right.bound):
            return Judgement(False, "given with other names")
    bound = frozenset(left.bound + right.bound)
    frame = replace(frame, integers=frame.integers - bound) if bound else frame
    family = None if bound else _families(left.value, right.value, frame)
    if family is not None:
        return family
    return _named(gold, left, answer, right, frame)


def _sets(gold: Node, answer: Node, frame: Frame) -> Judgement | None:
    """Compare sets of real numbers; None where the gold is none."""
    if not _is_set(gold) and not (gold.op in (Op.TUPLE, Op.SET) and _is_set(answer)):
        return None
    try:
        left = real_set(gold)
    except NoRealSet:
        return None
    try:
        right = real_set(answer)
    except NoRealSet:
        return None if _has_letters(left) else Judgement(False, "not a solved set of numbers")
    if parameter(gold, frame.integers, frame.prompt_names):
        return None
    return compare_real_sets(left, right, frame)


def _has_letters(found: RealSet) -> bool:
    return any(piece.low.names or piece.high.names for piece in found.pieces)


def _is_set(node: Node) -> bool:
    if node.op in REAL_SETS:
        return True
    if node.op is Op.TUPLE:
        return len(node.args) == 2 and (node.data not in ("()", "[]") or any(is_infinite(end) for end in node.args))
    if node.op is Op.RELATION:
        return bool(_ORDERS & set(node.signs)) or (node.signs == ("in",) and _is_interval(node.args[1]))
    if node.op is Op.LIST:
        return any(arg.op is Op.RELATION and _ORDERS & set(arg.signs) for arg in node.args)
    return node.op is Op.ADD and any(arg.op is Op.NEG and arg.args[0].op is Op.SET for arg in node.args)


def _is_interval(node: Node) -> bool:
    return _is_set(node) or (node.op is Op.TUPLE and len(node.args) == 2)


def _families(gold: Node, answer: Node, frame: Frame) -> Judgement | None:
    letter = parameter(gold, frame.integers, frame.prompt_names)
    other = parameter(answer, frame.integers, frame.prompt_names)
    if other and not letter and len(gold.names - frame.prompt_names) == 1 and other in frame.integers:
        letter = next(iter(gold.names - frame.prompt_names))
    if not letter or len(gold.names) != 1:
        return None
    if letter in frame.integers and len(answer.names - frame.prompt_names) == 1:
        other = next(iter(answer.names))
    if not other:
        return Judgement(False, "a family is asked for") if not answer.names else None
    return compare_families(gold, letter, answer, other)


def _named(gold: Node, left: Named, answer: Node, right: Named, frame: Frame) -> Judgement:
    if gold.op is Op.RELATION and _is_unsolved(left):
        return _relations(gold, answer, right, frame)
    if answer.op is Op.RELATION and _is_unsolved(right):
        if gold.op is Op.RELATION and left.value.names and set(answer.signs) == {"="}:
            return compare_equations(gold, answer)
        return Judgement(False, "an equation or inequality still to be solved")
    value = right.value
    if left.names and right.names:
        reordered = align(left, right)
        if reordered is None:
            return _other_names(gold, answer, left)
        value = reordered
    if _is_ordered(left.names, right.names):
        value = Node(Op.TUPLE, value.args, "()") if value.op is Op.LIST else value
    return _values(left.value, value, frame)


def _other_names(gold: Node, answer: Node, left: Named) -> Judgement:
    if gold.op is answer.op is Op.RELATION and left.value.names:
        return compare_equations(gold, answer)
    return Judgement(False, "given for another name")


def _is_ordered(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Say whether names give the items an order: x_1 and x_2 do not, nor do words that only one side has."""
    names = left or right
    if len(names) < 2 or len({name.partition("_")[0] for name in names}) == 1:
        return False
    return bool(set(left) & set(right)) or not any(name.startswith(SAID) for name in left + right)


def _is_unsolved(item: Named) -> bool:
    return item.value.op is Op.RELATION


def _relations(gold: Node, answer: Node, right: Named, frame: Frame) -> Judgement:
    if answer.op is Op.LIST and len(gold.args) > 2 and len(set(gold.signs)) == 1 and answer.args == gold.args:
        return Judgement(True, "the same order")
    if set(gold.signs) <= {"="}:
        if answer.op is Op.RELATION and set(answer.signs) == {"="}:
            return compare_equations(gold, answer)
        if answer.op is not Op.RELATION and last_side(gold) is not gold:
            return compare(last_side(gold), answer, frame)
        same = not frame.policy.is_strict and solved_for_the_rest(gold, right.value)
        return Judgement(same, "the equation, solved" if same else "not an equation")
    if answer.op is not Op.RELATION:
        return Judgement(False, "not a relation")
    return compare_orders(gold, answer, frame)


def _values(gold: Node, answer: Node, frame: Frame) -> Judgement:
    if gold.op is Op.WORDS:
        return Judgement(False, "other words")
    if gold.op in _COLLECTIONS and not (gold.op is Op.LIST and quantity(gold).unit):
        return _collections(gold, answer, frame)
    if answer.op is Op.SET and len(answer.args) == 1:
        answer = answer.args[0]
    if answer.op is Op.LIST and not quantity(answer).unit:
        if answer.data == "or" and all(compare(gold, item, frame).is_equal for item in answer.args):
            return Judgement(True, "one value, written in several ways")
        return Judgement(False, "several answers, where one is asked for", ("multiple_answers",))
    if answer.op in _COLLECTIONS[1:] or answer.op in REAL_SETS or answer.op in (Op.WORDS, Op.RELATION):
        return Judgement(False, f"a {answer.op}, where a value is asked for")
    if Op.RATIO in (gold.op, answer.op) and max(len(gold.args), len(answer.args)) > 2:
        return _ratios(gold, answer, frame)
    return compare_quantities(gold, answer, frame)


def _collections(gold: Node, answer: Node, frame: Frame) -> Judgement:
    if gold.op is Op.SET and len(gold.args) == 1 and answer.op not in _COLLECTIONS:
        return compare(gold.args[0], answer, frame)
    if answer.op not in _COLLECTIONS:
        return Judgement(False, f"a {answer.op}, where a {gold.op} is asked for")
    return compare_lists(gold, answer, frame, compare)


def _ratios(gold: Node, answer: Node, frame: Frame) -> Judgement:
    if gold.op is not answer.op or len(gold.args) != len(answer.args):
        return Judgement(False, "ratios of different lengths")
    for left, right in zip(gold.args[1:], answer.args[1:], strict=True):
        parts = (Node(Op.DIV, (left, gold.args[0])), Node(Op.DIV, (right, answer.args[0])))
        if not compare_quantities(*parts, frame).is_equal:
            return Judgement(False, "different ratios")
    return Judgement(True, "equal ratios")
