"""Walks over the tokens, and keeps the depth of what is being read within bounds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from verifiers.rules.math_answer.reading.tokens import Kind, Token
from verifiers.rules.math_answer.reading.tree import Node, Unreadable

MAX_READING_DEPTH = 130


class Cursor:
    """The token at hand and the ways to move on; what reads a whole expression is supplied further down."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.position = 0
        self.depth = 0
        self.bars = 0  # how many |...| are open
        self.ranges: set[tuple[str, str]] = set()  # letters, and which numbers they run through
        self.is_conditional = False
        self.integer_names: set[str] = set()  # letters that the text calls integers

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def ahead(self, steps: int = 1) -> Token:
        return self.tokens[min(self.position + steps, len(self.tokens) - 1)]

    def at(self, *texts: str) -> bool:
        return self.token.kind in (Kind.SIGN, Kind.COMMAND) and self.token.text in texts

    def _at_unequal(self) -> bool:
        """Say whether `!=` comes next, which is no factorial: in `3! = 6` a space keeps them apart."""
        return self.at("!") and self.ahead().text == "=" and not self.ahead().is_spaced

    def at_word(self, *words: str) -> bool:
        return self.token.kind is Kind.WORD and (not words or self.token.text.lower() in words)

    def take(self) -> Token:
        token = self.token
        if token.kind is not Kind.END:
            self.position += 1
        return token

    def accept(self, *texts: str) -> bool:
        if self.at(*texts):
            self.position += 1
            return True
        return False

    def expect(self, *texts: str) -> None:
        if not self.accept(*texts):
            raise Unreadable(f"{' or '.join(texts)} expected, not {self.token.text[:20]!r}")

    @contextmanager
    def deeper(self) -> Iterator[None]:
        self.depth += 1
        if self.depth > MAX_READING_DEPTH:
            raise Unreadable(f"nested more than {MAX_READING_DEPTH} deep")
        try:
            yield
        finally:
            self.depth -= 1

    def sequence(self) -> Node:
        raise NotImplementedError

    def sum(self) -> Node:
        raise NotImplementedError

    def factor(self) -> Node:
        raise NotImplementedError

    def term(self) -> Node:
        raise NotImplementedError

    def power(self) -> Node:
        raise NotImplementedError

    def exponent(self) -> Node:
        raise NotImplementedError

    def postfixed(self, value: Node) -> Node:
        raise NotImplementedError

    def multiplies(self) -> bool:
        raise NotImplementedError

    def item(self) -> Node:
        raise NotImplementedError

    def argument(self) -> Node:
        raise NotImplementedError
