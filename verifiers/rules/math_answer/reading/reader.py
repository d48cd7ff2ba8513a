"""Reads a whole answer: lists, chains of relations, sets, labels, and clauses that say for which letters it holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from verifiers.rules.math_answer.reading.clauses import SOME, is_conditional, range_of, refuse_hidden_values
from verifiers.rules.math_answer.reading.terms import Terms
from verifiers.rules.math_answer.reading.tokens import Kind, Token, tokens_of
from verifiers.rules.math_answer.reading.tree import Node, Op, Unreadable
from verifiers.rules.math_answer.reading.vocabulary import (
    CLAUSE_WORDS,
    INTEGER_WORDS,
    RELATIONS,
    SEPARATOR_WORDS,
    UNIONS,
    UNIVERSAL_WORDS,
)

MAX_REMEMBERED_CHARS = 300  # a memory of long texts would be large, and they hardly repeat
_SPACES = frozenset("ZRQCN")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says: its tree, the letters that it calls integers, and the numbers that letters run through."""

    node: Node
    integer_names: frozenset[str] = frozenset()
    ranges: frozenset[tuple[str, str]] = frozenset()
    is_conditional: bool = False


def read(text: str, grouped: bool = True) -> Reading:
    """Return what `text` says. With `grouped`, `1,234` is one number, else a list of two.

    Raises:
        Unreadable: `text` is no formula that this reader knows.
    """
    return (_remembered if len(text) <= MAX_REMEMBERED_CHARS else _read)(text, grouped)


def _read(text: str, grouped: bool) -> Reading:
    reader = Reader(tokens_of(text, grouped))
    node = reader.whole()
    return Reading(node, frozenset(reader.integer_names), frozenset(reader.ranges), reader.is_conditional)


_remembered = lru_cache(maxsize=4096)(_read)


class Reader(Terms):
    """The outermost part of the reader."""

    def _braces(self) -> Node:
        """Read the set of all k pi with whole k as its family."""
        node = super()._braces()
        is_family = node.op is Op.BUILDER and node.args[0].op not in (Op.NAME, Op.RELATION, Op.TUPLE)
        return node.args[0] if is_family and self._is_clause(node.args[1]) else node

    def whole(self) -> Node:
        node = self.sequence()
        if self.token.kind is not Kind.END:
            raise Unreadable(f"cannot go on at {self.token.text[:20]!r}")
        return node

    def sequence(self) -> Node:
        items, denied, joint = [self.item()], list[Node](), "and"
        while self._accept_separator():
            if self.tokens[self.position - 1].text.lower() in ("or", "或", "或者", "\\lor"):
                joint = "or"
            if self._at_end():
                break
            if self.at_word(*CLAUSE_WORDS):  # k pi, where k is any integer
                self._skip_clause()
            elif self.at_word("not"):  # 5, not 6
                self.take()
                denied.append(self._denied())
            else:
                items.append(self.item())
        if set(denied) & set(items):
            raise Unreadable("said and denied")
        letters = {name for item in items if item.op is not Op.RELATION for name in item.names}
        items = [item for item in items if not (self._is_clause(item) or self._excludes(item, letters))] or items
        return items[0] if len(items) == 1 else Node(Op.LIST, tuple(items), joint)

    def _denied(self) -> Node:
        if self.token.kind is Kind.WORD:
            raise Unreadable("words that deny")
        return self.item()

    def _at_end(self) -> bool:
        return self.token.kind is Kind.END or self.at(")", "]", "}", "\\}")

    def _accept_separator(self) -> bool:
        found = False
        while self.at(",", ";", "\\\\", "\\land", "\\lor", "\\wedge", "\\vee") or self.at_word(*SEPARATOR_WORDS):
            self.take()
            found = True
        return found

    def _is_clause(self, item: Node) -> bool:
        """Say whether the item only tells where a letter lives (`k \\in \\mathbb{Z}`), and keep the letter."""
        if item.op is not Op.RELATION or item.signs != ("in",) or item.args[1].op is not Op.SPACE:
            return False
        self.ranges |= {(name, item.args[1].data) for name in item.args[0].names}
        if item.args[1].data == "Z":
            self.integer_names |= item.args[0].names
        return True

    def _excludes(self, item: Node, letters: set[str]) -> bool:
        """Say whether an item beside a value in `letters` only says where that has none: `x + 1, x \\ne 1`."""
        if item.op is not Op.RELATION or item.signs != ("!=",) or item.args[0].data not in letters:
            return False
        self.ranges.add((item.args[0].data, SOME))
        return True

    def item(self) -> Node:
        if self.token.kind is Kind.WORD:
            return self._worded()
        if self.accept("\\forall"):
            return self._universal()
        value = self._set_expression()
        value = self._ratio(value)
        value = self._relation(value)
        self._skip_clause()
        return value

    def _universal(self) -> Node:
        """Read `\\forall x > 0, 3^x \\ge x^2` as the pair of its condition and its statement."""
        condition = self.item()
        self.expect(",", ":")
        return Node(Op.TUPLE, (condition, self.item()), "\\forall")

    def _worded(self) -> Node:
        """Read `Maximum = 2`, `Paolo: 18`, `only x = 0`, or words alone."""
        words = []
        while self.token.kind is Kind.WORD and not self.at_word(*SEPARATOR_WORDS):
            words.append(self.take().text)
        if [word.lower() for word in words] == ["only"]:
            return self.item()
        if not words or words[0].lower() in CLAUSE_WORDS:
            raise Unreadable("a clause without a statement")
        label = Node(Op.WORDS, (), " ".join(words))
        if self._at_end() or self.at(",", ";", "\\\\") or self.at_word(*SEPARATOR_WORDS):
            return label
        if self.token.kind is Kind.NUMBER and self.ahead().text in (":", "="):
            label = Node(Op.WORDS, (), f"{label.data} {self.take().text}")
        if not self.accept(":", "="):
            raise Unreadable("words before a formula")
        return Node(Op.RELATION, (label, self.item()), "=")

    def _set_expression(self) -> Node:
        value = self.sum()
        while self.at(*UNIONS) or self._at_letter_union():
            sign = self.take().text
            value = Node(Op(UNIONS.get(sign, "union")), (value, self.sum()))
        return value

    def _at_letter_union(self) -> bool:
        before = self.tokens[self.position - 1].text
        return self.token.text == "U" and before in (")", "]", "\\}") and self.ahead().text in ("(", "[", "\\{")

    def _ratio(self, value: Node) -> Node:
        parts = [value]
        while (self.at(":") and not self.bars) or (self.at_word("to") and self.ahead().kind is Kind.NUMBER):
            self.take()
            parts.append(self.sum())
        return value if len(parts) == 1 else Node(Op.RATIO, tuple(parts))

    def _relation(self, value: Node) -> Node:
        sides, signs = [value], []
        while sign := self._accept_relation():
            signs.append(sign)
            sides.append(self._space_of(sign) or self._ratio(self._set_expression()))
        return Node(Op.RELATION, tuple(sides), " ".join(signs)) if signs else value

    def _space_of(self, sign: str) -> Node | None:
        """Read the bare Z of `k \\in Z` as the whole numbers."""
        if sign != "in" or self.token.kind is not Kind.NAME or self.token.text not in _SPACES:
            return None
        return Node(Op.SPACE, (), self.take().text)

    def _accept_relation(self) -> str:
        if self._at_unequal():
            self.position += 2
            return "!="
        if self.token.kind in (Kind.SIGN, Kind.COMMAND) and self.token.text in RELATIONS:
            return RELATIONS[self.take().text]
        return ""

    def _skip_clause(self) -> None:
        """Skip 'for all integers n', and '(k \\in \\mathbb{Z})', and keep the letters they call integers."""
        if self.at("(") and self._clause_in_brackets():
            return
        if not self.at_word(*CLAUSE_WORDS) and not self.at("\\forall"):
            return
        start, depth = self.position, 0
        while not (self.token.kind is Kind.END or (depth == 0 and (self.at("}", "\\}") or self._at_next_statement()))):
            depth += {"{": 1, "}": -1}.get(self.take().text, 0)
        self._keep_integers(self.tokens[start : self.position])

    def _at_next_statement(self) -> bool:
        return self.at(",", ";") and not (self.ahead().kind is Kind.NAME and self.ahead(2).text in (",", "\\in"))

    def _clause_in_brackets(self) -> bool:
        if not ((self.ahead().kind is Kind.NAME and self.ahead(2).text == "\\in") or self.ahead().kind is Kind.WORD):
            return False
        start = self.position
        while not self.accept(")"):
            if self.take().kind is Kind.END:
                return False
        self._keep_integers(self.tokens[start : self.position])
        return True

    def _keep_integers(self, clause: list[Token]) -> None:
        texts = {token.text.lower() if token.kind is Kind.WORD else token.text for token in clause}
        said = range_of(clause)
        if said:
            self.ranges |= {
                (token.text, said) for token in clause if token.kind is Kind.NAME and token.text not in _SPACES
            }
        refuse_hidden_values(clause)
        self.is_conditional = self.is_conditional or is_conditional(clause)
        whole = texts & INTEGER_WORDS or {"\\mathbb", "Z"} <= texts
        if whole and not texts & UNIVERSAL_WORDS:
            self.integer_names |= {token.text for token in clause if token.kind is Kind.NAME} - {"Z"}
