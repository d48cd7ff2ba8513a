"""A program that answers calls: one reply for each request, each within the limits, all of them only claims."""

from __future__ import annotations

import pytest

from sandbox import plain
from sandbox.base import Outcome, Status
from tests.sandbox.conftest import RunPython

MIB = 2**20


def values(outcome: Outcome) -> list[object]:
    return [plain.decode(reply.body)["value"] for reply in outcome.replies]


def test_each_request_gets_its_reply_in_order(call: RunPython) -> None:
    outcome = call("def f(x): return x * 2", 1, "a", [3])
    assert (outcome.status, outcome.exit_code, outcome.signal) == (Status.OK, 0, None)
    assert values(outcome) == [2, "aa", [3, 3]]


def test_blocks_for_the_main_program_do_not_run(call: RunPython) -> None:
    outcome = call("def f(x): return __name__\nif __name__ == '__main__': raise SystemExit(1)", 0)
    assert values(outcome) == ["solution"]


def test_what_is_printed_stays_beside_the_replies(call: RunPython) -> None:
    outcome = call("print('loading')\ndef f(x):\n    print('called', x)\n    return x", 1, 2)
    assert outcome.stdout == b"loading\ncalled 1\ncalled 2\n"
    assert values(outcome) == [1, 2]


def test_the_next_request_is_unknown_until_the_reply_is_given(call: RunPython) -> None:
    peeking = """
import select
def f(x):
    return bool(select.select([4], [], [], 0.05)[0])
"""
    assert values(call(peeking, 1, 2)) == [False, False]


def test_each_request_has_a_cpu_limit_of_its_own(call: RunPython) -> None:
    source = "import time\ndef f(s):\n    end = time.process_time() + s\n    while time.process_time() < end: pass\n    return s"
    assert call(source, 0.15, 0.15, 0.15, cpu_s=0.25).status is Status.OK
    outcome = call(source, 0.05, 9.0, 0.05, cpu_s=0.25)
    assert outcome.status is Status.CPU_TIME_EXCEEDED
    assert values(outcome) == [0.05]
    assert 0.04 < outcome.replies[0].cpu_s < 0.1


def test_each_request_has_a_limit_on_waiting_of_its_own(call: RunPython) -> None:
    source = "import time\ndef f(s):\n    time.sleep(s)\n    return s"
    assert call(source, 0.1, 0.1, 0.1, blocked_s=0.25).status is Status.OK
    outcome = call(source, 0.0, 9.0, blocked_s=0.2)
    assert (outcome.status, values(outcome)) == (Status.WALL_TIME_EXCEEDED, [0.0])


def test_loading_has_a_limit_of_its_own(call: RunPython) -> None:
    assert call("while True: pass", 1, cpu_s=0.2).status is Status.CPU_TIME_EXCEEDED


@pytest.mark.parametrize(
    ("ending", "status", "exit_code"),
    [("os._exit(0)", Status.OK, 0), ("os._exit(5)", Status.NONZERO_EXIT, 5), ("os.abort()", Status.SIGNALLED, None)],
)
def test_a_process_that_ends_early_leaves_the_replies_so_far(
    call: RunPython, ending: str, status: Status, exit_code: int | None
) -> None:
    outcome = call(f"import os\ndef f(x):\n    if x: {ending}\n    return x", 0, 1, 0)
    assert (outcome.status, outcome.exit_code, values(outcome)) == (status, exit_code, [0])


def test_a_reply_that_comes_with_the_end_is_heard(call: RunPython) -> None:
    source = """
import os
write = os.write
def write_and_end(descriptor, body):
    write(descriptor, body)
    os._exit(7)
def f(x):
    os.write = write_and_end
    return x
"""
    outcome = call(source, 1)
    assert (outcome.status, values(outcome)) == (Status.OK, [1])
    outcome = call(source, 1, b"never asked")
    assert (outcome.status, outcome.exit_code, values(outcome)) == (Status.NONZERO_EXIT, 7, [1])


def test_a_reply_over_its_limit_does_not_count(call: RunPython) -> None:
    source = "import time\ndef f(s):\n    end = time.process_time() + s\n    while time.process_time() < end: pass\n    return s"
    for _ in range(5):  # whether the clock or the reply is seen first
        outcome = call(source, 0.0, 0.101, cpu_s=0.1)
        assert (outcome.status, values(outcome)) == (Status.CPU_TIME_EXCEEDED, [0.0])


def test_a_program_that_fails_to_load_answers_nothing(call: RunPython) -> None:
    outcome = call("raise ValueError('no')", 1)
    assert (outcome.status, outcome.exit_code, outcome.replies) == (Status.NONZERO_EXIT, 1, ())
    assert outcome.stderr.endswith(b"ValueError: no\n")


def test_a_program_that_is_none_is_a_compile_error(call: RunPython) -> None:
    assert call("def f(x:", 1).status is Status.COMPILE_ERROR


def test_a_program_without_requests_is_only_loaded(call: RunPython) -> None:
    assert call("x = 1").status is Status.OK


def test_a_flood_on_stdout_is_too_much_output(call: RunPython) -> None:
    assert call("def f(x):\n    while True: print('x' * 1000)", 1, output_bytes=10_000).status is Status.OUTPUT_EXCEEDED


def test_the_replies_together_are_limited(call: RunPython) -> None:
    outcome = call("def f(x): return 'x' * 40_000", 1, 2, 3, output_bytes=100_000)
    assert (outcome.status, len(outcome.replies)) == (Status.OUTPUT_EXCEEDED, 2)


def test_a_reply_that_only_claims_to_be_long_is_refused(call: RunPython) -> None:
    outcome = call("import os\ndef f(x):\n    os.write(4, b'\\xff' * 8)\n    while True: pass", 1)
    assert outcome.status is Status.OUTPUT_EXCEEDED


def test_a_reply_that_nobody_asked_for_ends_the_run(call: RunPython) -> None:
    source = """
import os, struct
def f(x):
    for _ in range(8):
        os.write(4, struct.pack('!II', len(x), 0) + x)
    while True: pass
"""
    outcome = call(source, plain.encode({"value": 1}), b"x")
    assert (outcome.status, outcome.replies) == (Status.SIGNALLED, ())
    assert b"replies of its own" in outcome.stderr


def test_requests_may_be_large(call: RunPython) -> None:
    assert values(call("def f(x): return len(x)", "x" * (8 * MIB), "y")) == [8 * MIB, 1]


def test_a_request_that_is_never_read_stops_nobody(call: RunPython) -> None:
    outcome = call("import time\ntime.sleep(60)", "x" * (8 * MIB), blocked_s=0.2)
    assert outcome.status is Status.WALL_TIME_EXCEEDED


def test_a_closed_channel_is_the_program_s_own_loss(call: RunPython) -> None:
    outcome = call("import os\ndef f(x): os.close(4)", 1, 2)
    assert outcome.status is Status.NONZERO_EXIT


def test_the_last_reply_ends_the_run_whatever_is_registered_for_the_end(call: RunPython) -> None:
    source = "import atexit, threading, time\natexit.register(time.sleep, 60)\ndef f(x): return x\nthreading.Thread(target=time.sleep, args=(60,)).start()"
    outcome = call(source, 1)
    assert (outcome.status, values(outcome)) == (Status.OK, [1])
    assert outcome.wall_s < 2.0


def test_nothing_of_one_call_is_in_the_next_run(call: RunPython) -> None:
    call("import builtins\ndef f(x): builtins.kept = x", "secret")
    assert values(call("import builtins\ndef f(x): return hasattr(builtins, 'kept')", 0)) == [False]
