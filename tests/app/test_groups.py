"""Votes, rejection sampling and lint, over real HTTP."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

HANGS = "\\int_0^1 \\sin(\\cos(x^{\\sqrt{x}})) \\tan(e^{x^7}) dx"
CHINESE = "我们把两边相加就得到所求的结果，所以答案就是这个数字。"


def ok(http: httpx.Client, path: str, **body: Any) -> dict[str, Any]:
    answer = http.post(path, json=body)
    assert answer.status_code == 200, answer.text
    read: dict[str, Any] = answer.json()
    return read


def refused(http: httpx.Client, path: str, **body: Any) -> str:
    answer = http.post(path, json=body)
    assert answer.status_code == 422, answer.text
    return str(answer.json()["errors"][0]["field"])


def vote(http: httpx.Client, *answers: Any, **body: Any) -> dict[str, Any]:
    completions = [f"\\boxed{{{answer}}}" if isinstance(answer, str) else answer for answer in answers]
    return ok(http, "/v1/vote", completions=completions, verifier="math", **body)


# ---------------------------------------------------------------------------------------------------------------- votes


def test_a_vote_counts_classes_of_equal_answers_and_not_strings(http: httpx.Client) -> None:
    body = vote(http, "\\frac{1}{2}", "2", "0.5", "1/2", 7)
    assert body == {
        "answer": "\\frac{1}{2}",
        "votes": 3,
        "of": 5,
        "classes": [{"answer": "\\frac{1}{2}", "members": [0, 2, 3]}, {"answer": "2", "members": [1]}],
        "unanswered": [4],
        "correct": None,
    }


def test_the_first_seen_wins_a_tie_and_the_largest_class_stands_first(http: httpx.Client) -> None:
    assert vote(http, "3", "5", "5", "3")["answer"] == "3"
    assert [answers["members"] for answers in vote(http, "1", "2", "2")["classes"]] == [[1, 2], [0]]


def test_equality_in_a_vote_forgives_nothing(http: httpx.Client) -> None:
    assert [answers["members"] for answers in vote(http, "5", "5 \\text{ cm}", "50\\%", "50")["classes"]] == [
        [0],
        [1],
        [2],
        [3],
    ]


@pytest.mark.parametrize(("truth", "correct"), [("0.5", True), ("3", False), ("\\frac{1}{", None), (None, None)])
def test_the_majority_is_judged_where_there_is_a_ground_truth(
    http: httpx.Client, truth: str | None, correct: bool | None
) -> None:
    assert vote(http, "1/2", "0.5", "3", ground_truth=truth)["correct"] is correct


def test_nobody_s_answer_is_no_answer_and_not_right(http: httpx.Client) -> None:
    body = ok(http, "/v1/vote", completions=["\\boxed{", None, ""], verifier="math", ground_truth="1")
    assert (body["answer"], body["votes"], body["classes"], body["correct"]) == (None, 0, [], False)
    assert body["unanswered"] == [0, 1, 2]


def test_no_completions_are_an_empty_vote(http: httpx.Client) -> None:
    assert vote(http)["of"] == 0


def test_a_pair_that_passes_its_budget_is_not_the_same_and_the_vote_goes_on(http: httpx.Client) -> None:
    body = vote(http, HANGS, "1", HANGS, "1", "1", options={"cpu_budget_s": 0.3})
    assert (body["answer"], body["votes"]) == ("1", 3)


def test_a_rule_without_equality_cannot_vote(http: httpx.Client) -> None:
    assert refused(http, "/v1/vote", completions=["x"], verifier="format") == "verifier"
    assert refused(http, "/v1/vote", completions=["x"], verifier="mth").endswith("verifier")


def test_groups_of_a_batch_vote_where_that_is_asked(http: httpx.Client) -> None:
    answers = ["1/2", "0.5", "7", "7", "7"]
    samples = [
        {"completion": f"\\boxed{{{answer}}}", "ground_truth": "0.5", "verifier": "math", "group": "g"}
        for answer in answers
    ]
    asked = {"vote": True, "pass_at": [1]}
    (group,) = ok(
        http, "/v1/rewards", samples=[*samples, {"completion": 5, "group": "g", "verifier": "math"}], groups=asked
    )["groups"]
    assert group["vote"] == {"answer": "7", "votes": 3, "of": 6, "correct": False}
    assert "vote" not in ok(http, "/v1/rewards", samples=samples)["groups"][0]


# --------------------------------------------------------------------------------------------------------------- select


def rollout(completion: str, **more: Any) -> dict[str, Any]:
    return {"completion": completion, "ground_truth": "42", "verifier": "math", "group": "g", **more}


def drops(http: httpx.Client, samples: list[dict[str, Any]], **rules: Any) -> dict[str, list[str]]:
    body = ok(http, "/v1/select", recipe="accuracy", samples=samples, rules=rules)
    why = {dropped["id"]: dropped["why"] for dropped in body["dropped"]}
    assert sorted([*body["selected"], *why]) == sorted(str(sample.get("id", i)) for i, sample in enumerate(samples))
    return why


RIGHT = rollout("<think>Six times seven makes forty-two, so we have it.</think><answer>\\boxed{42}</answer>")
WRONG = rollout("<think>Six times seven makes forty-one, so we have it.</think><answer>\\boxed{41}</answer>")


@pytest.mark.parametrize(
    ("sample", "rules", "why"),
    [
        (WRONG, {"min_reward": 1.0}, ["min_reward"]),
        (rollout("\\boxed{42}"), {"format_strict": True}, ["format_strict"]),
        ({**RIGHT, "truncated": True}, {"not_truncated": True}, ["not_truncated"]),
        ({**RIGHT, "prompt": CHINESE}, {"min_language": 0.9}, ["min_language"]),
        (rollout("so so so so so so so so \\boxed{42}"), {"max_repetition": 0.3}, ["max_repetition"]),
        (RIGHT, {"max_paragraph_chars": 20}, ["max_paragraph_chars"]),
        (rollout("<think>```python\nprint(6 * 7)\n```</think>\\boxed{42}"), {"no_code_in_think": True}, ["no_code_in_think"]),
        (rollout("<think>\\boxed{40}</think>\\boxed{42}"), {"think_answer_agree": True}, ["think_answer_agree"]),
        (rollout("<think>ok</think>\\boxed{42}"), {"min_think_words": 5}, ["min_think_words"]),
        (rollout("\\boxed{42}"), {"min_think_words": 1}, ["min_think_words"]),
        ({**RIGHT, "truncated": True}, {"deny_flags": ["truncated"]}, ["deny_flags"]),
        (rollout(f"{CHINESE} the answer is that one \\boxed{{42}}"), {"deny_flags": ["language_mixed"]}, ["deny_flags"]),
        (rollout("again and " * 100 + "\\boxed{42}"), {"deny_flags": ["repetition"]}, ["deny_flags"]),
        ({**WRONG, "truncated": True}, {"min_reward": 1.0, "not_truncated": True}, ["min_reward", "not_truncated"]),
        ({**RIGHT, "ground_truth": ""}, {"not_truncated": True}, ["bad_truth"]),
        ({**RIGHT, "ground_truth": ""}, {"min_reward": 0.0}, ["min_reward", "bad_truth"]),
    ],
)  # fmt: skip
def test_each_rule_drops_by_its_own_name(
    http: httpx.Client, sample: dict[str, Any], rules: dict[str, Any], why: list[str]
) -> None:
    assert drops(http, [sample], **rules) == {"0": why}


@pytest.mark.parametrize(
    ("flag", "sample"),
    [
        ("boxed_in_think", rollout("<think>\\boxed{42}</think>\\boxed{42}")),
        ("think_answer_mismatch", rollout("<think>\\boxed{41}</think>\\boxed{42}")),
        ("answer_in_think_only", rollout("<think>\\boxed{42}</think>")),
        ("gold_in_prompt", {**RIGHT, "ground_truth": "4200", "prompt": "It is 4200."}),
        ("homoglyph", rollout("<think>Six times seven</think><\u0430nswer>42</answer>")),
        ("low_quality_reasoning", rollout("<think>ok</think><answer>42</answer>")),
        ("whitespace_padding", rollout("42" + "\n" * 1000 + "42")),
        (
            "hardcoded_example",
            {
                "completion": "```python\ndef f(n):\n    return 5 if n == 1234 else 0\n```",
                "ground_truth": {"asserts": ["assert f(1234) == 5"]},
                "verifier": "code",
            },
        ),
        (
            "timeout",
            {
                "completion": "```python\nwhile True: pass\n```",
                "ground_truth": {"tests": [{"stdin": "", "stdout": ""}]},
                "verifier": "code",
                "options": {"time_limit_s": 0.2},
            },
        ),
    ],
)
def test_a_flag_of_any_rule_can_be_denied(http: httpx.Client, flag: str, sample: dict[str, Any]) -> None:
    assert drops(http, [sample], deny_flags=[flag]) == {"0": ["deny_flags"]}
    assert drops(http, [sample], deny_flags=["no_such_flag"]) == {}


def test_an_honest_rollout_has_none_of_the_flags_of_the_documentation(http: httpx.Client) -> None:
    table = (Path(__file__).parents[2] / "docs" / "flags.md").read_text(encoding="utf-8")
    flags = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert len(flags) == len(set(flags)) == 29
    assert drops(http, [RIGHT], deny_flags=flags) == {}


def test_what_keeps_every_rule_is_selected(http: httpx.Client) -> None:
    rules = {
        "min_reward": 1.0, "format_strict": True, "not_truncated": True, "min_language": 0.9, "max_repetition": 0.5,
        "max_paragraph_chars": 500, "no_code_in_think": True, "think_answer_agree": True, "min_think_words": 5,
        "deny_flags": ["truncated", "repetition", "language_mixed"], "max_per_group": 1, "prefer": "shortest", "deduplicate": True,
    }  # fmt: skip
    assert drops(http, [RIGHT], **rules) == {}


def test_the_reasoning_s_answer_is_compared_as_mathematics(http: httpx.Client) -> None:
    assert drops(http, [rollout("<think>\\boxed{84/2}</think>\\boxed{42}")], think_answer_agree=True) == {}


def test_duplicates_differ_in_blanks_at_most_and_only_within_their_group(http: httpx.Client) -> None:
    samples = [
        rollout("so \\boxed{42}"),
        rollout("so\n\\boxed{42} "),
        rollout("so \\boxed{42}", group="h"),
        rollout("thus \\boxed{42}"),
    ]
    assert drops(http, samples, deduplicate=True) == {"1": ["deduplicate"]}


@pytest.mark.parametrize(("prefer", "dropped"), [("first", "2"), ("shortest", "0")])
def test_a_group_keeps_its_first_or_its_shortest(http: httpx.Client, prefer: str, dropped: str) -> None:
    samples = [rollout("as anybody can see \\boxed{42}"), rollout("\\boxed{42}"), rollout("so \\boxed{42}")]
    assert drops(http, samples, max_per_group=2, prefer=prefer) == {dropped: ["max_per_group"]}


def test_tokens_decide_what_is_shortest_where_all_tell_theirs(http: httpx.Client) -> None:
    samples = [rollout("so \\boxed{42}", completion_tokens=9), rollout("well then, \\boxed{42}", completion_tokens=5)]
    assert drops(http, samples, max_per_group=1, prefer="shortest") == {"0": ["max_per_group"]}


def test_a_dropped_rollout_takes_no_place_in_its_group(http: httpx.Client) -> None:
    assert drops(http, [WRONG, RIGHT], min_reward=1.0, max_per_group=1) == {"0": ["min_reward"]}


@pytest.mark.parametrize(
    "rules", [{"min_rewards": 1}, {"prefer": "longest"}, {"max_per_group": 0}, {"min_language": 2}]
)
def test_a_rule_that_does_not_exist_is_refused(http: httpx.Client, rules: dict[str, Any]) -> None:
    assert refused(http, "/v1/select", recipe="accuracy", samples=[RIGHT], rules=rules).startswith("rules")


# ----------------------------------------------------------------------------------------------------------------- lint


def rows(http: httpx.Client, *samples: Any) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = ok(http, "/v1/lint", samples=list(samples))["rows"]
    assert len(read) == len(samples)
    return read


def test_a_readable_ground_truth_scores_one_written_out(http: httpx.Client) -> None:
    (row,) = rows(http, {"id": "a", "ground_truth": "42", "verifier": "math"})
    assert (row["id"], row["truth"], row["kind"], row["self_score"], row["reference"]) == (
        "a",
        "ok",
        "number",
        1.0,
        None,
    )


@pytest.mark.parametrize("truth", ["\\frac{1}{", "", None, {"other": 1}])
def test_a_ground_truth_that_cannot_be_read_is_told(http: httpx.Client, truth: Any) -> None:
    (row,) = rows(http, {"ground_truth": truth, "verifier": "math"})
    assert row["truth"] == "bad_truth"
    assert row["detail"]


def test_a_row_without_a_ground_truth_is_bad_where_the_rule_needs_one(http: httpx.Client) -> None:
    needs, does_not = rows(http, {"verifier": "code"}, {"verifier": "format"})
    assert (needs["truth"], needs["detail"]) == ("bad_truth", "there is no ground truth")
    assert does_not["truth"] == "ok"


def test_a_reference_is_judged_and_its_spare_time_told(http: httpx.Client) -> None:
    truth = {"tests": [{"stdin": "3\n", "stdout": "6\n"}]}
    good, bad = rows(
        http,
        {"verifier": "code", "ground_truth": truth, "completion": "print(2 * int(input()))"},
        {"verifier": "code", "ground_truth": truth, "completion": "print(5)"},
    )
    assert (good["kind"], good["self_score"], good["reference"]["verdict"]) == ("standard input", None, "correct")
    assert good["reference"]["cpu_margin"] > 10
    assert bad["reference"]["verdict"] == "incorrect"


def test_one_bad_row_spoils_no_other_and_the_summary_counts(http: httpx.Client) -> None:
    body = ok(http, "/v1/lint", samples=[5, {"ground_truth": "7"}, {"ground_truth": "", "verifier": "math"}])
    assert [row["truth"] for row in body["rows"]] == [None, "ok", "bad_truth"]
    assert body["summary"] == {
        "rows": 3,
        "ok": 1,
        "bad_truth": 1,
        "unread": 1,
        "self_score_below_1": 0,
        "reference_fails": 0,
    }


def test_a_ground_truth_that_stands_in_its_prompt_is_flagged(http: httpx.Client) -> None:
    shown, hidden = rows(
        http,
        {"prompt": "Show that it is 1234.", "ground_truth": "1234", "verifier": "math"},
        {"prompt": "What of 12345?", "ground_truth": "1234", "verifier": "math"},
    )
    assert (shown["flags"], hidden["flags"]) == (["gold_in_prompt"], [])


def test_the_last_line_of_a_stream_holds_the_votes(http: httpx.Client) -> None:
    samples = [
        {"completion": f"\\boxed{{{n}}}", "ground_truth": "7", "verifier": "math", "group": "g"} for n in (7, 7, 8)
    ]
    headers = {"Accept": "application/x-ndjson"}
    answer = http.post("/v1/rewards", json={"samples": samples, "groups": {"vote": True}}, headers=headers)
    (group,) = json.loads(answer.text.splitlines()[-1])["summary"]["groups"]
    assert group["vote"] == {"answer": "7", "votes": 2, "of": 3, "correct": True}
