"""Works out sums and products of matrices: `2A`, `A + B`, `AB`, `A / 3`, entry by entry."""

from __future__ import annotations

from collections.abc import Callable

from verifiers.rules.math_answer.reading.tree import Node, Op, Unreadable, negative, product

MAX_ENTRIES = 400
MAX_DETERMINANT = 4


def worked_out(node: Node) -> Node:
    """Return `node` with every sum and product of matrices as one matrix.

    Raises:
        Unreadable: the shapes do not fit, or the result has more than 400 entries.
    """
    if node.op is Op.POW and node.args[0].op in (Op.MATRIX, Op.TUPLE) and node.args[1] == Node(Op.NAME, (), "T"):
        return _transposed(node.args[0])
    if not node.has(Op.MATRIX):
        return node
    args = tuple(worked_out(arg) for arg in node.args)
    node = Node(node.op, args, node.data, node.number)
    if node.op is Op.CALL and node.data == "det" and args[0].op is Op.MATRIX:
        return _determinant(args[0])
    if node.op not in (Op.ADD, Op.NEG, Op.MUL, Op.DIV) or not any(arg.op is Op.MATRIX for arg in args):
        return node
    if node.op is Op.ADD:
        return _sum(args)
    if node.op is Op.NEG:
        return _scaled(args[0], lambda entry: negative(entry))
    return _product(args) if node.op is Op.MUL else _divided(args)


def _transposed(node: Node) -> Node:
    if node.op is Op.TUPLE:
        return Node(Op.MATRIX, node.args, "1")
    columns = int(node.data)
    entries = tuple(node.args[place] for column in range(columns) for place in range(column, len(node.args), columns))
    return Node(Op.MATRIX, entries, str(len(node.args) // columns))


def _sum(terms: tuple[Node, ...]) -> Node:
    first = terms[0]
    if any(term.op is not Op.MATRIX or _shape(term) != _shape(first) for term in terms):
        raise Unreadable("a sum of matrices of different shapes")
    entries = zip(*(term.args for term in terms), strict=True)
    return Node(Op.MATRIX, tuple(Node(Op.ADD, entry) for entry in entries), first.data)


def _product(factors: tuple[Node, ...]) -> Node:
    scalars = tuple(factor for factor in factors if factor.op is not Op.MATRIX)
    result, *others = (factor for factor in factors if factor.op is Op.MATRIX)
    for other in others:
        result = _multiplied(result, other)
    return _scaled(result, lambda entry: product(*scalars, entry)) if scalars else result


def _multiplied(left: Node, right: Node) -> Node:
    (rows, inner), (height, columns) = _shape(left), _shape(right)
    if inner != height or rows * columns * inner > MAX_ENTRIES:
        raise Unreadable("a product of matrices whose shapes do not fit")
    entries = (
        Node(Op.ADD, tuple(product(left.args[row * inner + k], right.args[k * columns + column]) for k in range(inner)))
        for row in range(rows)
        for column in range(columns)
    )
    return Node(Op.MATRIX, tuple(entries), str(columns))


def _divided(args: tuple[Node, ...]) -> Node:
    above, *below = args
    if any(part.op is Op.MATRIX for part in below):
        raise Unreadable("division by a matrix")
    return _scaled(above, lambda entry: Node(Op.DIV, (entry, *below)))


def _scaled(matrix: Node, change: Callable[[Node], Node]) -> Node:
    return Node(Op.MATRIX, tuple(change(entry) for entry in matrix.args), matrix.data)


def _determinant(matrix: Node) -> Node:
    """Expand by the first row."""
    rows, columns = _shape(matrix)
    if rows != columns or rows > MAX_DETERMINANT:
        raise Unreadable("a determinant of no square, or a large one")
    if rows == 1:
        return matrix.args[0]
    terms = []
    for place, entry in enumerate(matrix.args[:columns]):
        minor = tuple(arg for index, arg in enumerate(matrix.args[columns:]) if index % columns != place)
        term = product(entry, _determinant(Node(Op.MATRIX, minor, str(columns - 1))))
        terms.append(negative(term) if place % 2 else term)
    return Node(Op.ADD, tuple(terms))


def _shape(matrix: Node) -> tuple[int, int]:
    columns = int(matrix.data)
    return len(matrix.args) // columns, columns
