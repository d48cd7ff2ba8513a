"""Finds words in disguise: Latin letters with look-alikes of Cyrillic or Armenian among them, as in `аnswer`.

Greek is not looked at, for mathematics writes it beside Latin letters; nor are words disguised from end to end.
"""

from __future__ import annotations

import re

_CYRILLIC = "аԁеһіјкӏмопрԛѕтгсѵѡԝхуүАВЕНІКМОРСТХЅЈ"
_ARMENIAN = "ցօռզհսոյ"
_LATIN = "[A-Za-z]"
# One look-alike with two Latin letters next to it: "x и y" and "5см" have none.
_DISGUISED = re.compile(
    rf"[{_CYRILLIC}{_ARMENIAN}]"
    rf"(?:(?={_LATIN}{_LATIN})|(?<={_LATIN}.)(?:(?={_LATIN})|(?<={_LATIN}{_LATIN}.)))"
)
_LEAD_BYTES = (b"\xd0", b"\xd1", b"\xd2", b"\xd3", b"\xd4", b"\xd5", b"\xd6")  # of both scripts, in UTF-8


def has_disguised_word(text: str) -> bool:
    if text.isascii():
        return False
    # A byte is found far faster than a letter of a class, and most text has none of these.
    encoded = text.encode("utf-8", "surrogatepass")
    return any(lead in encoded for lead in _LEAD_BYTES) and _DISGUISED.search(text) is not None
