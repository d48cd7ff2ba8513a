"""Programs in other languages, over the wire: whose wish the language was, and what each sample gets."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

DOUBLE = {"tests": [{"stdin": "3\n", "stdout": "6\n"}, {"stdin": "5\n", "stdout": "10\n"}]}
HASKELL = "```haskell\nmain = interact (show . (* 2) . read)\n```"
BASH = "```bash\nread -r n\necho $((2 * n))\n```"


def judged(http: httpx.Client, completion: str, **options: Any) -> dict[str, Any]:
    body = {"completion": completion, "ground_truth": DOUBLE, "options": options}
    answer: dict[str, Any] = http.post("/v1/verify/code", json=body).json()
    return answer


def test_a_language_that_only_the_fence_asks_for_and_that_is_not_here_scores_0(http: httpx.Client) -> None:
    score = judged(http, HASKELL)
    assert (score["verdict"], score["score"]) == ("no_answer", 0.0)
    assert "only the fence asks for haskell" in score["detail"]


@pytest.mark.parametrize("scoring", ["all", "fraction"])
def test_a_language_that_the_caller_asks_for_and_that_is_not_here_is_unavailable(
    http: httpx.Client, scoring: str
) -> None:
    score = judged(http, HASKELL, language="haskell", scoring=scoring)
    assert (score["verdict"], score["score"]) == ("unavailable", None)
    assert "no language 'haskell'; known: bash, c," in score["detail"]


@pytest.mark.parametrize("scoring", ["all", "fraction"])
def test_a_fence_decides_the_language_where_nobody_else_does(http: httpx.Client, scoring: str) -> None:
    score = judged(http, BASH, scoring=scoring)
    assert (score["verdict"], score["evidence"]["language"]) == ("correct", "bash")


def test_a_language_nobody_knows_is_refused(http: httpx.Client) -> None:
    answer = http.post(
        "/v1/verify/code", json={"completion": BASH, "ground_truth": DOUBLE, "options": {"language": "brainf"}}
    )
    assert answer.status_code == 422
    assert "known: bash, c, cpp" in answer.json()["detail"]


GAP = {"entry_point": "gap", "tests": [{"args": [[4, 1, 9]], "expected": 8}, {"args": [[1, 1]], "expected": 0}]}
JAVA = "import java.util.*;\npublic class Solution {\n  int gap(int[] v) { Arrays.sort(v); return v[v.length - 1] - v[0]; }\n}"
FUNCTIONS = {
    "javascript": "const gap = (v) => Math.max(...v) - Math.min(...v);",
    "typescript": "export function gap(v: number[]): number { return Math.max(...v) - Math.min(...v); }",
    "java": JAVA,
}
TWICE_NAMED = {
    "javascript": "class Solution { gap() { return 8; } }\nclass Solution { gap() { return 0; } }",
    "typescript": "class Solution { gap() { return 8; } }\nclass Solution { gap() { return 0; } }",
    "java": "class Solution { int gap(int[] v) { return 8; } }\nclass Solution { int gap(int[] v) { return 0; } }",
}


def called(http: httpx.Client, language: str, source: str) -> dict[str, Any]:
    body = {"completion": f"```{language}\n{source}\n```", "ground_truth": GAP}
    answer: dict[str, Any] = http.post("/v1/verify/code", json=body).json()
    if answer["verdict"] == "no_answer" and "install" in answer["detail"]:
        pytest.skip(answer["detail"])
    return answer


@pytest.mark.parametrize("language", FUNCTIONS)
def test_functions_are_called_in_other_languages(http: httpx.Client, language: str) -> None:
    score = called(http, language, FUNCTIONS[language])
    assert (score["verdict"], score["flags"]) == ("correct", []), score["trace"]


@pytest.mark.parametrize("language", FUNCTIONS)
def test_a_function_that_is_missing_is_the_programs_fault(http: httpx.Client, language: str) -> None:
    score = called(http, language, FUNCTIONS[language].replace("gap", "gop"))
    assert (score["verdict"], score["score"]) == ("runtime_error", 0.0)


@pytest.mark.parametrize("language", TWICE_NAMED)
def test_two_classes_of_the_same_name_do_not_compile(http: httpx.Client, language: str) -> None:
    assert called(http, language, TWICE_NAMED[language])["verdict"] == "compile_error"


def test_a_block_of_another_language_than_asked_for_is_judged_as_what_was_asked_for(http: httpx.Client) -> None:
    score = judged(http, BASH, language="python")
    assert (score["verdict"], score["evidence"]["language"]) == ("compile_error", "python")


def test_a_test_program_of_another_language_is_judged_in_one_process_and_flagged(http: httpx.Client) -> None:
    truth = {"language": "bash", "test": 'set -e\n[ "$(twice 2)" = 4 ]', "entry_point": "twice"}
    body = {"completion": "twice() { echo $((2 * $1)); }", "ground_truth": truth}
    assert http.post("/v1/verify/code", json=body).json()["verdict"] == "bad_truth"
    score = http.post("/v1/verify/code", json={**body, "options": {"isolation": "same_process"}}).json()
    assert (score["verdict"], score["flags"]) == ("correct", ["forgeable"])
