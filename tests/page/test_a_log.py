"""The second view: a whole log, drawn, filtered, compared."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.page.conftest import served


def rows(count: int) -> list[dict[str, Any]]:
    """Math rollouts in groups of four, of which every other one is right; the first four of them all."""
    return [
        {
            "id": f"r{n}",
            "group": f"p{n // 4}",
            "completion": f"<think>so</think>\n<answer>\\boxed{{{n if n < 4 else n // 2 * 2}}}</answer>",
            "ground_truth": str(n),
            "verifier": "math",
        }
        for n in range(count)
    ]


def write(path: Path, lines: Iterable[Mapping[str, Any] | str]) -> Path:
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return path


@pytest.fixture
def log(page: Page) -> Page:
    page.click("#tab-log")
    return page


def score(page: Page, path: Path, recipe: str = "r1-zero") -> None:
    page.set_input_files("#log-file", path)
    page.select_option("#log-recipe", recipe)
    page.get_by_role("button", name="Score", exact=True).click()


def bar(page: Page, title: str, name: str) -> Any:
    return page.get_by_role("region", name=title, exact=True).get_by_role("button", name=name)


def counted(page: Page, title: str) -> dict[str, str]:
    bars = page.locator(f"section[aria-label='{title}'] .bar")
    return {each.locator("span").first.inner_text(): each.locator("span").last.inner_text() for each in bars.all()}


def done(page: Page, count: int) -> None:
    expect(page.locator("#log-status")).to_have_text(f"{count:,} rows scored.", timeout=60_000)


def test_a_log_is_scored_and_drawn(log: Page, tmp_path: Path) -> None:
    score(log, write(tmp_path / "log.jsonl", rows(40)))
    done(log, 40)
    assert counted(log, "Rewards") == {"1": "18", "2": "22"}
    assert counted(log, "Verdicts") == {"correct": "22", "incorrect": "18"}
    assert counted(log, "Groups") == {"mixed rewards": "36", "zero variance, all right": "4"}
    assert counted(log, "Majority votes") is not None
    assert list(counted(log, "Lengths, in characters")) == ["32 and more"]
    expect(log.locator("#figures")).to_contain_text("0.55pass@1")
    assert log.locator("#log-progress").evaluate("bar => bar.value / bar.max") == 1


def test_bars_filter_the_rows_together(log: Page, tmp_path: Path) -> None:
    score(log, write(tmp_path / "log.jsonl", rows(40)))
    done(log, 40)
    bar(log, "Verdicts", "correct").first.click()
    expect(log.locator("#filters")).to_have_text("22 rows, Verdicts: correct")
    bar(log, "Groups", "zero variance, all right").press("Enter")
    expect(log.locator("#filters")).to_contain_text("4 rows")
    expect(log.locator("#table tbody tr")).to_have_count(4)
    assert bar(log, "Groups", "zero variance, all right").get_attribute("aria-pressed") == "true"
    bar(log, "Groups", "zero variance, all right").click()
    expect(log.locator("#filters")).to_contain_text("22 rows")
    log.click("#clear-filters")
    expect(log.locator("#filters")).to_have_text("40 rows")


def test_pages_are_turned(log: Page, tmp_path: Path) -> None:
    score(log, write(tmp_path / "log.jsonl", rows(120)))
    done(log, 120)
    log.click("#page-on")
    log.click("#page-on")
    expect(log.locator("#page-place")).to_have_text("page 3 of 3")
    expect(log.locator("#table tbody tr")).to_have_count(20)
    expect(log.locator("#page-on")).to_be_disabled()
    log.click("#page-back")
    expect(log.locator("#table tbody tr").first).to_contain_text("51")


def test_a_row_opens_in_the_first_view(log: Page, tmp_path: Path) -> None:
    score(log, write(tmp_path / "log.jsonl", rows(8)))
    done(log, 8)
    log.get_by_role("button", name="Open line 6").click()
    expect(log.locator("#reward")).to_have_text("1")
    assert log.input_value("#truth") == "5"
    expect(log.locator("#one")).to_be_visible()
    log.click("#tab-log")
    expect(log.locator("#table tbody tr")).to_have_count(8)


def test_two_recipes_are_compared_and_causes_filter(log: Page, tmp_path: Path) -> None:
    bare = {"completion": "\\boxed{7}", "ground_truth": "7", "verifier": "math"}
    score(log, write(tmp_path / "log.jsonl", [*rows(8), bare]), "accuracy")
    done(log, 9)
    log.select_option("#compare-recipe", "r1-zero")
    log.get_by_role("button", name="Compare", exact=True).click()
    expect(log.get_by_role("region", name="What differs")).to_be_visible()
    assert counted(log, "What differs") == {"format only in the second: correct": "8", "the same": "1"}
    bar(log, "What differs", "the same").click()
    expect(log.locator("#table tbody tr")).to_have_count(1)
    log.select_option("#compare-recipe", "")
    log.get_by_role("button", name="Compare", exact=True).click()
    expect(log.get_by_role("region", name="What differs")).to_have_count(0)


def test_two_files_are_compared(log: Page, tmp_path: Path) -> None:
    score(log, write(tmp_path / "a.jsonl", rows(8)))
    done(log, 8)
    later = [{**row, "ground_truth": "0"} if n == 3 else row for n, row in enumerate(rows(8))]
    log.set_input_files("#compare-file", write(tmp_path / "b.jsonl", later[:-1]))
    log.get_by_role("button", name="Compare", exact=True).click()
    expect(log.get_by_role("region", name="What differs")).to_be_visible()
    assert counted(log, "What differs") == {
        "the same": "6",
        "accuracy: correct (equal numbers) → incorrect (different numbers)": "1",
        "only in the first": "1",
    }


def test_a_file_that_was_scored_is_shown_as_it_is(log: Page, tmp_path: Path) -> None:
    part = {"name": "accuracy", "verifier": "math", "verdict": "correct", "score": 1.0, "detail": "", "answer": "1"}
    scored = {"line": 5, "fingerprint": "old@1", "id": "x", "reward": 1.0, "flags": ["truncated"], "components": [part]}
    score(log, write(tmp_path / "scored.jsonl", [scored]))
    done(log, 1)
    expect(log.locator("#figures")).to_contain_text("old@1")
    expect(log.locator("#table tbody tr")).to_contain_text("truncated")


def test_broken_lines_are_counted_named_and_skipped(log: Page, tmp_path: Path) -> None:
    good = rows(2)
    lines = [
        good[0],
        "{",
        "",
        "[1]",
        '{"output": "<b>x</b>"}',
        '{"loss": NaN, "completion": "NaN", "ground_truth": -Infinity}',
        good[1],
    ]
    score(log, write(tmp_path / "log.jsonl", lines))
    done(log, 3)
    expect(log.locator("#log-broken summary")).to_have_text("3 broken lines were skipped")
    log.click("#log-broken summary")
    items = log.locator("#log-broken li")
    assert [item.split(":")[0] for item in items.all_inner_texts()] == [
        "line 2 is not JSON",
        "line 4 is JSON, but no object",
        "line 5 has no completion; its fields",
    ]


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\x00\xff", b"id,reward\n1,2\n"])
def test_a_file_that_is_no_jsonl_is_told(log: Page, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.jsonl").write_bytes(content)
    score(log, tmp_path / "x.jsonl")
    expect(log.locator("#log-status")).to_contain_text("is no JSONL, one JSON object a line")


def test_without_a_file_nothing_is_asked(log: Page) -> None:
    log.get_by_role("button", name="Score", exact=True).click()
    expect(log.locator("#log-status")).to_have_text("Choose a file first.")


def test_the_logs_own_words_and_a_rule_for_all_can_be_told(log: Page, tmp_path: Path) -> None:
    path = write(tmp_path / "log.jsonl", [{"output": "\\boxed{7}", "gts": "7"}])
    log.fill("#log-fields", "completion=output, ground_truth=gts")
    log.select_option("#log-verifier", "math")
    score(log, path, "accuracy")
    done(log, 1)
    assert counted(log, "Verdicts") == {"correct": "1"}
    log.fill("#log-fields", "completions=output")
    score(log, path, "accuracy")
    expect(log.locator("#log-status")).to_contain_text("write field=name")


def test_a_row_that_spoils_its_request_is_refused_alone(log: Page, tmp_path: Path) -> None:
    score(log, write(tmp_path / "log.jsonl", [*rows(3), {**rows(1)[0], "verifier": "mth"}]))
    done(log, 4)
    assert counted(log, "Verdicts") == {"correct": "3", "refused": "1"}


def test_hostile_rows_are_shown_as_text(log: Page, tmp_path: Path) -> None:
    hostile = "<img src=x onerror='window.hacked = 1'>\u202e"
    row = {
        "id": hostile,
        "group": hostile,
        "completion": f"\\boxed{{{hostile}}}",
        "ground_truth": "7",
        "verifier": "math",
    }
    score(log, write(tmp_path / "log.jsonl", [row]))
    done(log, 1)
    expect(log.locator("#table tbody td").nth(1)).to_have_text("<img src=x onerror='window.hacked = 1'>⟦U+202E⟧")
    assert log.locator("#table img").count() == 0
    assert log.evaluate("window.hacked") is None


def test_it_can_be_stopped_and_goes_on(log: Page, tmp_path: Path) -> None:
    score(log, write(tmp_path / "log.jsonl", rows(6_000)))
    expect(log.locator("#log-count")).to_contain_text("of 6,000 rows")
    log.get_by_role("button", name="Stop", exact=True).click()
    expect(log.locator("#log-status")).to_contain_text("Stopped. Score goes on from here.")
    log.get_by_role("button", name="Score", exact=True).click()
    done(log, 6_000)


def test_a_service_that_goes_away_in_the_middle_is_waited_for(browser: Any, tmp_path: Path) -> None:
    service = served(tmp_path)
    service.start()
    context = browser.new_context(base_url=service.url)
    try:
        page = context.new_page()
        page.goto("/#log")
        page.wait_for_selector("html[data-ready]")
        score(page, write(tmp_path / "log.jsonl", rows(4_000)))
        expect(page.locator("#log-count")).to_contain_text("of 4,000 rows")
        service.kill()
        expect(page.locator("#log-status")).to_contain_text("trying again")
        service.start()
        done(page, 4_000)
    finally:
        context.close()
        service.stop()
