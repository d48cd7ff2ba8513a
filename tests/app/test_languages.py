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
