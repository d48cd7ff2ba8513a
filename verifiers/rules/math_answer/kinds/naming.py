"""Sets names aside: `x = 3` is 3 named x, `(x, y) = (1, 2)` is a tuple with two names, `f(x) = x^2` is x^2 with one."""

from __future__ import annotations

from dataclasses import dataclass

from verifiers.rules.math_answer.reading.tree import Node, Op

SAID = "“"  # begins the name of an item that words name


@dataclass(frozen=True, slots=True)
class Named:
    """A value without its name. `names` has one entry for each item of a list or tuple, else one; `bound` holds the
    letters of a function's definition."""

    value: Node
    names: tuple[str, ...] = ()
    bound: tuple[str, ...] = ()


def named(node: Node) -> Named:
    """Return the value of `node` without names; what is no assignment comes back as it is."""
    if node.op is Op.RELATION:
        return _assignment(node) or Named(node)
    if node.op is Op.LIST:
        return _assignments(node)
    if node.op is Op.TUPLE and all(_assignment(arg) for arg in node.args):
        inner = _assignments(Node(Op.LIST, node.args))
        return Named(Node(Op.TUPLE, inner.value.args, node.data), inner.names)
    return Named(node)


def without_single_name(item: Named) -> Named:
    """Drop the name of one constant: among answers to one question `x = 3` is 3; `AB = 5` and `y = 2x` keep theirs."""
    is_plain = len(item.names) == 1 and " " not in item.names[0] and not item.value.names
    return Named(item.value) if is_plain else item


def exact_chain(node: Node) -> Node:
    """Drop the rounded sides of a chain: `x = 1/3 \\approx 0.33` becomes `x = 1/3`."""
    if node.op is not Op.RELATION or "~" not in node.signs:
        return node
    first = node.signs.index("~")
    if first == 0:
        return Node(Op.RELATION, node.args[:2], "=") if is_label(node.args[0]) else node.args[0]
    return Node(Op.RELATION, node.args[: first + 1], " ".join(node.signs[:first]))


def _assignment(node: Node) -> Named | None:
    node = exact_chain(node)
    if node.op is not Op.RELATION:
        return Named(node)
    if node.signs == ("in",):
        return _member(*node.args)
    if node.signs == ("=",) and node.args[1].op is Op.NAME and not node.args[0].names:
        return Named(node.args[0], (node.args[1].data,))
    if set(node.signs) != {"="} or not is_label(node.args[0]):
        return None
    label, value = node.args[0], node.args[-1]
    if label.op is Op.TUPLE:
        bound = tuple(part.args[0].data for part in label.args if part.op is Op.CALL and part.args[0].op is Op.NAME)
        return Named(value, tuple(part.data.lstrip("?") for part in label.args), tuple(dict.fromkeys(bound)))
    if label.op is Op.CALL and label.data.startswith("?"):
        return Named(value, (_called(label),), tuple(part.data for part in label.args if part.op is Op.NAME))
    defined = _definition(label)
    if defined:
        return Named(value, (defined[0],), (defined[1],))
    if label.op is Op.NAME and label.data in value.names:
        return None
    return Named(value, (_label_name(label),))


def _label_name(label: Node) -> str:
    """Return what a label names, the same for AB and BA; words name nothing that must agree."""
    if label.op is Op.WORDS:
        return ""
    if label.op is Op.MUL:
        return " ".join(sorted(_label_name(arg) for arg in label.args))
    return " ".join(_label_name(arg) for arg in label.args) or label.data


def _called(label: Node) -> str:
    """Return f of `f(x)`, and f(2) of `f(2)`."""
    values = [part.data for part in label.args if part.op is not Op.NAME]
    return label.data[1:] + (f"({', '.join(values)})" if values else "")


def _definition(label: Node) -> tuple[str, str] | None:
    """Return p and x of `p(x)`, which reads as a product wherever it is not defined."""
    if label.op is Op.MUL and len(label.args) == 2 and _applies(label) and label.args[1].op is Op.NAME:
        return label.args[0].data, label.args[1].data
    return None


def _member(label: Node, values: Node) -> Named | None:
    """Read `x \\in \\{1, 2\\}` and `(x, y) \\in \\{(1, 2)\\}` as what they say of the letters."""
    if label.op is Op.NAME:
        return Named(_only_member(values), (label.data,))
    return Named(values) if values.op is Op.SET and _is_tuple_of_names(label) else None


def _is_tuple_of_names(node: Node) -> bool:
    return node.op is Op.TUPLE and all(part.op is Op.NAME for part in node.args)


def _only_member(node: Node) -> Node:
    return node.args[0] if node.op is Op.SET and len(node.args) == 1 else node


def is_label(node: Node) -> bool:
    """Say whether the left side of an equation only names what the right side gives."""
    if node.op in (Op.NAME, Op.WORDS):
        return True
    if node.op is Op.CALL and node.data.startswith("?"):
        return True
    if node.op is Op.TUPLE and node.data == "[]" and len(node.args) == 1:  # [ABC], an area
        return _is_geometric(node.args[0])
    if node.op is Op.TUPLE:
        return all(part.op in (Op.NAME, Op.CALL) and is_label(part) for part in node.args)
    if node.op is Op.MUL and len(node.args) == 2 and node.args[0].data in _FUNCTION_LETTERS:
        return _applies(node)
    return _is_geometric(node) or _is_measure_of_angle(node)


def _is_measure_of_angle(node: Node) -> bool:
    return node.op is Op.MUL and len(node.args) == 2 and node.args[0].data == "m" and node.args[1].data[:6] == "\\angle"


def _is_geometric(node: Node) -> bool:
    """Say whether only points and figures stand here: AB, |AB|, AB/CD, S_1:S_2."""
    return bool(node.names) and all(name[0].isupper() for name in node.names) and not node.has(Op.ADD, Op.NUMBER)


_FUNCTION_LETTERS = frozenset("pqruvPQRSTV") | {"\\phi", "\\psi", "\\varphi"}


def _applies(node: Node) -> bool:
    argument = node.args[1]
    return argument.op is Op.NUMBER or argument.data in ("x", "n", "t", "z", "m", "k")


def _assignments(node: Node) -> Named:
    items = [_assignment(item) for item in node.args]
    if not any(item and item.names for item in items) or any(item is None for item in items):
        return Named(node)
    found = [item for item in items if item]
    names = [(SAID + said,) if (said := _said(arg)) else item.names for arg, item in zip(node.args, found, strict=True)]
    period = _period(names)
    if period:
        groups = [found[index : index + period] for index in range(0, len(found), period)]
        tuples = tuple(Node(Op.TUPLE, tuple(item.value for item in group), "()") for group in groups)
        return Named(Node(Op.LIST, tuples, node.data), tuple(name[0] for name in names[:period]))
    values = Node(Op.LIST, tuple(item.value for item in found), node.data)
    if len(set(names)) == 1 and len(names[0]) == 1:  # x = 2 or x = 3
        return Named(values, names[0], found[0].bound)
    if len(set(names)) == len(names) and all(len(name) == 1 for name in names):
        return Named(values, tuple(name[0] for name in names), found[0].bound)
    return Named(values, (), found[0].bound)


def _said(node: Node) -> str:
    """Return the words that name an item: alice of `Alice: 5`."""
    return node.args[0].data.lower() if node.op is Op.RELATION and node.args[0].op is Op.WORDS else ""


def _period(names: list[tuple[str, ...]]) -> int:
    """Return how many names repeat in turn, as in `p=5, q=2; p=7, q=2`; 0 where they do not."""
    for period in range(2, len(names) // 2 + 1):
        cycle = names[:period]
        repeats = len(names) % period == 0 and all(name == cycle[index % period] for index, name in enumerate(names))
        if repeats and len(set(cycle)) == period and all(len(name) == 1 for name in cycle):
            return period
    return 0
