"""What the page is served with, and the two questions it asks beside the contract."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.keys import OPEN_PATHS
from app.playground.mathml import ATTRIBUTES, ELEMENTS, MAX_CHARS, typeset
from app.playground.pages import PAGES

PIECES = [
    "\\frac",
    "\\text",
    "\\left(",
    "\\right)",
    "\\begin{array}{cc}",
    "\\end{array}",
    "\\href",
    "\\style",
    "\\class",
]
PIECES += [
    "\\sqrt",
    "\\mathbb",
    "<b>",
    "</mi>",
    "&lt;",
    "&",
    "{",
    "}",
    "[",
    "^",
    "_",
    "'",
    '"',
    "\\\\",
    "x",
    "12",
    " ",
    "\x00",
    "\ud800",
]


@pytest.mark.parametrize("path", PAGES)
def test_each_file_comes_with_a_policy_that_lets_only_our_own_files_run(http: httpx.Client, path: str) -> None:
    answer = http.get(path)
    policy = answer.headers["content-security-policy"]
    assert answer.status_code == 200
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_no_file_names_another_host_or_writes_markup() -> None:
    for file in PAGES.values():
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/", "")
        assert "http://" not in text
        assert "https://" not in text
        assert not any(
            way in text for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
        )


def test_the_description_of_the_api_comes_from_here(http: httpx.Client) -> None:
    page = http.get("/docs").text
    assert "//" not in page.replace("<!--", "").split("<script>")[0].replace("<!DOCTYPE html>", "")
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css"):
        assert f"/docs/assets/{asset}" in page
        assert http.get(f"/docs/assets/{asset}").status_code == 200


def test_the_page_is_open_where_keys_are_configured_and_what_it_asks_is_not() -> None:
    assert {"/", "/playground/main.js"} <= OPEN_PATHS
    assert not {"/playground/mathml", "/playground/text", "/docs"} & OPEN_PATHS


def test_a_formula_becomes_a_tree(http: httpx.Client) -> None:
    (form, broken) = http.post("/playground/mathml", json={"latex": ["$\\frac{1}{2}$", "\\frac{"]}).json()["forms"]
    half = ["mfrac", {}, [["mrow", {}, [["mn", {}, ["1"]]]], ["mrow", {}, [["mn", {}, ["2"]]]]]]
    assert form == ["math", {"display": "inline"}, [["mrow", {}, [half]]]]
    assert broken is None


def nodes(tree: Any) -> list[Any]:
    return (
        [] if tree is None or isinstance(tree, str) else [tree, *(node for child in tree[2] for node in nodes(child))]
    )


@pytest.mark.parametrize(
    "latex",
    ["\\text{<b onclick=\"x\">hi</b>}", "\\href{javascript:alert(1)}{x}", "\\style{position:fixed}{y}", "\\class{a}{b}", "\\text{<script>x</script>}"],
)  # fmt: skip
def test_markup_styles_and_addresses_do_not_come_through(latex: str) -> None:
    for tag, attributes, _ in nodes(typeset(latex)):
        assert tag in ELEMENTS
        assert attributes.keys() <= ATTRIBUTES


def test_any_text_is_a_formula_or_none() -> None:
    chance = random.Random(7)
    for _ in range(300):
        text = "".join(chance.choices(PIECES, k=60))[:MAX_CHARS]
        tree = typeset(text)
        assert tree is None or all(tag in ELEMENTS for tag, _, _ in nodes(tree))


def test_a_sentence_is_not_drawn_as_letters_in_a_row() -> None:
    assert typeset("The rent for $A$ is $240$ yuan") is None
    assert typeset("240 \\text{ yuan for a room}") is not None


def test_what_is_too_long_is_not_drawn(http: httpx.Client) -> None:
    assert typeset("x" * (MAX_CHARS + 1)) is None
    assert http.post("/playground/mathml", json={"latex": ["x"] * 33}).status_code == 413


def test_chat_messages_become_the_text_that_is_judged(http: httpx.Client) -> None:
    messages = [{"role": "user", "content": "4+4?"}, {"role": "assistant", "reasoning_content": "hm", "content": "8"}]
    joined = http.post("/playground/text", json={"completion": messages, "prompt": messages[:1]}).json()
    refused = http.post("/playground/text", json={"completion": [{"content": "8"}]})
    assert joined == {"completion": "<think>hm</think>8", "prompt": "4+4?"}
    assert refused.status_code == 422


def test_the_page_is_no_part_of_the_contract(http: httpx.Client) -> None:
    paths = http.get("/openapi.json").json()["paths"]
    assert not [path for path in paths if path == "/" or path.startswith(("/playground", "/docs"))]
    assert all(isinstance(file, Path) for file in PAGES.values())
