"""The first view: one sample, judged and explained."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.page.conftest import served

R1 = "<think>6*7 = 42</think><answer>\\boxed{42}</answer>"


def judge(page: Page, completion: str, truth: str, **chosen: str) -> None:
    for field, value in chosen.items():
        page.select_option(f"#{field}", value)
    page.fill("#completion", completion)
    page.fill("#truth", truth)
    page.click("#sample-form button[type=submit]")
    expect(page.locator("#one-status")).to_have_text("")


def reward(page: Page) -> str:
    return page.locator("#reward").inner_text()


def opened(page: Page, words: str) -> None:
    page.locator("summary", has_text=words).click()


def test_a_pasted_completion_gets_its_reward_and_the_answer_is_marked(page: Page) -> None:
    judge(page, R1, "42", recipe="r1-zero", verifier="math")
    assert reward(page) == "2"
    expect(page.locator("mark.answer").first).to_have_text("42")
    expect(page.locator("#formula div")).to_have_text(["reward = accuracy + format", "2 = 1 × 1 + 1 × 1"])


def test_marks_count_code_points_and_not_units(page: Page) -> None:
    judge(page, "𝔽𝔽𝔽 so \\boxed{7}", "7", recipe="accuracy", verifier="math")
    expect(page.locator("pre mark.answer")).to_have_text("7")


def test_each_broken_rule_is_listed_and_leads_to_its_place(page: Page) -> None:
    judge(page, R1 + " Bye!", "42", recipe="gated", verifier="math")
    rules = page.get_by_role("list", name="Rules that are broken").get_by_role("listitem")
    expect(rules).to_have_count(1)
    expect(rules.first).to_contain_text("text_after")
    rules.first.get_by_role("button", name="show").click()
    expect(page.locator("mark.broken.here")).to_have_text("Bye!")
    expect(page.locator("#formula")).to_contain_text("is a gate: not passed")


def test_all_format_rules_are_listed_one_by_one(page: Page) -> None:
    judge(page, R1 + " Bye!", "42", recipe="gated", verifier="math")
    page.get_by_text("All rules: 1 of ").click()
    rules = page.get_by_role("list", name="All rules").get_by_role("listitem")
    expect(rules.filter(has_text="✗")).to_have_text(["✗ text_after is broken"])
    expect(rules.filter(has_text="✓").filter(has_text="tag_duplicate")).to_have_count(1)


def test_the_steps_stand_in_order(page: Page) -> None:
    judge(page, R1, "43", recipe="accuracy", verifier="math")
    steps = page.locator("[data-component=accuracy] ol li")
    expect(steps.first).to_contain_text("the last box")
    assert steps.count() >= 2


def test_tests_of_a_program_stand_side_by_side(page: Page) -> None:
    truth = {"tests": [{"stdin": "3\n", "stdout": "6\n"}, {"stdin": "a', expected 'b", "stdout": "1"}]}
    program = "```python\nprint(input() and 6)\n```"
    page.check("#truth-json")
    judge(page, program, json.dumps(truth), recipe="accuracy", verifier="code")
    rows = page.locator("#verdict tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0).locator("pre")).to_have_text(["3\n", "6\n", "6\n"])
    expect(rows.nth(1).locator("pre").first).to_have_text("a', expected 'b")
    expect(rows.nth(1)).to_contain_text("incorrect")


def test_a_null_says_why_and_is_no_zero(page: Page) -> None:
    judge(page, R1, "\\frac{1}{", recipe="accuracy", verifier="math")
    assert reward(page) == "null"
    expect(page.locator("#formula")).to_contain_text("null: accuracy could not judge (bad_truth)")
    expect(page.locator("#verdict .note")).to_contain_text("bad_truth")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a fraction, and its decimal", "2"),
        ("a rounded number", "0"),
        ("a box that never closes", "0"),
        ("two answers at once", "0"),
        ("a ground truth that cannot be read", "null"),
    ],
)
def test_examples_are_judged_when_chosen(page: Page, name: str, words: str) -> None:
    page.select_option("#example", name)
    expect(page.locator("#reward")).to_have_text(words)


def test_every_rule_brings_an_example_that_scores_one(page: Page) -> None:
    names = page.locator("#example optgroup option").evaluate_all("options => options.map(option => option.value)")
    for name in names:
        page.select_option("#example", name)
        expect(page.locator(".reward .chip").first).to_have_text("correct")
        expect(page.locator("#reward")).to_have_text("1")
        page.click("#clear")


def test_every_recipe_has_a_formula_whose_number_is_the_reward(page: Page) -> None:
    page.click("summary >> text=Prompt, options, length")
    page.fill("#completion-tokens", "20")
    page.fill("#max-tokens", "4096")
    names = page.locator("#recipe option").evaluate_all("options => options.map(option => option.value)")
    for name in [name for name in names if name != "own"]:
        judge(page, R1, "42", recipe=name, verifier="math")
        expect(page.locator("#verdict .help", has_text=f"{name}@")).to_be_visible()
        last = page.locator("#formula div").last.inner_text()
        assert re.search(rf"(^|= ){re.escape(reward(page).replace('-', '−'))}\b", last), (name, last)


def test_a_recipe_of_ones_own_is_taken_as_json(page: Page) -> None:
    page.select_option("#recipe", "own")
    recipe = {
        "components": [
            {"name": "accuracy", "verifier": "$sample", "weight": 2},
            {"name": "format", "verifier": "format", "range": [-1, 0], "shaping": True},
        ],
        "combine": "sum",
    }
    page.fill("#own-recipe", json.dumps(recipe))
    judge(page, R1, "42")
    assert reward(page) == "2"
    expect(page.locator("#formula div")).to_have_text(
        ["reward = 2 × accuracy + (−1 + 1 × format)", "2 = 2 × 1 + 1 × 0"]
    )
    page.fill("#own-recipe", "{")
    page.click("#sample-form button[type=submit]")
    expect(page.get_by_role("alert")).to_contain_text("The recipe is no JSON")


def test_prompt_options_and_length_go_along(page: Page) -> None:
    opened(page, "Prompt, options, length")
    page.fill("#prompt", "What is 6*7? <think>")
    page.fill("#options", '{"where": "whole"}')
    page.check("#truncated")
    judge(page, "no end \\boxed{42}", "42", recipe="accuracy", verifier="math")
    expect(page.locator(".reward .chip.flag", has_text="truncated")).to_be_visible()
    page.fill("#options", '{"size": 3}')
    page.click("#sample-form button[type=submit]")
    expect(page.get_by_role("alert")).to_contain_text("size")


def test_control_and_enter_judge(page: Page) -> None:
    page.fill("#completion", R1)
    page.fill("#truth", "42")
    page.press("#truth", "Control+Enter")
    expect(page.locator("#reward")).to_have_text("2")


def paste(page: Page, text: str) -> None:
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.focus("#completion")
    page.keyboard.press("Control+V")


def test_a_pasted_line_of_a_log_is_taken_apart(page: Page) -> None:
    line = {"completion": "\\boxed{8}", "ground_truth": "8", "verifier": "math", "prompt": "4+4?", "step": 3}
    paste(page, json.dumps(line))
    expect(page.locator("#verdict")).to_contain_text("correct")
    assert page.input_value("#completion") == "\\boxed{8}"
    assert page.input_value("#prompt") == "4+4?"


def test_a_dropped_line_of_chat_messages_becomes_the_text_that_is_judged(page: Page) -> None:
    messages = [{"role": "assistant", "reasoning_content": "hm", "content": "<answer>\\boxed{8}</answer>"}]
    line = {"completion": messages, "ground_truth": "8", "verifier": "math", "recipe": "r1-zero"}
    drop(page, "#sample-form", "rollout.jsonl", json.dumps(line) + "\n{}\n")
    expect(page.locator("#reward")).to_have_text("2")
    assert page.input_value("#completion") == "<think>hm</think><answer>\\boxed{8}</answer>"


def drop(page: Page, target: str, name: str, text: str) -> None:
    data = page.evaluate_handle(
        "([name, text]) => { const data = new DataTransfer(); data.items.add(new File([text], name)); return data; }",
        [name, text],
    )
    page.dispatch_event(target, "dragover", {"dataTransfer": data})
    page.dispatch_event(target, "drop", {"dataTransfer": data})


def test_the_link_opens_the_same_verdict_and_nothing_of_it_is_sent_on_the_way(page: Page, service_url: str) -> None:
    judge(page, R1 + " 𝔽 ñ", "42", recipe="gated", verifier="math")
    page.get_by_role("button", name="Copy the link").click()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{service_url}/#one=")
    other = page.context.new_page()
    with other.expect_request(lambda request: request.is_navigation_request()) as asked:
        other.goto(link)
    expect(other.locator("#reward")).to_have_text(reward(page))
    assert other.input_value("#completion") == R1 + " 𝔽 ñ"
    assert "one=" not in asked.value.headers.get("referer", "")


def test_a_link_that_is_broken_is_told(page: Page) -> None:
    page.goto("/#one=AAAA")
    expect(page.get_by_role("alert")).to_contain_text("this link cannot be read")


def test_the_curl_line_gives_the_same_reward(page: Page) -> None:
    judge(page, R1 + " it's \u202e", "42", recipe="r1-zero", verifier="math")
    opened(page, "The same with curl")
    page.locator("#curl").locator("xpath=preceding-sibling::button").click()
    line = page.evaluate("navigator.clipboard.readText()")
    told = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True, timeout=30)
    assert [str(int(each)) for each in json.loads(told.stdout)["rewards"]] == [reward(page)]
    assert line.isascii()


def test_a_report_is_a_line_of_the_corpus(page: Page) -> None:
    judge(page, R1, "42.0", recipe="r1-zero", verifier="math")
    opened(page, "Report this verdict")
    page.fill("#report-why", 'it\'s "42"')
    page.select_option("#report-verdict", "incorrect")
    assert json.loads(page.locator("#report-line").inner_text()) == {
        "completion": R1, "ground_truth": "42.0", "verdict": "incorrect", "why": "it's \"42\"",
    }  # fmt: skip
    page.select_option("#report-rule", "format")
    expect(page.locator("#report")).to_contain_text("tests/corpus/format.jsonl")
    line = json.loads(page.locator("#report-line").inner_text())
    assert (line["options"], line["violations"]) == ({"layout": "think_answer"}, [])


def test_forms_are_drawn_as_mathml(page: Page) -> None:
    judge(page, "\\boxed{\\frac{1}{2}}", "0.5", recipe="accuracy", verifier="math")
    expect(page.locator("math mfrac")).to_have_count(1)


# -------------------------------------------------------------------------------------------------------------- hostile


HOSTILE = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'><b>bold</b> \\boxed{\\text{<i onclick=x>7</i>}}"


def test_markup_is_shown_as_text(page: Page) -> None:
    judge(page, HOSTILE, "7<script>", recipe="r1", verifier="math")
    assert page.locator("#verdict pre.text").inner_text() == HOSTILE
    assert page.locator("#verdict").locator("script, img, b, i, iframe, a").count() == 0
    assert page.evaluate("window.hacked") is None


@pytest.mark.parametrize(
    ("mark", "name"), [("\u202e", "U+202E"), ("\u200b", "U+200B"), ("\ud800", "U+D800"), ("\x1b", "U+001B")]
)
def test_what_cannot_be_seen_is_written_out(page: Page, mark: str, name: str) -> None:
    row = json.dumps({"completion": f"a{mark}b \\boxed{{7{mark}}}", "ground_truth": "7", "verifier": "math"})
    drop(page, "#sample-form", "x.jsonl", row)
    expect(page.locator("#verdict pre.text")).to_contain_text(f"a{name}b")
    assert mark not in page.locator("#verdict").inner_text()


def test_an_empty_completion_is_judged(page: Page) -> None:
    judge(page, "", "7", recipe="accuracy", verifier="math")
    expect(page.locator(".reward .chip").first).to_have_text("no_answer")
    expect(page.locator("#verdict pre.text")).to_have_text("no text at all")


def test_ten_megabytes_are_judged_whole_and_shown_in_part(page: Page) -> None:
    text = "<script>" + "x" * 5_000_000 + " \\boxed{7} " + "y" * 5_000_000
    drop(
        page,
        "#sample-form",
        "x.jsonl",
        json.dumps({"completion": text, "ground_truth": "7", "verifier": "math", "recipe": "accuracy"}),
    )
    expect(page.locator("#reward")).to_be_visible(timeout=60_000)
    expect(page.locator("#large")).to_contain_text(f"{len(text):,} characters")
    expect(page.locator(".left-out").first).to_contain_text("characters are not shown")
    expect(page.locator("#verdict")).to_contain_text("too long for a link")
    assert len(page.locator("body").inner_text()) < 300_000


# ----------------------------------------------------------------------------------------------------------------- keys


def test_where_keys_are_configured_the_page_asks_for_one(browser: Any, tmp_path: Any) -> None:
    service = served(tmp_path, {"TRUEGOLD_API_KEYS": "s3cret"})
    service.start()
    context = browser.new_context(base_url=service.url)
    try:
        page = context.new_page()
        page.goto("/")
        expect(page.get_by_role("alert")).to_contain_text("wants a key")
        page.fill("#key", "s3cret")
        page.press("#key", "Tab")
        expect(page.locator("#version")).to_contain_text("release")
        judge(page, R1, "42", recipe="r1-zero", verifier="math")
        expect(page.locator("#reward")).to_have_text("2")
        opened(page, "The same with curl")
        expect(page.locator("#curl")).to_contain_text("Bearer $TRUEGOLD_TOKEN")
        assert "s3cret" not in page.content()
    finally:
        context.close()
        service.stop()
