"""`verify`, `lint` and `diff`, and what all commands share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.commands.exits import Exit
from tests.app.logs import read, rows, run, write


@pytest.mark.parametrize(
    ("completion", "truth", "status"),
    [
        ("so \\boxed{1/2}", "0.5", Exit.DONE),
        ("so \\boxed{1/3}", "0.5", Exit.FOUND),
        ("so \\boxed{1/3}", "\\frac{", Exit.UNJUDGED),
    ],
)
def test_verify_says_why_and_its_status_says_the_score(
    service_url: str, completion: str, truth: str, status: Exit
) -> None:
    told = run("verify", "math", completion, "--truth", truth, "--url", service_url)
    assert told.exit_code == status
    assert (status is Exit.DONE) == told.stdout.startswith("correct  1")


def test_verify_reads_standard_input_and_options(service_url: str) -> None:
    text = "<answer>42</answer>"
    told = run("verify", "format", "--option", "layout=answer_only", "--url", service_url, "--json", stdin=text)
    assert json.loads(told.stdout)["verdict"] == "correct"


def test_verify_judges_programs_by_a_ground_truth_that_is_json_in_a_string(service_url: str) -> None:
    truth = json.dumps({"tests": [{"stdin": "3\n", "stdout": "6\n"}]})
    told = run("verify", "code", "```python\nprint(2 * int(input()))\n```", "--truth", truth, "--url", service_url)
    assert told.exit_code == Exit.DONE
    assert "input '3\\n', expected '6\\n', actual '6\\n'" in told.stdout


def test_verify_names_what_it_does_not_know(service_url: str) -> None:
    unknown = run("verify", "mth", "x", "--url", service_url)
    option = run("verify", "math", "x", "--option", "size=3", "--url", service_url)
    assert (unknown.exit_code, option.exit_code) == (Exit.REFUSED, Exit.REFUSED)
    assert "known: auto" in unknown.stderr
    assert "size" in option.stderr


def test_what_a_completion_holds_is_no_markup_of_ours(service_url: str) -> None:
    told = run("verify", "math", "\\boxed{[red]x[/nothing]}", "--truth", "1", "--url", service_url)
    assert told.exit_code == Exit.FOUND
    assert "[red]x[/nothing]" in told.stdout


def test_lint_names_the_rows_with_trouble(service_url: str, tmp_path: Path) -> None:
    good = {"ground_truth": "\\frac{1}{2}", "verifier": "math"}
    log = write(
        tmp_path / "data.jsonl", [good, {**good, "ground_truth": "\\frac{"}, "{", {**good, "completion": "\\boxed{3}"}]
    )
    told = run("lint", log, "--url", service_url, "--json")
    report = json.loads(told.stdout)
    assert told.exit_code == Exit.FOUND
    assert [row["line"] for row in report["troubled"]] == [2, 4]
    assert (report["summary"]["rows"], report["summary"]["bad_truth"], report["broken"][0]["line"]) == (3, 1, 3)
    assert "its reference is incorrect" in run("lint", log, "--url", service_url).stdout


def test_lint_of_a_good_dataset_finds_nothing(service_url: str, tmp_path: Path) -> None:
    log = write(tmp_path / "data.jsonl", [{"ground_truth": "42", "verifier": "math"}])
    assert run("lint", log, "--url", service_url).exit_code == Exit.DONE


@pytest.fixture
def two_recipes(service_url: str, tmp_path: Path) -> tuple[Path, Path]:
    log = write(tmp_path / "log.jsonl", [*rows(8), {**rows(1)[0], "completion": "\\boxed{0}"}])
    for recipe in ("r1-zero", "accuracy"):
        run("score", log, "--url", service_url, "--recipe", recipe, "--out", tmp_path / f"{recipe}.jsonl")
    return tmp_path / "r1-zero.jsonl", tmp_path / "accuracy.jsonl"


def test_diff_of_two_recipes_names_the_terms_that_moved_the_reward(two_recipes: tuple[Path, Path]) -> None:
    told = run("diff", *two_recipes, "--json")
    report = json.loads(told.stdout)
    assert told.exit_code == Exit.FOUND
    assert (report["same"], report["differ"]) == (1, 8)  # without the layout both pay the same
    assert [(cause["cause"], cause["rows"], cause["change"]) for cause in report["causes"]] == [
        ("format only in a: correct", 8, -8.0)
    ]
    assert [next(iter(report[side]["fingerprints"])).partition("@")[0] for side in "ab"] == ["r1-zero", "accuracy"]


def flipped(row: dict[str, Any], verdict: str, score: float, detail: str) -> dict[str, Any]:
    part = {**row["components"][0], "verdict": verdict, "score": score, "detail": detail}
    return {**row, "reward": score, "components": [part], "fingerprint": "accuracy@later"}


def test_diff_groups_flipped_verdicts_by_cause(two_recipes: tuple[Path, Path], tmp_path: Path) -> None:
    before = read(two_recipes[1])
    after = [flipped(row, "incorrect", 0.0, f"after {n} tries") if n in (0, 2) else row for n, row in enumerate(before)]
    write(tmp_path / "after.jsonl", after[:-1])
    told = run("diff", two_recipes[1], tmp_path / "after.jsonl", "--json")
    report = json.loads(told.stdout)
    (cause,) = report["causes"]
    assert cause["cause"] == "accuracy: correct (equal numbers) -> incorrect (after N tries)"
    assert (cause["rows"], [example["line"] for example in cause["examples"]]) == (2, [1, 3])
    assert (report["only_a"], report["b"]["fingerprints"]["accuracy@later"]) == (1, 2)
    assert "accuracy@later" in run("diff", two_recipes[1], tmp_path / "after.jsonl").stdout


def test_diff_of_a_file_with_itself_is_empty(two_recipes: tuple[Path, Path]) -> None:
    assert run("diff", two_recipes[0], two_recipes[0]).exit_code == Exit.DONE


def test_diff_refuses_what_is_no_scoring_and_scorings_of_other_logs(
    two_recipes: tuple[Path, Path], tmp_path: Path
) -> None:
    other = write(tmp_path / "other.jsonl", [{**row, "row": "another"} for row in read(two_recipes[0])])
    told = [run("diff", two_recipes[0], file) for file in (other, tmp_path / "log.jsonl", tmp_path / "none.jsonl")]
    assert [each.exit_code for each in told] == [Exit.REFUSED] * 3
    assert "two different logs" in told[0].stderr
    assert "is no scored row" in told[1].stderr


@pytest.mark.parametrize("command", ["score", "verify", "lint", "diff"])
def test_each_commands_help_has_an_example_and_the_exit_statuses(command: str) -> None:
    told = run(command, "--help").stdout
    assert f"Example: python -m app {command}" in told
    assert "--json" in told
    assert "Exit status: 0 done" in told
