"""`truegold score` against the service itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.app.logs import read, rows, run, write
from truegold.cli import DONE, NO_SERVICE, REFUSED, UNJUDGED, main


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write(tmp_path / "log.jsonl", rows(40))


def score(url: str, *arguments: str | Path) -> int:
    return main(["score", "--url", url, *map(str, arguments)])


def test_it_writes_what_the_services_own_command_line_writes(service_url: str, log: Path, tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.jsonl", tmp_path / "theirs.jsonl"
    assert score(service_url, log, "--recipe", "r1-zero", "--out", ours) == DONE
    run("score", log, "--url", service_url, "--recipe", "r1-zero", "--out", theirs)
    unmarked = [[{**line, "asked": ""} for line in read(path)] for path in (ours, theirs)]
    assert unmarked[0] == unmarked[1]


def test_what_was_interrupted_ends_as_in_one_go(service_url: str, log: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    score(service_url, log, "--out", out)
    whole = out.read_bytes()
    out.write_bytes(whole[: len(whole) // 2])
    assert score(service_url, log, "--out", out) == DONE
    assert out.read_bytes() == whole


def test_other_options_are_not_mixed_into_one_file(
    service_url: str, log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    score(service_url, log)
    assert score(service_url, log, "--recipe", "gated") == REFUSED
    assert "--restart" in capsys.readouterr().err
    assert score(service_url, log, "--recipe", "gated", "--restart", "--advantage", "grpo") == DONE
    assert read(log.with_suffix(".scored.jsonl"))[0]["advantage"] is not None


def test_broken_lines_are_counted_named_and_skipped(
    service_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = write(tmp_path / "log.jsonl", [rows(1)[0], "{", "[]", {**rows(1)[0], "verifier": None}])
    assert score(service_url, log, "--verifier", "math", "--json") == UNJUDGED
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["verdicts"]) == (2, {"correct": 2})
    assert [line["line"] for line in told["broken"]] == [2, 3]
    assert score(service_url, log, "--verifier", "math") == UNJUDGED
    assert "2 broken lines were skipped" in capsys.readouterr().out


@pytest.mark.parametrize("lines", [[], ["not JSON"], ["1"]])
def test_a_file_that_is_no_jsonl_is_told(service_url: str, tmp_path: Path, lines: Sequence[str]) -> None:
    assert score(service_url, write(tmp_path / "log.jsonl", lines)) == REFUSED


def test_without_a_service_the_status_says_so(dead_url: str, log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert score(dead_url, log, "--retries", "0") == NO_SERVICE
    assert "no answer from" in capsys.readouterr().err


def test_an_unknown_recipe_is_told(service_url: str, log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert score(service_url, log, "--recipe", "r2") == REFUSED
    assert "no recipe" in capsys.readouterr().err


def test_help_has_an_example_and_the_exit_statuses(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["score", "--help"])
    told = capsys.readouterr().out
    assert "truegold score rollouts.jsonl" in told
    assert "exit status" in told
