"""Language: the share of words in the target language, formulas and code set aside."""

from __future__ import annotations

import importlib.util
import time

import pytest

from verifiers.base import Json, Sample, Score, Unavailable, Verdict
from verifiers.rules.language import Language

ENGLISH = "We add both sides and find the value that was asked for"
CHINESE = "我们把两边相加就得到所求的结果"


def judged(completion: str, prompt: str | None = None, **options: Json) -> Score:
    return Language(**options).verify(Sample(completion, prompt), None)


def ratio(completion: str, prompt: str | None = None, **options: Json) -> float:
    value: float = judged(completion, prompt, **options).evidence["ratio"]
    return value


@pytest.mark.parametrize(
    ("text", "target"),
    [
        (ENGLISH, "en"),
        (CHINESE, "zh"),
        ("これは日本語の文章です", "ja"),
        ("이것은 한국어입니다", "ko"),
        ("Сложим обе части", "ru"),
    ],
)
def test_a_text_in_the_target_language_scores_one(text: str, target: str) -> None:
    assert judged(text, target=target).value == 1.0
    assert judged(text, target=target).verdict is Verdict.CORRECT


def test_words_of_another_script_lower_the_ratio_by_their_share() -> None:
    mixed = "one two three four five six seven eight nine 结果是十"  # nine words, four characters: 2.5 words
    assert ratio(mixed, target="en") == pytest.approx(9 / (9 + 4 / 1.6))


def test_switching_word_by_word_is_seen() -> None:
    assert ratio("We 然后 add 然后 both 然后 sides 然后", target="en") < 0.6


def test_formulas_code_tags_and_addresses_are_no_words() -> None:
    text = f"<think>{CHINESE} $\\frac{{abc}}{{def}}$ `print(x)` https://example.com/page\n```python\nfor item in range(9): pass\n```\n\\[ \\sin \\theta \\]</think>"
    assert ratio(text, target="zh") == 1.0


def test_prose_of_another_script_does_not_hide_in_a_formula() -> None:
    assert ratio(f"{ENGLISH} $\\text{{{CHINESE}}}$", target="en") < 0.7


def test_a_fence_that_never_closes_hides_nothing() -> None:
    assert ratio(f"{ENGLISH}\n```\n{CHINESE * 5}", target="en") < 0.5


def test_kana_makes_a_line_japanese_and_only_that_line() -> None:
    assert ratio(f"{CHINESE}\n答えは四十二です", target="zh") == pytest.approx(len(CHINESE) / (len(CHINESE) + 8))


def test_the_prompt_s_majority_is_the_target_where_no_option_names_one() -> None:
    assert judged(ENGLISH, "请计算下面的式子").flags == ("language_mixed", "language_mismatch")
    assert judged(ENGLISH, "请计算下面的式子").value == 0.0
    assert judged(ENGLISH, "请计算下面的式子", target="en").value == 1.0


def test_without_prompt_and_option_the_completion_is_held_to_its_own_majority() -> None:
    score = judged(f"{ENGLISH} 然后")
    assert (score.evidence["target"], score.evidence["target_by"]) == ("latin", "completion")
    assert score.evidence["other"] == "han"
    start, end = score.evidence["span"]
    assert f"{ENGLISH} 然后"[start:end] == "然"


@pytest.mark.parametrize("text", ["", "42", "$x = 5$ ∴ ★★★ →→→", "1 + 1 = 2\n" * 50])
def test_symbols_instead_of_words_score_nothing(text: str) -> None:
    assert (judged(text).value, judged(text).flags) == (0.0, ("no_words",))


def test_only_the_reasoning_is_looked_at_where_that_is_asked() -> None:
    text = f"<think>{CHINESE}</think>{ENGLISH}"
    assert ratio(text, target="zh", where="reasoning") == 1.0
    assert ratio(text, target="zh", where="answer") == 0.0
    assert 0 < ratio(text, target="zh") < 1


def test_a_name_on_the_list_is_no_offence() -> None:
    assert ratio(f"{CHINESE} Python", target="zh", allow=("Python",)) == 1.0


def test_match_wants_one_language_in_problem_thoughts_and_answer() -> None:
    right, wrong = f"<think>{CHINESE}</think>{CHINESE}", f"<think>{ENGLISH}</think>{CHINESE}"
    assert judged(right, CHINESE, form="match").value == 1.0
    assert judged(wrong, CHINESE, form="match").value == 0.0


def test_per_word_takes_off_so_much_for_each_foreign_word() -> None:
    assert judged("one two three же же", target="en", form="per_word", penalty=0.1).value == pytest.approx(0.8)


def test_a_ratio_over_the_threshold_counts_as_one() -> None:
    assert judged(f"{ENGLISH} 然", target="en", full_from=0.85).value == 1.0


@pytest.mark.parametrize(
    "piece", ["\\[", "\\(", "$", "$$", "`", "```\n", "<a", "<|", "中あ\n", "ab ", "http://", "\\text{"]
)
def test_hostile_text_is_read_in_linear_time(piece: str) -> None:
    started = time.process_time()
    judged(piece * (2_000_000 // len(piece)))
    assert time.process_time() - started < 6


FRENCH = "Nous ajoutons les deux nombres et nous trouvons la somme demandée."


def test_languages_of_one_script_are_told_apart_by_sentence_where_that_is_asked() -> None:
    pytest.importorskip("py3langid")
    options: dict[str, Json] = {"target": "en", "among": ("fr", "de")}
    assert ratio(f"{ENGLISH}. {ENGLISH}.", **options) == 1.0
    assert 0.4 < ratio(f"{ENGLISH}. {FRENCH}", **options) < 0.6
    assert judged(f"{ENGLISH}. {FRENCH}", **options).evidence["other"] == "fr"
    assert judged(f"{ENGLISH}. {FRENCH}", target="en").value == 1.0


@pytest.mark.skipif(importlib.util.find_spec("py3langid") is not None, reason="py3langid is installed")
def test_without_the_library_telling_latin_languages_apart_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="pip install py3langid"):
        judged(ENGLISH, target="en", among=("fr",))


@pytest.mark.parametrize(
    "options", [{"among": ("fr",)}, {"target": "zh", "among": ("fr",)}, {"target": "en", "among": ("zh",)}]
)
def test_only_latin_languages_are_told_apart(options: dict[str, Json]) -> None:
    with pytest.raises(ValueError, match="Latin script"):
        judged(ENGLISH, **options)
