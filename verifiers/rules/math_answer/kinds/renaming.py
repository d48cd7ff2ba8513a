"""Matches names: by name where both sides have them, and bound letters, which may be any."""

from __future__ import annotations

from verifiers.rules.math_answer.kinds.naming import SAID, Named
from verifiers.rules.math_answer.reading.tree import I, Node, Op

_CONSTANTS_OF_INTEGRATION = frozenset(("C", "c", "K", "k", "D", "C_1", "C_0", "const"))


def align(gold: Named, answer: Named) -> Node | None:
    """Return the answer's value in the gold's names and order; None where the names differ."""
    if gold.bound or answer.bound:
        return _rebound(gold, answer)
    left, right = gold.names, answer.names
    if "" in left or "" in right or left == right or are_other_words(left, right):
        return answer.value
    if len({name.partition("_")[0] for name in left + right}) == 1 and len(left) != len(right):
        return answer.value  # x_1 = 2, x_2 = 3 and x = 2 or x = 3
    if sorted(left) != sorted(right) or len(left) != len(right) or len(left) == 1:
        return None
    return _reordered(answer.value, [right.index(name) for name in left])


def are_other_words(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Say whether words name the items on one side, and the other side calls none of them so."""
    return any(name.startswith(SAID) for name in left + right) and not set(left) & set(right)


def _reordered(value: Node, order: list[int]) -> Node | None:
    if value.op is Op.LIST and all(arg.op is Op.TUPLE and len(arg.args) == len(order) for arg in value.args):
        return Node(Op.LIST, tuple(_picked(arg, order) for arg in value.args), value.data)
    return _picked(value, order) if len(value.args) == len(order) else None


def _picked(value: Node, order: list[int]) -> Node:
    return Node(value.op, tuple(value.args[index] for index in order), value.data)


def _rebound(gold: Named, answer: Named) -> Node | None:
    """Rename the letter of `g(t) = t^2` to that of `f(x) = x^2`."""
    if not gold.bound or not answer.bound:
        is_argument = set(answer.names) & set(gold.bound) or set(gold.names) & set(answer.bound)
        return None if is_argument else answer.value
    if len(gold.bound) != len(answer.bound):
        return None
    names = dict(zip(answer.bound, gold.bound, strict=True))
    if (answer.value.names & set(gold.bound)) - set(answer.bound):
        return None  # f(y) = x^2 says nothing of y
    return renamed(answer.value, names)


def renamed(node: Node, names: dict[str, str]) -> Node:
    if node.op is Op.NAME:
        return Node(Op.NAME, (), names.get(node.data, node.data))
    if not node.args:
        return node
    return Node(node.op, tuple(renamed(arg, names) for arg in node.args), node.data, node.number)


def with_own_letters(gold: Node, answer: Node) -> Node:
    """Write the answer with the gold's imaginary unit, and with its constant of integration."""
    if (
        gold.has(Op.CONSTANT)
        and "j" in answer.names
        and "j" not in gold.names
        and I in gold.walk()
        and I not in answer.walk()
    ):
        answer = _with_i(answer)
    missing, extra = gold.names - answer.names, answer.names - gold.names
    if len(missing) != 1 or len(extra) != 1 or not missing | extra <= _CONSTANTS_OF_INTEGRATION:
        return answer
    if not _is_last_term(gold, *missing) or not _is_last_term(answer, *extra):
        return answer
    return renamed(answer, dict(zip(extra, missing, strict=True)))


def _with_i(node: Node) -> Node:
    if node.op is Op.NAME and node.data == "j":
        return I
    return Node(node.op, tuple(_with_i(arg) for arg in node.args), node.data, node.number)


def _is_last_term(node: Node, name: str) -> bool:
    """Say whether the letter stands only as a term of its own: F(x) + C."""
    body = node.args[-1] if node.op is Op.RELATION else node
    if body.op is not Op.ADD or sum(part.op is Op.NAME and part.data == name for part in node.walk()) != 1:
        return False
    return any(arg.op is Op.NAME and arg.data == name for arg in body.args)
