"""`score`: a log into a file of rewards, gone on with, over HTTP and in this process."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from click.testing import Result

from app.commands import log as logs
from app.commands.asking import Reply, service_at
from app.commands.asking import Service as Taker
from app.commands.exits import Exit, NoService
from app.commands.log import cut, index
from app.commands.scoring import Asked, lines_done, score_log
from tests.app.logs import environment, read, rows, run, write
from tests.conftest import ROOT, Service

ASKED = Asked({"recipe": "r1-zero"}, None, {})


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write(tmp_path / "rollouts.jsonl", rows(40))


class Falls:
    """A real service that is gone after so many requests."""

    def __init__(self, service: Taker, after: int) -> None:
        self._service, self._left, self._lock = service, after, threading.Lock()

    def ask(self, path: str, body: bytes) -> Reply:
        with self._lock:
            self._left -= 1
        if self._left < 0:
            raise NoService("it went away")
        return self._service.ask(path, body)

    def stop(self) -> None:
        self._service.stop()


@contextmanager
def small_requests(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(logs, "BATCH_ROWS", 4)
        yield


def scored(service_url: str, log: Path, *more: str | Path) -> Result:
    return run("score", log, "--url", service_url, "--recipe", "r1-zero", *more)


def test_each_row_gets_the_reward_that_the_service_gives(service_url: str, http: httpx.Client, log: Path) -> None:
    told = scored(service_url, log)
    answer = http.post("/v1/rewards", json={"recipe": "r1-zero", "samples": rows(40)}).json()
    lines = read(log.with_suffix(".scored.jsonl"))
    assert told.exit_code == Exit.DONE
    assert [line["reward"] for line in lines] == answer["rewards"]
    assert [line["line"] for line in lines] == list(range(1, 41))
    assert {line["fingerprint"] for line in lines} == {answer["fingerprint"]}


def test_the_summary_counts_rows_verdicts_and_groups(service_url: str, log: Path) -> None:
    told = json.loads(scored(service_url, log, "--json").stdout)
    assert (told["rows"], told["verdicts"]) == (40, {"correct": 20, "incorrect": 20})
    assert (told["groups"]["count"], told["groups"]["zero_variance"], told["groups"]["pass_at_1"]) == (10, 0, 0.5)
    assert "verdict correct" in scored(service_url, log).stdout


def test_judging_in_this_process_writes_the_same_file(service_url: str, log: Path, tmp_path: Path) -> None:
    scored(service_url, log, "--out", tmp_path / "over_http.jsonl")
    line = [sys.executable, "-m", "app", "score", str(log), "--local", "--recipe", "r1-zero"]
    subprocess.run([*line, "--out", str(tmp_path / "here.jsonl")], cwd=ROOT, env=environment(), check=True, timeout=60)
    assert (tmp_path / "here.jsonl").read_bytes() == (tmp_path / "over_http.jsonl").read_bytes()


def test_what_was_interrupted_ends_as_in_one_go(
    service_url: str, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, whole, parts = index(log, {}), tmp_path / "whole.jsonl", tmp_path / "parts.jsonl"
    with small_requests(monkeypatch), service_at(service_url, None, False, 0.0) as service:
        score_log(service, found, ASKED, whole, 0, lambda _: None)
        with pytest.raises(NoService):
            score_log(Falls(service, 3), found, ASKED, parts, 0, lambda _: None)
        first = parts.read_bytes()
        parts.write_bytes(first[:-20])  # and the last line was cut in the middle
        done = lines_done(parts, found, ASKED)
        score_log(service, found, ASKED, parts, done, lambda _: None)
    assert 0 < done < len(first.splitlines()) < 40
    assert parts.read_bytes() == whole.read_bytes()


def test_a_finished_file_is_not_asked_for_again(dead: str, service_url: str, log: Path) -> None:
    scored(service_url, log)
    assert scored(dead, log, "--json").exit_code == Exit.DONE


def test_a_file_made_with_other_options_is_not_gone_on_with(service_url: str, log: Path) -> None:
    scored(service_url, log)
    told = run("score", log, "--url", service_url, "--recipe", "gated")
    again = run("score", log, "--url", service_url, "--recipe", "gated", "--restart")
    assert (told.exit_code, again.exit_code) == (Exit.REFUSED, Exit.DONE)
    assert "made with other options: give another --out, or --restart" in told.stderr


def test_a_file_made_from_another_log_is_not_gone_on_with(service_url: str, log: Path) -> None:
    scored(service_url, log)
    write(log, [{**row, "ground_truth": "9"} for row in rows(40)])
    told = scored(service_url, log)
    assert told.exit_code == Exit.REFUSED
    assert "line 1 was made from another log" in told.stderr


def test_broken_lines_are_counted_named_and_skipped(service_url: str, tmp_path: Path) -> None:
    good = rows(2)
    log = write(tmp_path / "log.jsonl", [good[0], "{", "", "[1]", '{"output": "x"}', good[1]])
    told = scored(service_url, log)
    assert told.exit_code == Exit.UNJUDGED
    assert "skipped: 3 broken lines" in told.stderr
    assert "line 2 is not JSON" in told.stderr
    assert "line 4 is JSON, but no object" in told.stderr
    assert "line 5 has no completion; its fields: output" in told.stderr
    assert [line["line"] for line in read(log.with_suffix(".scored.jsonl"))] == [1, 6]


def test_logs_hold_nan_surrogates_and_marks_of_their_order(service_url: str, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    odd = '{"loss": NaN, "completion": "\\ud800 \\\\boxed{1}", "ground_truth": "1", "verifier": "math"}'
    log.write_bytes(b"\xef\xbb\xbf" + odd.encode() + b"\r\n" + odd.replace('"1"', "NaN").encode())
    scored(service_url, log, "--json")
    first, second = read(log.with_suffix(".scored.jsonl"))
    assert first["components"][0]["verdict"] == "correct"
    assert second["error"]["code"] == "bad_sample"


def test_the_logs_own_words_can_be_told(service_url: str, tmp_path: Path) -> None:
    log = write(tmp_path / "log.jsonl", [{"output": "\\boxed{7}", "gts": "7"}])
    told = run(
        "score", log, "--url", service_url, "--field", "completion=output", "--field", "ground_truth=gts", "--json"
    )
    assert json.loads(told.stdout)["verdicts"] == {"correct": 1}
    assert run("score", log, "--url", service_url, "--field", "completions=output").exit_code == Exit.REFUSED


def test_a_row_that_spoils_its_request_is_refused_alone(service_url: str, tmp_path: Path) -> None:
    log = write(tmp_path / "log.jsonl", [*rows(2), {**rows(1)[0], "verifier": "mth"}])
    told = json.loads(scored(service_url, log, "--json").stdout)
    assert (told["errors"], told["verdicts"]) == ({"refused": 1}, {"correct": 1, "incorrect": 1, "refused": 1})
    assert "no verifier 'mth'" in read(log.with_suffix(".scored.jsonl"))[2]["error"]["message"]


def test_a_completion_without_any_text_is_judged(service_url: str, tmp_path: Path) -> None:
    log = write(tmp_path / "log.jsonl", [{**rows(1)[0], "completion": ""}])
    assert json.loads(scored(service_url, log, "--json").stdout)["verdicts"] == {"no_answer": 1}


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\x00\x00", b"id,reward\n1,2\n", b"\n\n", b"[" * 200_000])
def test_a_file_that_is_no_jsonl_is_told_in_one_line(dead: str, tmp_path: Path, content: bytes) -> None:
    log = tmp_path / "log.jsonl"
    log.write_bytes(content)
    told = scored(dead, log)
    assert told.exit_code == Exit.REFUSED
    assert "is no JSONL, one JSON object a line" in told.stderr
    assert told.stderr.count("\n") == 1


def test_a_log_that_is_not_there_and_an_unknown_recipe_are_told_in_one_line(service_url: str, log: Path) -> None:
    missing, unknown = (
        run("score", log / "x", "--url", service_url),
        run("score", log, "--url", service_url, "--recipe", "r2"),
    )
    assert (missing.exit_code, unknown.exit_code) == (Exit.REFUSED, Exit.REFUSED)
    assert "cannot be read" in missing.stderr
    assert "known: accuracy" in unknown.stderr


def test_without_a_service_the_status_says_so(dead: str, log: Path) -> None:
    told = scored(dead, log, "--patience", "0")
    assert told.exit_code == Exit.NO_SERVICE
    assert "does not answer" in told.stderr


def test_a_service_that_comes_back_is_waited_for(log: Path, tmp_path: Path) -> None:
    service = Service(tmp_path)
    try:
        line = [sys.executable, "-m", "app", "score", str(log), "--url", service.url]
        waiting = subprocess.Popen(line, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        service.start()
        waiting.communicate(timeout=60)
        assert waiting.returncode == Exit.DONE
    finally:
        service.stop()


def test_ctrl_c_ends_at_once_and_says_how_to_go_on(tmp_path: Path, log: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the request and never answers
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        heard = ["env", "--default-signal=INT"]  # what is started in the background ignores it else
        line = [*heard, sys.executable, "-m", "app", "score", str(log), "--url", url]
        asking = subprocess.Popen(line, cwd=ROOT, env=environment(), stderr=subprocess.PIPE, text=True)
        with silent.accept()[0]:
            asking.send_signal(signal.SIGINT)
            _, told = asking.communicate(timeout=20)
    assert asking.returncode == Exit.INTERRUPTED
    assert "the same command goes on from here" in told


def test_a_group_stays_in_one_request_and_small_ones_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mixed = [*rows(8), {**rows(1)[0], "group": None}, *rows(2)]
    found = index(write(tmp_path / "log.jsonl", mixed), {})
    with small_requests(monkeypatch):
        batches = [[row.line for row in batch] for batch in cut(found.rows)]
    assert batches == [[1, 2, 3, 4, 10, 11], [5, 6, 7, 8], [9]]


def test_rows_of_scattered_groups_are_written_in_the_logs_order(
    service_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scattered = [{**row, "group": f"p{n % 5}"} for n, row in enumerate(rows(20))]
    found, out = index(write(tmp_path / "log.jsonl", scattered), {}), tmp_path / "out.jsonl"
    with small_requests(monkeypatch), service_at(service_url, None, False, 0.0) as service:
        score_log(service, found, ASKED, out, 0, lambda _: None)
    assert [line["line"] for line in read(out)] == list(range(1, 21))


def test_a_line_over_the_ceiling_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MAX_LINE_BYTES", 1000)
    long = {**rows(1)[0], "completion": "x" * 5000}
    found = index(write(tmp_path / "log.jsonl", [rows(1)[0], long, rows(1)[0]]), {})
    assert [row.line for row in found.rows] == [1, 3]
    assert [(line.line, line.why) for line in found.broken] == [(2, "is longer than 1000 bytes")]


def test_an_address_that_is_none_is_refused(log: Path) -> None:
    told = scored("ftp://host", log)
    assert told.exit_code == Exit.REFUSED
    assert "no address of a service" in told.stderr


@pytest.fixture
def dead() -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"
