"""Each guard of the two-program form, switched off: the attack that it stops must then earn its point.

A guard whose absence nothing notices is a guard that nobody would miss. Those in the processes of the two programs are
switched off in a copy of the package; the attack is judged with and without the copy.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

import sandbox.warm
import verifiers.rules.program.suites
from sandbox.run import Sandbox, SandboxConfig
from sandbox.slot import Slot
from tests.verifiers.rules.program.playing import judged
from verifiers.base import Verdict

PACKAGE = Path(sandbox.warm.__file__).parent
PROXIES, TESTING = "zygote/proxies.py", "zygote/testing.py"


@dataclass(frozen=True, slots=True)
class Guard:
    """A guard and the attack that it stops. Without it, `there` reads `instead` in the file."""

    what: str
    file: str
    there: str
    instead: str
    completion: str
    truth: Any


def code(*parts: str, **more: Any) -> dict[str, Any]:
    """Assertions that are always run as code."""
    return {"asserts": [f"_ = [n for n in ()]\n{part}" for part in parts], **more}


YES = "class Yes:\n    __eq__ = __lt__ = __contains__ = lambda self, other: True\n    __hash__ = lambda self: 0\n"
ZERO = "class Zero:\n    __sub__ = __rsub__ = lambda self, other: 0\n"
GUARDS = (
    Guard(
        "an object never equals plain data",
        PROXIES,
        '            return NotImplemented\n        return _asked(self, "__eq__", other)',
        '            pass\n        return _asked(self, "__eq__", other)',
        YES + "f = lambda: Yes()",
        code("assert f() == 5"),
    ),
    Guard(
        "an object that is also a list equals what it holds",
        PROXIES,
        '    __eq__ = _of_base("__eq__")',
        '    __eq__ = _forwarding("__eq__")',
        "class Items(list):\n    __eq__ = lambda self, other: True\nf = lambda: Items()",
        code("assert f() == [1]"),
    ),
    Guard(
        "arithmetic with plain data is not asked of what came back",
        PROXIES,
        "if peer_of(other) is None and not peer.is_built:",
        "if False:",
        ZERO + "f = lambda: Zero()",
        code("assert abs(f() - 5) < 1"),
    ),
    Guard(
        "an object that the tests built is no other when it comes back",
        PROXIES,
        "    proxy = object.__new__(type(value))\n    object.__setattr__(proxy",
        "    proxy = value\n    object.__setattr__(proxy",
        ZERO.replace("Zero", "Vector") + "    size = 3\n    def length(self): return self",
        code("v = Vector()\nassert v.size == 3\nassert abs(v.length() - 5) < 1"),
    ),
    Guard(
        "membership of plain data is found out here",
        PROXIES,
        "    if peer.is_built or peer_of(key)",
        "    if True or peer_of(key)",
        YES + "    __iter__ = lambda self: iter(())\nf = lambda: Yes()",
        code("assert 5 in f()"),
    ),
    Guard(
        "membership in a class is found out here",
        PROXIES,
        "    def __contains__(cls, key: Any) -> Any:\n        return _contains(cls, key)",
        '    def __contains__(cls, key: Any) -> Any:\n        return _asked(cls, "__contains__", key)',
        "class Meta(type):\n    __contains__ = lambda cls, key: True\nclass All(metaclass=Meta): pass\nf = lambda: All",
        code("assert 5 in f()"),
    ),
    Guard(
        "methods of plain data that compare are not asked of what came back",
        PROXIES,
        "        if name in TELLING and not peer.is_built:",
        "        if False:",
        "class Text:\n    startswith = lambda self, start: True\nf = lambda: Text()",
        code("assert f().startswith('abc')"),
    ),
    Guard(
        "an assertion that fails in a callback stays failed",
        PROXIES,
        "        if isinstance(error, AssertionError):\n            self.stays_failed",
        "        if False:\n            self.stays_failed",
        "def f(call):\n    try:\n        call(2)\n    except AssertionError:\n        pass",
        code("def call(x):\n    assert x == 1\nf(call)"),
    ),
    Guard(
        "an assertion that fails in a with block stays failed",
        PROXIES,
        "    if hides and not is_on_purpose(error):",
        "    if False:",
        "class f:\n    def __enter__(self): return 0\n    def __exit__(self, *failed): return True",
        code("with f() as x:\n    y = 1 // x\n    assert y == 3"),
    ),
    Guard(
        "what goes wrong in a callback is not told",
        PROXIES,
        "        cls = type(error)\n        while dotted_name(cls)",
        "        return error\n        while dotted_name(cls)",
        'def f(call):\n    try:\n        call()\n    except ValueError as error:\n        return str(error).split("\'")[1]',
        code("secret = 'a secret'\ndef call():\n    return int(secret)\nassert f(call) == secret"),
    ),
    Guard(
        "a StopIteration ends no loop of the tests",
        PROXIES,
        'if message[0] in ("call", "method") and',
        "if False and",
        "def f(x):\n    raise StopIteration",
        code("assert all(map(f, [1, 2]))"),
    ),
    Guard(
        "a test that the program has skipped is not skipped",
        TESTING,
        "elif _is_skip(error) and not is_touched:",
        "elif _is_skip(error):",
        "def f(x):\n    return None\ndef g(x):\n    return x",
        {
            "unit_test": "import pytest\nfrom solution import f, g\n"
            "def test_f():\n    if f(1) is None:\n        pytest.skip('no f')\n    assert f(1) == 2\n"
            "def test_g():\n    assert g(1) == 1\n"
        },
    ),
    Guard(
        "Python's own names are never the program's",
        TESTING,
        "        return [name for name in free if name in self._order.owned or not hasattr(builtins, name)]",
        "        return free",
        "abs = lambda x: 0\nf = lambda: 1",
        code("assert abs(f() - 5) < 1"),
    ),
    Guard(
        "names of the setup are never the program's",
        TESTING,
        "free = [name for name in self._order.names if name not in self._space]",
        "free = list(self._order.names)",
        "same = lambda a, b: True\nf = lambda: 1",
        code("assert same(f(), 5)", setup="def same(a, b):\n    return a == b"),
    ),
    Guard(
        "the program cannot leave for the tests",
        TESTING,
        "if not isinstance(error, SystemExit) or fault_of(error) is not None:",
        "if not isinstance(error, SystemExit):",
        "def f(x):\n    raise SystemExit(0)",
        {"unit_test": "from solution import f\nassert f(1) == 2\n"},
    ),
)


@pytest.fixture(scope="module")
def slot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slot]:
    sandbox = Sandbox(SandboxConfig(tmp_path_factory.mktemp("scratch"), allow_weak=True))
    yield sandbox.open_slot()
    sandbox.close()


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.what)
def test_a_guard_stops_its_attack(slot: Slot, guard: Guard) -> None:
    assert judged(slot, guard.completion, guard.truth).value == 0.0


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.what)
def test_without_the_guard_its_attack_would_win(guard: Guard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "root"
    shutil.copytree(PACKAGE, root / "sandbox", ignore=shutil.ignore_patterns("__pycache__"))
    file = root / "sandbox" / guard.file
    source = file.read_text()
    assert source.count(guard.there) == 1, "the guard is written in another way now"
    file.write_text(source.replace(guard.there, guard.instead))
    monkeypatch.setattr(sandbox.warm, "ROOT", root)
    unguarded = Sandbox(SandboxConfig(tmp_path / "scratch", allow_weak=True))
    try:
        score = judged(unguarded.open_slot(), guard.completion, guard.truth)
    finally:
        unguarded.close()
    assert score.verdict is Verdict.CORRECT, score.steps


def test_a_name_that_is_merely_called_is_no_class(slot: Slot, monkeypatch: pytest.MonkeyPatch) -> None:
    completion = dedent(ZERO).replace("Zero", "Halve") + "    def __init__(self, x): pass"
    truth = code("assert abs(Halve(3) - 1.5) < 1e-6")
    assert judged(slot, completion, truth).value == 0.0
    monkeypatch.setattr(verifiers.rules.program.suites, "class_names", lambda scripts: ("Halve",))
    assert judged(slot, completion, truth).value == 1.0
