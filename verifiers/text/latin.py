"""Tells languages of the Latin script apart, sentence by sentence, with py3langid: an optional extra.

Short sentences are not looked at: a label for three words is a guess. Nor are words of another language inside a
sentence seen: scripts are counted word by word, languages of one script are not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache

from verifiers.text.scripts import SCRIPT_OF

MIN_WORDS = 4
MAX_SENTENCE_CHARS = 2_000
LATIN = frozenset(language for language, script in SCRIPT_OF.items() if script == "latin")

_SENTENCE = re.compile(rf"[^.!?;\n]{{1,{MAX_SENTENCE_CHARS}}}")
_WORD = re.compile(r"[^\W\d_]{2,}")


def words_by_language(text: str, languages: frozenset[str]) -> Counter[str]:
    """Count the words of sentences long enough to tell, by language, one of `languages`.

    Raises:
        ModuleNotFoundError: py3langid is not installed.
    """
    classify = _classifier(languages)
    words: Counter[str] = Counter()
    for sentence in _SENTENCE.findall(text):
        count = len(_WORD.findall(sentence))
        if count >= MIN_WORDS:
            words[classify(sentence)] += count
    return words


@lru_cache(maxsize=16)
def _classifier(languages: frozenset[str]) -> Callable[[str], str]:
    # An optional extra that takes most of a second and 100 MB: only those who ask for it pay.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(sorted(languages))
    return lambda sentence: str(identifier.classify(sentence)[0])
