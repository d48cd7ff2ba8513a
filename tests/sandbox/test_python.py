"""A judged Python program finds what any Python program may expect."""

from __future__ import annotations

import pytest

from sandbox.base import Status
from sandbox.slot import Slot
from tests.sandbox.conftest import RunPython


def test_the_main_guard_runs(run: RunPython) -> None:
    assert run("if __name__ == '__main__':\n    print('main')").stdout == b"main\n"


@pytest.mark.parametrize(
    "reading",
    [
        "print(input() + input())",
        "import sys\nprint(sys.stdin.readline().strip() + sys.stdin.read().strip())",
        "import sys\nprint(b''.join(sys.stdin.buffer.read().split()).decode())",
        "print(*[line.strip() for line in open(0)], sep='')",
        "import os\nprint(os.read(0, 99).decode().replace('\\n', ''))",
        "import fileinput\nprint(*[line.strip() for line in fileinput.input()], sep='')",
    ],
)
def test_input_is_read_in_every_usual_way(run: RunPython, reading: str) -> None:
    assert run(reading, b"ab\ncd\n").stdout == b"abcd\n"


def test_input_that_ends_early_is_the_usual_error(run: RunPython) -> None:
    assert b"EOFError" in run("input()").stderr


def test_large_input_is_read_whole(run: RunPython) -> None:
    assert run("import sys\nprint(len(sys.stdin.read()))", b"x" * 20_000_000).stdout == b"20000000\n"


def test_large_input_may_go_unread(run: RunPython) -> None:
    assert run("print('done')", b"x" * 20_000_000).stdout == b"done\n"


def test_text_is_utf_8_both_ways(run: RunPython) -> None:
    assert run("print(input()[::-1])", "añ€".encode()).stdout == "€ña\n".encode()


def test_bytes_that_are_no_text_pass_through(run: RunPython) -> None:
    assert run("print(input())", b"\xff\xfe\n").stdout == b"\xff\xfe\n"


def test_output_registered_for_the_end_is_printed(run: RunPython) -> None:
    source = "import atexit, io, os, sys\nout = io.StringIO()\nsys.stdout = out\natexit.register(lambda: os.write(1, out.getvalue().encode()))\nprint('late')"
    assert run(source).stdout == b"late\n"


def test_output_left_in_an_open_file_is_flushed(run: RunPython) -> None:
    assert run("out = open(1, 'w')\nout.write('kept')").stdout == b"kept"


def test_closing_stdout_is_no_failure(run: RunPython) -> None:
    outcome = run("import sys\nprint('before')\nsys.stdout.close()")
    assert (outcome.status, outcome.stdout) == (Status.OK, b"before\n")


def test_threads_are_waited_for(run: RunPython) -> None:
    source = "import threading, time\nthreading.Thread(target=lambda: (time.sleep(0.05), print('late'))).start()"
    assert run(source).stdout == b"late\n"


def test_deep_recursion_works_as_contestants_ask_for_it(run: RunPython) -> None:
    source = """
import sys, threading
sys.setrecursionlimit(10**6)
threading.stack_size(2**27)
def depth(n): return 0 if n == 0 else 1 + depth(n - 1)
def main(): print(depth(100_000))
thread = threading.Thread(target=main)
thread.start()
thread.join()
"""
    assert run(source).stdout == b"100000\n"


def test_deep_recursion_through_c_has_a_large_stack(run: RunPython) -> None:
    source = "import sys\nsys.setrecursionlimit(10**6)\ndef f(n): return n and max([n], key=lambda _: f(n - 1))\nprint(f(50_000))"
    assert run(source).stdout == b"50000\n"


def test_raising_the_stack_limit_is_no_error(run: RunPython) -> None:
    source = "import resource\nresource.setrlimit(resource.RLIMIT_STACK, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\nprint('ok')"
    assert run(source).stdout == b"ok\n"


def test_dataclasses_pickles_and_tracebacks_know_the_module(run: RunPython) -> None:
    source = """
import dataclasses, inspect, pickle
@dataclasses.dataclass
class Point:
    x: 'int'
print(pickle.loads(pickle.dumps(Point(3))), Point.__module__, 'class Point' in inspect.getsource(Point))
"""
    assert run(source).stdout == b"Point(x=3) __main__ True\n"


def test_asyncio_runs(run: RunPython) -> None:
    source = "import asyncio\nasync def main():\n    await asyncio.sleep(0.01)\n    print('woke')\nasyncio.run(main())"
    assert run(source).stdout == b"woke\n"


def test_executors_of_threads_run(run: RunPython) -> None:
    source = "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(4) as pool: print(sum(pool.map(abs, range(-9, 0))))"
    assert run(source).stdout == b"45\n"


def test_the_scratch_folder_is_a_place_to_work(run: RunPython) -> None:
    source = """
import os, tempfile
os.makedirs('a/b')
with open('a/b/c', 'w') as file: file.write('text')
os.rename('a/b/c', 'a/d')
with tempfile.NamedTemporaryFile('w+') as file, tempfile.TemporaryDirectory() as folder:
    print(open('a/d').read(), os.path.dirname(file.name) == os.getcwd(), os.path.isdir(folder))
os.remove('a/d')
"""
    assert run(source).stdout == b"text True True\n"


def test_arguments_and_names_are_sensible(run: RunPython) -> None:
    assert run("import sys\nprint(sys.argv, __name__, __file__)").stdout == b"['solution.py'] __main__ solution.py\n"


@pytest.mark.parametrize(
    "module",
    [
        "sqlite3",
        "ssl",
        "zoneinfo",
        "asyncio",
        "unittest",
        "ctypes",
        "multiprocessing",
        "xml.etree.ElementTree",
        "email",
    ],
)
def test_the_standard_library_can_be_imported(run: RunPython, module: str) -> None:
    outcome = run(f"import {module}\nprint('there')")
    assert outcome.stdout == b"there\n", outcome.stderr


def test_time_zones_are_known(run: RunPython) -> None:
    source = "import zoneinfo, datetime\nprint(datetime.datetime(2024, 7, 1, tzinfo=zoneinfo.ZoneInfo('Europe/Paris')).utcoffset())"
    assert run(source).stdout == b"2:00:00\n"


def test_sympy_is_warm_when_it_is_installed(slot: Slot, run: RunPython) -> None:
    if "sympy" not in slot._python.scientific:
        pytest.skip("the interpreter of judged programs has no sympy")
    outcome = run("import sympy\nx = sympy.Symbol('x')\nprint(sympy.factor(x**2 - 1))")
    assert outcome.stdout == b"(x - 1)*(x + 1)\n"
    assert outcome.cpu_s < 0.3
