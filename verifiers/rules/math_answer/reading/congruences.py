"""Reads congruences as the families that they are: `n \\equiv 2, 3 \\pmod 4` is `n = 4k + 2` or `n = 4k + 3`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from verifiers.rules.math_answer.reading.reader import Reading, read

MAX_CHARS = 200
_DRESS = re.compile(r"\\(?:text|mathrm|operatorname)\s*\{([^{}]*)\}")
_MOD = re.compile(r"\\?[pb]?mod(?:ulo)?(?![a-z])")
_SEVERAL = r"-?\d{1,9}(?:\s*(?:,\s*or|,\s*and|,|or|and)\s*-?\d{1,9}){0,20}"
_JOINT = re.compile(r",|\bor\b|\band\b")
_ONE = re.compile(
    rf"""\s*(?:,|or\b|and\b)?\s*
    (?:(?:(?:those|all|the|any|integers|numbers|positive|every)\s+){{0,4}}(?P<name>[A-Za-z])?\s*
       (?P<claims>\\?equiv|=|(?:(?:is|are)\s+)?congruent\s+to))?
    \s*(?P<residues>{_SEVERAL})\s* mod \s*(?P<modulus>[1-9]\d{{0,8}})\s*""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Congruence:
    """Pairs of a residue and its modulus; `name` is the letter that it is about, `is_claim` says that one is named."""

    pairs: tuple[tuple[int, int], ...]
    name: str
    is_claim: bool

    @property
    def remainder(self) -> int | None:
        """The remainder that is written here, where it is one, and smaller than its modulus."""
        (residue, modulus), *others = self.pairs
        return residue if not others and 0 <= residue < modulus else None


def congruence(text: str) -> Congruence | None:
    """Return what `text` says where it is congruences alone, or remainders with their modulus."""
    if "mod" not in text or len(text) > MAX_CHARS:
        return None
    text = _MOD.sub(" mod ", re.sub(r"[(){}]", " ", _DRESS.sub(r" \1 ", text)))
    position, pairs, names, claims = 0, list[tuple[int, int]](), set[str](), False
    while position < len(text):
        found = _ONE.match(text, position)
        if found is None:
            return None
        position = found.end()
        claims = claims or found["claims"] is not None
        names.add(found["name"] or "")
        pairs += [(int(residue), int(found["modulus"])) for residue in _JOINT.split(found["residues"])]
    names.discard("")
    return Congruence(tuple(pairs), "".join(names), claims) if len(names) < 2 else None


def family(found: Congruence) -> Reading:
    """Return the congruences as the values of a letter that runs through the whole numbers."""
    letter = "m" if found.name == "k" else "k"
    label = f"{found.name}=" if found.name else ""
    node = read(" or ".join(f"{label}{modulus}{letter}+({residue})" for residue, modulus in found.pairs)).node
    return Reading(node, frozenset((letter,)))
