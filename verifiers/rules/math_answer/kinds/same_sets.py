"""Compares two sets of real numbers, piece by piece after those that touch have been joined."""

from __future__ import annotations

from typing import Any

from mpmath import mp

from verifiers.rules.math_answer.judgement import Judgement
from verifiers.rules.math_answer.kinds.frame import Frame
from verifiers.rules.math_answer.kinds.realsets import Piece, RealSet, is_infinite
from verifiers.rules.math_answer.numeric import Undefined
from verifiers.rules.math_answer.probe import Undecided, close, compute_real, equal
from verifiers.rules.math_answer.reading.tree import Node


def compare_real_sets(gold: RealSet, answer: RealSet, frame: Frame) -> Judgement:
    if gold.variable and answer.variable and gold.variable != answer.variable and not frame.policy.is_strict:
        return Judgement(False, f"about {answer.variable}, not {gold.variable}")
    try:
        same = _same_numeric(gold.pieces, answer.pieces)
    except Undefined:
        same = _same_symbolic(gold.pieces, answer.pieces, frame)
    return Judgement(same, "equal sets of numbers" if same else "different sets of numbers")


def _same_numeric(gold: tuple[Piece, ...], answer: tuple[Piece, ...]) -> bool:
    left, right = _merged(gold), _merged(answer)
    return len(left) == len(right) and all(
        close(a[0], b[0]) and close(a[1], b[1]) and a[2:] == b[2:] for a, b in zip(left, right, strict=True)
    )


def _merged(pieces: tuple[Piece, ...]) -> list[tuple[Any, Any, bool, bool]]:
    """Return the pieces as numbers, in order, those that touch made one; empty ones are left out."""
    numbers = [(compute_real(piece.low), compute_real(piece.high), piece.has_low, piece.has_high) for piece in pieces]
    with mp.workdps(50):
        full = [
            piece for piece in numbers if piece[0] < piece[1] or (close(piece[0], piece[1]) and piece[2] and piece[3])
        ]
        full.sort(key=lambda piece: (piece[0], not piece[2]))
        merged: list[tuple[Any, Any, bool, bool]] = []
        for low, high, has_low, has_high in full:
            if merged and _touches(merged[-1], low, has_low):
                before = merged.pop()
                end = (
                    (before[1], before[3])
                    if before[1] > high
                    else (high, has_high or (before[1] == high and before[3]))
                )
                low, high, has_low, has_high = before[0], end[0], before[2], end[1]
            merged.append((low, high, has_low, has_high))
    return merged


def _touches(before: tuple[Any, Any, bool, bool], low: Any, has_low: bool) -> bool:
    return bool(low < before[1]) or (close(low, before[1]) and (before[3] or has_low))


def _same_symbolic(gold: tuple[Piece, ...], answer: tuple[Piece, ...], frame: Frame) -> bool:
    if len(gold) != len(answer):
        return False
    left = list(answer)
    for piece in gold:
        found = next((other for other in left if _same_piece(piece, other, frame)), None)
        if found is None:
            return False
        left.remove(found)
    return True


def _same_piece(gold: Piece, answer: Piece, frame: Frame) -> bool:
    if (gold.has_low, gold.has_high) != (answer.has_low, answer.has_high):
        return False
    return _same_end(gold.low, answer.low, frame) and _same_end(gold.high, answer.high, frame)


def _same_end(gold: Node, answer: Node, frame: Frame) -> bool:
    if is_infinite(gold) or is_infinite(answer):
        return gold == answer
    try:
        return equal(gold, answer, frame.integers)
    except Undecided:
        return False
