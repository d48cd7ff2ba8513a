"""What holds of the page as a whole: axe finds nothing, the keyboard reaches all, narrow and dark screens do."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.page.test_a_log import done, rows, score, write

AXE = Path(importlib.util.find_spec("axe_playwright_python").submodule_search_locations[0]) / "axe.min.js"  # type: ignore[union-attr,index]  # it is installed here


def faults(page: Page) -> list[Any]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")
    return [(fault["id"], [node["html"][:200] for node in fault["nodes"]]) for fault in found["violations"]]


@pytest.fixture(params=["light", "dark"])
def scheme(page: Page, request: pytest.FixtureRequest) -> str:
    page.emulate_media(color_scheme=request.param)
    return str(request.param)


@pytest.mark.parametrize(
    "example", ["a rounded number", "a program, one test fails", "a ground truth that cannot be read"]
)
def test_axe_finds_nothing_in_the_first_view(page: Page, scheme: str, example: str) -> None:
    assert faults(page) == []
    page.select_option("#example", example)
    expect(page.locator("#reward")).to_be_visible()
    for details in page.locator("details").all():
        details.evaluate("each => { each.open = true; }")
    assert faults(page) == []


def test_axe_finds_nothing_in_the_second_view(page: Page, scheme: str, tmp_path: Path) -> None:
    page.click("#tab-log")
    score(page, write(tmp_path / "log.jsonl", [*rows(60), "{"]))
    done(page, 60)
    page.select_option("#compare-recipe", "gated")
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.get_by_role("region", name="What differs")).to_be_visible()
    page.locator(".bar").first.click()
    page.click("#log-broken summary")
    assert faults(page) == []


def test_all_can_be_done_by_the_keyboard(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id"))
    assert {"tab-one", "tab-log", "example", "recipe", "verifier", "completion", "truth", "truth-json", "clear"} <= set(
        reached
    )


@pytest.mark.parametrize("hash_", ["#one", "#log"])
def test_a_narrow_screen_needs_no_sideways_scrolling(page: Page, tmp_path: Path, hash_: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    if hash_ == "#log":
        page.click("#tab-log")
        score(page, write(tmp_path / "log.jsonl", rows(60)))
        done(page, 60)
    else:
        page.select_option("#example", "a program, one test fails")
        expect(page.locator("#reward")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_description_of_the_api_needs_no_other_host(page: Page) -> None:
    page.goto("/docs")
    expect(page.locator(".opblock").first).to_be_visible()


def test_nothing_but_its_own_files_may_run(page: Page, service_url: str) -> None:
    policy = page.request.get("/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    source = page.request.get("/").text()
    assert "<style" not in source
    assert " on" not in "".join(source.split("<")[1:]).replace(" one", "").replace(" on ", " ")
