"""Tests that are code, beside the program that they test: what crosses, what does not, and whose fault a failure is."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import dedent
from typing import Any

import pytest

from sandbox import plain
from sandbox.base import Limits, Program, Status, Suite
from sandbox.run import Sandbox, SandboxConfig
from sandbox.slot import Slot
from tests.verifiers.rules.program.playing import judged
from verifiers.base import Score, TruthError, Unavailable, Verdict
from verifiers.rules.program.scripts import Script, class_names


@pytest.fixture(scope="module")
def slot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slot]:
    sandbox = Sandbox(SandboxConfig(tmp_path_factory.mktemp("scratch"), allow_weak=True))
    yield sandbox.open_slot()
    sandbox.close()


def judge(slot: Slot, completion: str, tests: str, **options: Any) -> Score:
    """Judge by a file of tests, whose module is `solution`; or by single assertions."""
    options = {"time_limit_s": 2, **options}
    return judged(slot, dedent(completion), {"unit_test": dedent(tests)}, **options)


PROGRAM = """
    import asyncio, collections, contextlib, dataclasses, enum, functools, itertools, random, typing
    from abc import ABC, abstractmethod

    LIMIT = 7
    TABLE = {"a": [1, 2]}

    def same(x): return x
    def nothing(): pass
    def default(a, b=2, *rest, c=3, **named): return a, b, rest, c, named
    def sort(items): items.sort()
    def spoil(items, table, bag):
        items[0].append(9); items.append(items[0]); table["new"] = items; bag.discard(1)
    def both(a, b):
        a.append(1); return a is b
    def lengthen(data): data += b"!"
    def push(queue): queue.appendleft(0)
    def views(d): return d.keys(), d.values(), d.items()
    def numbers(): return [1.5, 2j, 10 ** 40, -1, True, None, float("inf")]
    def cyclic():
        loop = [1]; loop.append(loop); return loop
    def adder(n): return lambda x: x + n
    def apply(f, *args, **named): return f(*args, **named)
    def by(key, items): return sorted(items, key=key)
    def drain(items): return [x * 2 for x in items]
    def later(f): return functools.partial(f, 1)
    def raising(kind, *args): raise kind(*args)
    def counted(text): return collections.Counter(text)
    def grouped(words):
        found = collections.defaultdict(list)
        for word in words: found[word[0]].append(word)
        return found
    def greet(name): print("hello", name); return name
    def cut(items): return items[1:]
    async def slowly(x): await asyncio.sleep(0); return x + 1
    def squares():
        total = 0
        while True:
            got = yield total
            total = (got or 0) ** 2

    class Problem(Exception):
        def __init__(self, code): super().__init__(f"problem {code}"); self.code = code
    class Worse(Problem, KeyError): pass
    def trouble(code): raise Worse(code)

    class Base:
        kind = "base"
        def __init__(self, x): self.x = x
        def __repr__(self): return f"{type(self).__name__}({self.x})"
        def __eq__(self, other): return isinstance(other, Base) and self.x == other.x
        def __hash__(self): return hash(self.x)
        def __lt__(self, other): return self.x < other.x
        def __call__(self, y): return self.x * y
        def __bool__(self): return self.x != 0
        def __getitem__(self, key): return (self.x, key)
        def __setitem__(self, key, value): self.x = (key, value)
        def twice(self): return Base(2 * self.x)
        @property
        def half(self): return self.x / 2
        @half.setter
        def half(self, value): self.x = 2 * value
        @classmethod
        def zero(cls): return cls(0)
        @staticmethod
        def name(): return "Base"
        class Inner:
            value = 5
    class Derived(Base):
        def twice(self): return super().twice()
    class Vector:
        def __init__(self, x, y): self.x, self.y = x, y
        def __add__(self, other): return Vector(self.x + other.x, self.y + other.y)
        def __mul__(self, k): return Vector(self.x * k, self.y * k)
        __rmul__ = __mul__
        def __neg__(self): return Vector(-self.x, -self.y)
        def __abs__(self): return (self.x ** 2 + self.y ** 2) ** 0.5
        def __iter__(self): yield self.x; yield self.y
        def __eq__(self, other): return (self.x, self.y) == (other.x, other.y)
        def __lt__(self, k): return abs(self) < k
        def __iadd__(self, other): self.x += other.x; return self
        def __float__(self): return float(abs(self))
        def __format__(self, spec): return f"<{self.x:{spec}}>"

    @dataclasses.dataclass(order=True)
    class Point:
        x: int
        y: int = 0
        tags: list = dataclasses.field(default_factory=list)
    @dataclasses.dataclass(frozen=True)
    class Frozen:
        x: int
    Pair = collections.namedtuple("Pair", "left right")
    class Named(typing.NamedTuple):
        a: int
        b: str = "b"
        def shout(self): return self.b.upper()
    class Color(enum.Enum):
        RED = 1
        BLUE = 2
    class Level(enum.IntEnum):
        LOW = 1
        HIGH = 5
    class Stack(list):
        def push(self, x): self.append(x); return self
    class Cache(dict):
        def __missing__(self, key): return key * 2
    class Text(str):
        def shout(self): return self.upper() + "!"
    class Shape(ABC):
        @abstractmethod
        def area(self): ...
    class Square(Shape):
        def __init__(self, s): self.s = s
        def area(self): return self.s ** 2
    class Node:
        def __init__(self, value, next=None): self.value, self.next = value, next
    class Fluent:
        def __init__(self): self.parts = []
        def add(self, x): self.parts.append(x); return self
    class Countdown:
        def __init__(self, n): self.n = n
        def __iter__(self): return self
        def __next__(self):
            if self.n == 0: raise StopIteration
            self.n -= 1
            return self.n
    @contextlib.contextmanager
    def opened(log):
        log.append("in")
        try: yield log
        finally: log.append("out")
    @functools.lru_cache
    def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
"""

CROSSES = {
    "plain values of every kind": """
        for x in [None, True, 1, -1.5, 2j, "é\\ud800", b"b", bytearray(b"a"), (1, (2,)), {1}, frozenset({1}), range(3), [[], {}]]:
            assert same(x) == x and type(same(x)) is type(x)
        assert numbers() == [1.5, 2j, 10 ** 40, -1, True, None, float("inf")]
        assert nothing() is None
        """,
    "dates, decimals and fractions": """
        import datetime, decimal, fractions
        for x in [datetime.date(2020, 1, 2), datetime.timedelta(1), decimal.Decimal("1.5"), fractions.Fraction(1, 3),
                  datetime.datetime(2020, 1, 2, tzinfo=datetime.timezone.utc), datetime.time(1)]:
            assert same(x) == x and type(same(x)) is type(x)
        """,
    "collections": """
        import collections
        assert counted("aab") == {"a": 2, "b": 1} and counted("aab").most_common(1) == [("a", 2)]
        assert type(counted("")) is collections.Counter
        found = grouped(["ab", "b"])
        assert found == {"a": ["ab"], "b": ["b"]} and found["z"] == []
        assert same(collections.OrderedDict(a=1)) == collections.OrderedDict(a=1)
        queue = collections.deque([1, 2], maxlen=2)
        push(queue)
        assert queue == collections.deque([0, 1]) and same(queue).maxlen == 2
        """,
    "views of a dict": """
        keys, values, items = views({"a": 1})
        assert keys == {"a"} and list(values) == [1] and items == {("a", 1)}
        assert by(None, {"b": 1, "a": 2}.keys()) == ["a", "b"]
        """,
    "a list inside itself": """
        loop = cyclic()
        assert loop[1] is loop
        mine = []
        mine.append(mine)
        assert same(mine) is mine
        """,
    "default, keyword and further arguments": """
        assert default(1) == (1, 2, (), 3, {})
        assert default(1, 5, 6, c=7, d=[8]) == (1, 5, (6,), 7, {"d": [8]})
        """,
    "changes of arguments in place": """
        items = [3, 1, 2]
        alias = items
        sort(items)
        assert alias == [1, 2, 3]
        inner = [1]
        table, bag = {}, {1, 2}
        items = [inner, inner]
        spoil(items, table, bag)
        assert inner == [1, 9] and items == [inner, inner, inner] and items[2] is inner
        assert table["new"] is items and bag == {2}
        assert both(inner, inner) and not both([], [])
        data = bytearray(b"a")
        lengthen(data)
        assert data == b"a!"
        """,
    "functions that are returned": """
        add = adder(3)
        assert add(4) == 7 and adder(1)(1) == 2 and add.__name__ == "<lambda>"
        assert fib(30) == 832040 and fib.cache_info().currsize == 31
        """,
    "functions of the tests": """
        assert by(lambda x: -x, [1, 3, 2]) == [3, 2, 1]
        assert by(len, ["aa", "b"]) == ["b", "aa"] and by(str.lower, ["B", "a"]) == ["a", "B"]
        assert apply(lambda *a, **k: (a, k), 1, k=2) == ((1,), {"k": 2})
        seen = []
        apply(seen.append, 3)
        assert seen == [3]
        assert apply(adder(2), 5) == 7 and apply(int, "7") == 7
        assert later(lambda a, b: a - b)(3) == -2
        assert apply(lambda n: fib(n), 10) == 55
        """,
    "iterators both ways": """
        assert drain(x for x in [1, 2]) == [2, 4] and drain(map(int, "12")) == [2, 4]
        down = Countdown(3)
        assert next(down) == 2 and list(down) == [1, 0] and next(down, None) is None
        total = squares()
        assert next(total) == 0 and total.send(3) == 9
        total.close()
        import itertools, types
        assert list(itertools.islice(squares(), 2)) == [0, 0] and isinstance(squares(), types.GeneratorType)
        first, *rest = Vector(1, 2)
        assert rest == [2] and sum(Vector(1, 2)) == 3 and dict([Vector(1, 2)]) == {1: 2}
        """,
    "instances": """
        b = Base(3)
        assert b.x == 3 and b.half == 1.5 and b.kind == "base" and b(2) == 6 and b[1] == (3, 1)
        b.half = 5
        b.y = [1]
        assert b.x == 10 and b.y == [1] and vars(b) == {"x": 10, "y": [1]} and hasattr(b, "x") and not hasattr(b, "z")
        b["k"] = 1
        assert b.x == ("k", 1)
        del b.y
        assert not hasattr(b, "y") and getattr(b, "y", 5) == 5
        assert Base(1) == Base(1) and Base(1) != Base(2) and Base(1) != 1 and len({Base(1), Base(1), Base(2)}) == 2
        assert sorted([Base(2), Base(1)])[0].x == 1 and max(Base(1), Base(2)).x == 2 and Base(1) < Base(2)
        assert repr(Base(1)) == "Base(1)" and str([Base(1)]) == "[Base(1)]" and f"{Base(1)}" == "Base(1)"
        assert not Base(0) and Base(1) and Base(1) in [Base(1)]
        assert Base.zero().x == 0 and Base.name() == "Base" and Base.Inner().value == 5 and Base.kind == "base"
        assert Base(2).twice().x == 4 and same(b) is b and [b].index(b) == 0
        twice = b.twice
        b.x = 4
        assert twice().x == 8
        """,
    "classes": """
        d = Derived(2)
        assert isinstance(d, Base) and isinstance(d, Derived) and issubclass(Derived, Base) and type(d) is Derived
        assert type(d).__name__ == "Derived" and d.__class__.__name__ == "Derived" and not isinstance(Base(1), Derived)
        assert isinstance(d.twice(), Base) and Base is not Derived and callable(d) and not callable(Node(1))
        Base.kind = "other"
        assert d.kind == "other"
        assert Square(3).area() == 9 and isinstance(Square(1), Shape)
        import pytest
        with pytest.raises(TypeError):
            Shape()
        with pytest.raises(TypeError):
            Base()
        """,
    "operators": """
        v = Vector(3, 4)
        assert v + Vector(1, 1) == Vector(4, 5) and (v * 2).x == 6 and (2 * v).y == 8 and (-v).x == -3
        assert abs(v) == 5 and float(v) == 5.0 and v < 6 and not v < 5 and f"{v:.1f}" == "<3.0>"
        v += Vector(1, 0)
        assert v.x == 4 and list(v) == [4, 4]
        """,
    "linked objects": """
        node = Node(1, Node(2))
        assert node.next.value == 2 and node.next.next is None
        node.next.next = Node(3)
        assert node.next.next.value == 3
        """,
    "fluent methods": """
        f = Fluent()
        assert f.add(1) is f and f.add(2).add(3).parts == [1, 2, 3] and f is not Fluent()
        import unittest
        unittest.TestCase().assertIs(f, f.add(4))
        v = Vector(1, 2)
        assert (v * 2).x == 2 and v is same(v) and same(v) in [v]
        assert "b" in Cache(b=1) and 3 in Stack().push(3) and not 4 in Stack().push(3)
        """,
    "dataclasses": """
        import dataclasses, pytest
        p = Point(1)
        assert p == Point(1, 0) and p < Point(2) and p.y == 0 and p.tags == [] and repr(p) == "Point(x=1, y=0, tags=[])"
        assert dataclasses.asdict(p) == {"x": 1, "y": 0, "tags": []} and dataclasses.astuple(p) == (1, 0, [])
        assert dataclasses.is_dataclass(p) and [f.name for f in dataclasses.fields(p)] == ["x", "y", "tags"]
        assert dataclasses.replace(p, x=5).x == 5
        with pytest.raises(dataclasses.FrozenInstanceError):
            Frozen(1).x = 2
        assert {Frozen(1): 2}[Frozen(1)] == 2
        """,
    "named tuples": """
        p = Pair(1, right=2)
        assert p == (1, 2) and p.left == 1 and p[1] == 2 and p._asdict() == {"left": 1, "right": 2} and len(p) == 2
        assert isinstance(p, Pair) and isinstance(p, tuple) and p._replace(left=5) == Pair(5, 2) and p._fields == ("left", "right")
        left, right = p
        assert (left, right) == p and Named(1).shout() == "B" and Named(1) == (1, "b") and hash(p) == hash((1, 2))
        """,
    "enumerations": """
        assert Color.RED == Color.RED and Color.RED is Color.RED and Color.RED != Color.BLUE and Color(2) is Color.BLUE
        assert Color["RED"].value == 1 and [c.name for c in Color] == ["RED", "BLUE"] and len(Color) == 2
        assert Level.HIGH == 5 and Level.HIGH > Level.LOW and Level.LOW.name == "LOW" and Level.LOW + 1 == 2
        assert {Color.RED: 1}[Color.RED] == 1 and isinstance(Color.RED, Color)
        """,
    "subclasses of plain types": """
        s = Stack()
        assert s == [] and not s
        s.push(1).push(2)
        assert s == [1, 2] and s[0] == 1 and len(s) == 2 and list(s) == [1, 2] and 2 in s and s + [3] == [1, 2, 3]
        assert isinstance(s, Stack) and isinstance(s, list) and s.pop() == 2 and s != [1, 2] and sorted(s) == [1]
        cache = Cache(a=1)
        assert cache == {"a": 1} and cache["b"] == "bb" and "a" in cache and cache.get("x") is None
        t = Text("ab")
        assert t == "ab" and t.shout() == "AB!" and t + "c" == "abc" and isinstance(t, str) and {t: 1}["ab"] == 1
        """,
    "exceptions": """
        import pytest
        with pytest.raises(ValueError) as caught:
            raising(ValueError, "a", 1)
        assert caught.value.args == ("a", 1)
        with pytest.raises(Problem, match="problem 3") as caught:
            trouble(3)
        assert caught.value.code == 3 and isinstance(caught.value, KeyError) and type(caught.value) is Worse
        with pytest.raises(ZeroDivisionError):
            apply(lambda: 1 / 0)
        try:
            raising(Problem, 5)
        except Worse:
            assert False
        except Problem as error:
            assert str(error) == "problem 5"
        with pytest.raises(SystemExit):
            raising(SystemExit, 3)
        with pytest.raises(AttributeError):
            Base(1).nothing
        with pytest.raises(RecursionError):
            raising(RecursionError)
        with pytest.raises(IndexError):
            cut([])[0]
        assert isinstance(same(Problem(4)), Problem) and isinstance(same(KeyError("x")), KeyError)
        """,
    "context managers": """
        log = []
        with opened(log) as got:
            assert got == ["in"]
        """,
    "coroutines": """
        import asyncio
        assert asyncio.run(slowly(1)) == 2
        async def both():
            return await asyncio.gather(slowly(1), slowly(2))
        assert asyncio.run(both()) == [2, 3]
        """,
    "what is printed": """
        import contextlib, io
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            assert greet("you") == "you"
        assert out.getvalue() == "hello you\\n"
        """,
    "constants and modules": """
        import solution, main
        assert LIMIT == 7 and solution.LIMIT == 7 and TABLE["a"] == [1, 2] and main.same(2) == 2
        assert not hasattr(solution, "missing")
        from solution import Base as Renamed
        assert Renamed(1).x == 1
        """,
    "slices and ellipses": """
        assert Base(1)[1:2] == (1, slice(1, 2)) and same(...) is ... and same(NotImplemented) is NotImplemented
        """,
    "classes and functions of Python": """
        assert same(int) is int and same(ValueError) is ValueError and apply(isinstance, 1, int)
        """,
    "copies": """
        import copy
        b = Base([1])
        c, d = copy.copy(b), copy.deepcopy(b)
        assert c == b and c is not b
        d.x = 5
        assert b.x == [1]
        """,
    "threads of the tests": """
        from concurrent.futures import ThreadPoolExecutor
        f = Fluent()
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(f.add, range(20)))
        assert sorted(f.parts) == list(range(20))
        """,
}


@pytest.mark.parametrize("tests", CROSSES.values(), ids=CROSSES)
def test_what_crosses(slot: Slot, tests: str) -> None:
    score = judge(slot, PROGRAM, f"from solution import *\n{dedent(tests)}")
    assert score.verdict is Verdict.CORRECT, score.steps


@pytest.mark.parametrize("tests", CROSSES.values(), ids=CROSSES)
def test_what_crosses_is_what_python_itself_would_do(slot: Slot, tests: str) -> None:
    score = judge(slot, PROGRAM, f"from solution import *\n{dedent(tests)}", isolation="same_process")
    assert score.verdict is Verdict.CORRECT, score.steps
    assert score.flags == ("forgeable",)


NUMPY = """
    import numpy as np
    def double(a): return a * 2
    def zero(a): a[0] = 0
    def mean(a): return np.mean(a)
    def kinds(): return np.arange(3, dtype=np.int8), np.array(["a"]), np.array([[True]]), np.float32(1.5)
    class Net:
        def __init__(self): self.w = np.ones((2, 2))
"""


def test_arrays_cross_with_their_types(slot: Slot) -> None:
    pytest.importorskip("numpy")
    tests = """
        import numpy as np
        from solution import *
        a = np.array([[1, 2], [3, 4]])
        assert (double(a) == [[2, 4], [6, 8]]).all() and double(a).dtype == a.dtype and double(a).shape == (2, 2)
        zero(a)
        assert a.tolist() == [[0, 0], [3, 4]]
        assert mean(np.array([1.0, 2.0])) == 1.5 and isinstance(mean(a), np.floating)
        b, c, d, e = kinds()
        assert b.dtype == np.int8 and c.tolist() == ["a"] and d.dtype == bool and e.dtype == np.float32
        np.testing.assert_allclose(Net().w, np.ones((2, 2)))
        assert np.array_equal(double(np.array([object, None], dtype=object)[1:] == None), np.array([2]))
        """
    score = judge(slot, NUMPY, tests)
    assert score.verdict is Verdict.CORRECT, score.steps


# ---------------------------------------------------------------------------------------------- whose fault it is

CANNOT = {
    "an object of a class of the tests": "class Mine:\n    pass\nsame(Mine())",
    "a class of the tests": "class Mine:\n    pass\nsame(Mine)",
    "a class derived from the program's": "class Mine(Base):\n    pass",
    "a mock": "from unittest.mock import Mock\nsame(Mock())",
    "a patch": "from unittest.mock import patch\nwith patch('solution.same'):\n    same(1)",
    "a patch of what Python has": "import unittest.mock\nwith unittest.mock.patch('time.sleep'):\n    same(1)",
    "a name set in the program's module": "import solution\nsolution.same = 3",
    "an exception of the tests' own in a callback": "class E(Exception):\n    pass\ndef f():\n    raise E\napply(f)",
    "a coroutine function": "async def f():\n    pass\nsame(f)",
    "a fixture nobody knows": "def test_x(mocker):\n    same(1)",
    "something of pytest's nobody knows": "import pytest\npytest.register_assert_rewrite('x')",
    "a pickle": "import pickle\npickle.dumps(Base(1))",
    "a package whose objects do not cross": "import msgspec\nassert same(1) == 1",
    "a file": "import io\nsame(io.StringIO())",
}


@pytest.mark.parametrize("tests", CANNOT.values(), ids=CANNOT)
def test_what_cannot_cross_is_a_bad_truth_that_names_it(slot: Slot, tests: str) -> None:
    with pytest.raises(TruthError, match="cannot be run beside the program"):
        judge(slot, PROGRAM, f"from solution import *\n{tests}")


BAD = {
    "never calls the program": "assert 1 + 1 == 2",
    "only imports it": "from solution import f",
    "fails before it calls it": "assert 1 == 2\nfrom solution import f\nassert f(1) == 1",
    "raises before it calls it": "raise KeyError('typo')",
    "hangs by itself": "while True:\n    pass",
    "sleeps by itself": "import time\ntime.sleep(60)",
    "leaves by itself": "import os\nos._exit(0)",
    "has no test": "def helper():\n    pass",
    "skips everything": "import pytest\n@pytest.mark.skip\ndef test_x():\n    assert False",
    "is wrong in one of its tests": "from solution import f\ndef test_a():\n    assert f(1) == 1\ndef test_b():\n    assert 1 == 2",
}


@pytest.mark.parametrize("tests", BAD.values(), ids=BAD)
def test_tests_that_are_wrong_by_themselves_are_a_bad_truth(slot: Slot, tests: str) -> None:
    with pytest.raises(TruthError):
        judge(slot, "def f(x): return x", tests, time_limit_s=0.5)


def test_a_setup_that_fails_by_itself_is_a_bad_truth(slot: Slot) -> None:
    truth = {"setup": "1 / 0", "unit_test": "from solution import f\nassert f(1) == 1"}
    with pytest.raises(TruthError, match="setup"):
        judged(slot, "def f(x): return x", truth)


def test_a_module_that_is_not_here_is_unavailable(slot: Slot) -> None:
    with pytest.raises(Unavailable, match="no_such_module_anywhere"):
        judge(slot, "def f(x): return x", "import no_such_module_anywhere\nfrom solution import f\nassert f(1) == 1")


FATES = {
    "another value": ("def f(x): return 0", "assert f(1) == 1", Verdict.INCORRECT),
    "a value of another kind": ("def f(x): return None", "assert f(1)[0] == 1", Verdict.INCORRECT),
    "an exception": ("def f(x): raise KeyError(x)", "assert f(1) == 1", Verdict.RUNTIME_ERROR),
    "no such name": ("def g(x): return x", "assert f(1) == 1", Verdict.RUNTIME_ERROR),
    "no such attribute": ("class f:\n    pass", "assert f().x == 1", Verdict.RUNTIME_ERROR),
    "too slow": ("def f(x):\n    while True: pass", "assert f(1) == 1", Verdict.TIME_LIMIT),
    "asleep": ("import time\ndef f(x): time.sleep(60)", "assert f(1) == 1", Verdict.TIME_LIMIT),
    "too much for the tests": ("def f(x): return 10 ** 9", "for n in range(f(1)):\n    pass", Verdict.TIME_LIMIT),
    "too large": ("def f(x): return len(bytearray(1 << 31))", "assert f(1) == 1", Verdict.MEMORY_LIMIT),
    "gone": ("import os\ndef f(x): os._exit(0)", "assert f(1) == 1", Verdict.RUNTIME_ERROR),
    "crashed": ("import ctypes\ndef f(x): ctypes.string_at(0)", "assert f(1) == 1", Verdict.RUNTIME_ERROR),
    "gone at once": ("def f(x): return x\nimport sys; sys.exit(0)", "assert f(1) == 1", Verdict.RUNTIME_ERROR),
    "no Python": ("def f(x: return x", "assert f(1) == 1", Verdict.COMPILE_ERROR),
}


@pytest.mark.parametrize(("completion", "test", "verdict"), FATES.values(), ids=FATES)
@pytest.mark.parametrize("isolation", ["two_programs", "same_process"])
def test_what_only_the_program_can_cause_is_its_fault(
    slot: Slot, completion: str, test: str, verdict: Verdict, isolation: str
) -> None:
    tests = f"from solution import f\ndef test_it():\n    {test.replace(chr(10), chr(10) + '    ')}\n"
    score = judge(slot, completion, tests, time_limit_s=0.5, isolation=isolation)
    if (isolation, test) == ("same_process", "assert f().x == 1"):  # nobody can tell whose object it was
        verdict = Verdict.INCORRECT
    assert (score.verdict, score.value) == (verdict, 0.0), score.steps


HOSTILE_ANSWERS = {
    "a coroutine, handed on": ("async def f(x): pass\ndef g(x): return x", "assert g(f(1)) == 1"),
    "a class that is not here, handed on": (
        "import types\nf = lambda x: type('X', (), {'__module__': 'numpy.nowhere'})\ndef g(x): return x",
        "assert g(f(1)) == 1",
    ),
    "nothing that can be read": (
        "import os, struct\nbody = b'\\0\\0\\0\\5t\\0\\0\\0\\0' + b'l\\0\\0\\0\\1t\\0\\0\\0\\1R'\n"
        "def f(x):\n    os.write(4, struct.pack('!I', len(body)) + body)\n    return x",
        "assert f(1) == 1",
    ),
    "many small values": ("def f(x): return (None,) * 1_200_000", "assert len(f(1)) == 1"),
    "many small values, again and again": (
        "def f(x): return (None,) * 100_000", "while True:\n    assert len(f(1)) == 100_000",
    ),
    "skipped": ("def f(x): return None", "import pytest\nif f(1) is None:\n    pytest.skip('nothing here')"),
}  # fmt: skip


@pytest.mark.parametrize(("completion", "test"), HOSTILE_ANSWERS.values(), ids=HOSTILE_ANSWERS)
def test_no_answer_of_the_programs_makes_it_unjudgeable(slot: Slot, completion: str, test: str) -> None:
    score = judge(
        slot, completion, f"from solution import *\ndef test_it():\n    {test.replace(chr(10), chr(10) + '    ')}\n"
    )
    assert score.value == 0.0, score.steps


NAMES_THAT_FIGHT = {
    "a value that is too large to be shown": "helper = 'x' * (9 << 20)",
    "a value that cannot be read": "helper = []\nfor _ in range(10**5):\n    helper = (helper,)",
    "a class that cannot be described": "class M(type):\n    def __getattribute__(cls, name): raise SystemExit\nclass helper(metaclass=M): pass",
    "an exit": "import sys\nclass M(type):\n    __mro__ = property(lambda cls: sys.exit(0))\nclass helper(metaclass=M): pass",
}


@pytest.mark.parametrize("names", NAMES_THAT_FIGHT.values(), ids=NAMES_THAT_FIGHT)
def test_a_name_that_cannot_be_looked_at_is_the_programs_fault(slot: Slot, names: str) -> None:
    tests = "def test_it():\n    assert helper(1) == 1 and f(1) == 1\n"
    assert judge(slot, f"{names}\ndef f(x): return x", tests).value == 0.0


def test_waiting_for_each_other_is_no_waiting(slot: Slot) -> None:
    completion = (
        "import time\ndef f(x):\n    end = time.process_time() + 0.6\n    while time.process_time() < end: pass"
    )
    suite = Suite(("import time\nfor n in range(3):\n    f(n)\n    time.sleep(0.3)",), names=("f",))
    outcome = slot.run_duet(Program("python", completion), suite, Limits(blocked_s=0.4))
    assert outcome.tests is not None
    assert (outcome.candidate.status, outcome.tests.status) == (Status.OK, Status.OK)
    assert plain.decode(outcome.reports[-1].body) == {"done": True}


@pytest.mark.parametrize("sleeper", ["tests", "program"])
def test_whoever_sleeps_has_a_limit(slot: Slot, sleeper: str) -> None:
    naps = {"tests": ("", "time.sleep(9)"), "program": ("time.sleep(9)", "")}[sleeper]
    suite = Suite((f"import time\nf()\n{naps[1]}",), names=("f",))
    outcome = slot.run_duet(
        Program("python", f"import time\ndef f():\n    {naps[0] or 'pass'}"), suite, Limits(blocked_s=0.3)
    )
    assert outcome.tests is not None
    ended = outcome.tests if sleeper == "tests" else outcome.candidate
    assert (ended.status, outcome.is_stuck) == (Status.WALL_TIME_EXCEEDED, sleeper == "program")


def test_each_test_has_a_cpu_limit_of_its_own(slot: Slot) -> None:
    completion = "import time\ndef f(x):\n    end = time.process_time() + x\n    while time.process_time() < end: pass\n    return x"
    tests = "from solution import f\n" + "".join(
        f"def test_{n}():\n    assert f({s}) == {s}\n" for n, s in enumerate((0.3, 0.3, 5))
    )
    score = judge(slot, completion, tests, time_limit_s=0.5, scoring="fraction")
    assert [test["verdict"] for test in score.evidence["tests"]] == ["correct", "correct", "time_limit"]
    assert 0.25 < score.evidence["tests"][0]["cpu_s"] < 0.45


# --------------------------------------------------------------------------------------------------- what is told


def test_each_test_is_told_by_name_and_where_the_program_ends_the_rest_goes_on(slot: Slot) -> None:
    completion = "import os\ndef f(x):\n    if x == 1: os._exit(0)\n    return x"
    tests = "from solution import f\n" + "".join(f"def test_{n}():\n    assert f({n}) == {n % 3}\n" for n in range(4))
    score = judge(slot, completion, tests, scoring="fraction")
    told = [(test["name"], test["verdict"]) for test in score.evidence["tests"]]
    assert told == [("test_0", "correct"), ("test_1", "runtime_error"), ("test_2", "correct"), ("test_3", "incorrect")]
    assert (score.value, score.evidence["passed"], score.evidence["total"]) == (0.5, 2, 4)


def test_without_partial_credit_the_first_failure_ends_it(slot: Slot) -> None:
    tests = "from solution import f\n" + "".join(f"def test_{n}():\n    assert f({n}) == 0\n" for n in range(4))
    score = judge(slot, "def f(x): return x", tests)
    assert [test["verdict"] for test in score.evidence["tests"]] == ["correct", "incorrect"]
    assert score.evidence["total"] == 4


def test_a_failed_assertion_is_told_with_its_line_and_both_sides(slot: Slot) -> None:
    tests = "from solution import f\n\ndef test_it():\n    assert f([1]) == [3]\n"
    (step,) = judge(slot, "def f(x): return x + [2]", tests).steps
    assert "line 4, assert f([1]) == [3]" in step
    assert "[1, 2] and [3]" in step


def test_an_exception_is_told_by_the_programs_own_frames(slot: Slot) -> None:
    (step,) = judge(
        slot, "def g(x):\n    raise KeyError(x)\n\ndef f(x):\n    return g(x)", "from solution import f\nf(3)"
    ).steps
    assert 'File "solution.py", line 2, in g' in step
    assert "zygote" not in step


def test_expected_values_are_no_evidence(slot: Slot) -> None:
    score = judge(slot, "def f(x): return 1", "from solution import f\nassert f(1) == 'secret'")
    assert "secret" not in str(score.evidence)


def test_assertions_that_are_code_are_told_one_by_one(slot: Slot) -> None:
    truth = {
        "asserts": ["xs = f(3)", "assert len(xs) == 3", "assert xs[0] == 1", "assert [x for x in xs] == [0, 1, 2]"]
    }
    score = judged(slot, "def f(n): return list(range(n))", truth, scoring="fraction")
    assert [test["verdict"] for test in score.evidence["tests"]] == ["correct", "correct", "incorrect", "correct"]
    assert score.value == 0.75


def test_groups_of_assertions_that_are_code_earn_their_points(slot: Slot) -> None:
    groups = [
        {"points": 1, "tests": [{"assert": "assert f(1) is not None"}]},
        {"points": 3, "tests": [{"assert": "assert f(2) is None"}]},
    ]
    assert judged(slot, "def f(n): return n", {"groups": groups}, scoring="groups").value == 0.25


# ------------------------------------------------------------------------------------------------------ names


@pytest.mark.parametrize(
    ("test", "names"),
    [
        ("v = Vector(1)\nassert v.x == 1", ("Vector",)),
        ("assert Vector(1) * 2 == Vector(2)", ("Vector",)),
        ("a, b = 1, 2\nv = Vector(1)\nw = Vector(2)\nassert v * 2 == w", ("Vector",)),
        ("self.assertEqual(Money(1) + 1, Money(2))", ("Money",)),
        ("assert isinstance(x, Vector) and Vector.zero()", ("Vector",)),
        ("v = Vector(1)\nassert (v * 2).x == 2", ("Vector",)),
        ("assert abs(Area(2) - 4) < 1e-6", ()),
        ("assert Area(2) == 4 and vector(1).x == 1 and Sum_Of(1).x == 1 and Solution().f(1) == 1", ()),
    ],
)
def test_a_class_is_what_tests_look_into_or_compare_with_its_like(test: str, names: tuple[str, ...]) -> None:
    assert class_names((Script(test, is_file=True),)) == names


def test_a_function_named_as_one_of_pythons_is_the_programs_where_it_is_the_entry(slot: Slot) -> None:
    truth = {
        "test": "def check(candidate):\n    for n in (1, 2):\n        assert candidate(n) == sum(n)",
        "entry_point": "sum",
    }
    assert judged(slot, "def sum(n): return n + 1", truth).verdict is Verdict.CORRECT


def test_a_function_named_as_one_of_pythons_is_the_programs_where_nothing_else_is_called(slot: Slot) -> None:
    truth = {"asserts": ["x = 3\nassert sum(x, 4) == 7\nassert sum(x, x) is not None"]}
    assert judged(slot, "def sum(a, b): return a + b", truth).verdict is Verdict.CORRECT


def test_the_block_that_defines_what_the_tests_import_is_judged(slot: Slot) -> None:
    completion = "```python\ndef f(x): return x\n```\nFor example:\n```python\nprint(f(1))\n```"
    assert judge(slot, completion, "from solution import f\nassert f(1) == 1").verdict is Verdict.CORRECT


def test_a_check_that_runs_itself_is_run_once(slot: Slot) -> None:
    tests = "calls = []\ndef check(candidate):\n    calls.append(1)\n    assert candidate(1) == 1 and len(calls) == 1\ncheck(f)\n"
    assert judged(slot, "def f(x): return x", {"test": tests, "entry_point": "f"}).verdict is Verdict.CORRECT


def test_two_classes_of_one_name_are_the_last(slot: Slot) -> None:
    completion = "class A:\n    x = 1\nclass A:\n    x = 2\n"
    assert judge(slot, completion, "from solution import A\nassert A().x == 2").verdict is Verdict.CORRECT
