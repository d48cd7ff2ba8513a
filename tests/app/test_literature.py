"""Each worked example of docs/recipes.md, recomputed from its paper's formula, and asked of the service.

The formulas are written here anew, from a few facts that plain patterns read off the text: nothing of the service is used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.conftest import ROOT

DOCUMENT = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
EXAMPLES: list[dict[str, Any]] = [
    json.loads(block) for block in re.findall(r"```json\n(.*?)\n```", DOCUMENT, re.DOTALL)
]
NAMES = [example["recipe"] for example in EXAMPLES]


@dataclass(frozen=True)
class Facts:
    """What a reader sees in one sample at a glance."""

    text: str
    prompt: str
    tokens: int
    most: int
    truncated: bool
    group: Sequence[int]

    @property
    def a(self) -> float:
        return 1.0 if re.search(r"\\boxed\{42\}|answer is 42|```python\nprint\(2 \* int", self.text) else 0.0

    @property
    def f(self) -> float:
        return 1.0 if re.fullmatch(r"<think>[^<]+</think>\n<answer>[^<]+</answer>", self.text) else 0.0

    @property
    def p(self) -> float:
        over = self.tokens - (self.most - 4096)
        return -min(max(over / 4096, 0.0), 1.0)

    @property
    def language(self) -> float:
        reasoning = re.sub(r"\\boxed|</?\w+>", " ", self.text.partition("</think>")[0])
        latin, han = len(re.findall(r"[A-Za-z]{2,}", reasoning)), len(re.findall(r"[一-龥]", reasoning))
        return latin / (latin + han / 1.6)

    @property
    def length(self) -> float:
        if min(self.group) == max(self.group):
            return 0.0
        return 0.5 - (self.tokens - min(self.group)) / (max(self.group) - min(self.group))


def open_r1(x: Facts) -> float:
    on_lines = re.fullmatch(r"<think>\n[^<]*\n</think>\n<answer>\n[^<]*\n</answer>", x.text) is not None
    tags = ("<think>\n", "\n</think>\n", "\n<answer>\n", "\n</answer>")
    return x.a + on_lines + sum(x.text.count(tag) == 1 for tag in tags) / 4


def magistral(x: Facts, form: str) -> float:
    if not re.match(r"<think>[^<]+</think>", x.text) or not re.search(form, x.text):
        return 0.0
    one_language = not re.search(r"[一-龥]", x.prompt)  # all thoughts of the examples are English
    return 0.1 + 0.9 * x.a + 0.1 * x.p + 0.1 * one_language


def logic_rl(x: Facts) -> float:
    if not x.f:
        return -3.0
    return 3.0 if x.a else -0.5 if re.search(r"\\boxed\{\d+\}", x.text) else -1.0


FORMULAS: Mapping[str, Callable[[Facts], float]] = {
    "accuracy": lambda x: x.a,
    "r1-zero": lambda x: x.a + x.f,
    "r1": lambda x: x.a + x.f + x.language,
    "gated": lambda x: x.a * x.f,
    "dapo": lambda x: (1.0 if x.a else -1.0) + x.p,
    "dr-grpo": lambda x: x.a if "</think> <answer>" in x.text and "</answer>" in x.text else 0.0,
    "open-r1": open_r1,
    "kimi-k1.5": lambda x: x.a + (x.length if x.a else min(0.0, x.length)),
    "magistral": lambda x: magistral(x, r"\\boxed\{"),
    "magistral-code": lambda x: magistral(x, "```"),
    "logic-rl": logic_rl,
    "tinker": lambda x: x.a + 0.1 * (("\\boxed{" in x.text) - 1),
    "orz": lambda x: x.a if "<answer>" in x.text and not x.truncated else 0.0,
    "tulu3": lambda x: 10.0 * x.a,
}


def facts(sample: Mapping[str, Any], samples: Sequence[Mapping[str, Any]]) -> Facts:
    group = [one["completion_tokens"] for one in samples if "completion_tokens" in one]
    tokens, most = sample.get("completion_tokens", 0), sample.get("max_tokens", 20_480)
    return Facts(sample["completion"], sample.get("prompt", ""), tokens, most, sample.get("truncated", False), group)


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
def test_the_documented_rewards_follow_from_the_paper_s_formula(example: dict[str, Any]) -> None:
    samples = example["samples"]
    computed = [FORMULAS[example["recipe"]](facts(sample, samples)) for sample in samples]
    assert computed == pytest.approx(example["rewards"], abs=1e-6)


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
def test_the_service_pays_the_documented_rewards(http: httpx.Client, example: dict[str, Any]) -> None:
    asked = {"recipe": example["recipe"], "samples": example["samples"]}
    assert http.post("/v1/rewards", json=asked).json()["rewards"] == pytest.approx(example["rewards"], abs=1e-6)


def test_every_recipe_is_documented_with_an_example(http: httpx.Client) -> None:
    listed = http.get("/v1/recipes").json()["recipes"]
    assert sorted(recipe["name"] for recipe in listed) == sorted(NAMES) == sorted(FORMULAS)
    for recipe in listed:
        row = next(line for line in DOCUMENT.splitlines() if line.startswith(f"| `{recipe['name']}` |"))
        assert row.endswith("| yes |") is recipe["pays_wrong"]
