"""Runs tests that are code, beside the program that they test, and reports each test to the service.

This process computes the verdict. The program runs in another one, whose objects are proxies here (see `proxies`), and
cannot touch it. What this process is told by the caller (the tests themselves) is trusted to say what is right, but not
to be harmless: it is confined like any judged program.

Reports, in this order: `{"collected": [names]}`, one `{"name": ..., "passed": ...}` a test, `{"done": True}`; or
`{"cannot": why}` where the tests need what does not cross, or `{"broken": {...}}` where they fail by themselves before
there is a test to run.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import importlib.util
import reprlib
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Protocol

from sandbox import plain
from sandbox.base import CANDIDATE_MODULES
from sandbox.plain import Reference
from sandbox.zygote import pytest_shim
from sandbox.zygote.calls import find_entry
from sandbox.zygote.crossing import CannotCross
from sandbox.zygote.proxies import FILE_NAMES, SETUP_FILE, TESTS_FILE, Missing, Session, fault_of, is_same, peer_of

MAX_TEXT = 1_000
NOTE, SAME = "@note", "@same"  # no names that a program could write
CANDIDATE, PROGRAM_FILE = "solution", "solution.py"
SHOWN = reprlib.Repr()
SHOWN.maxstring = SHOWN.maxother = 200
SHOWN.maxlist = SHOWN.maxtuple = SHOWN.maxdict = SHOWN.maxset = 12


@dataclass(frozen=True, slots=True)
class Order:
    """What to run. See `sandbox.base.Suite`; `candidate` is the program itself, where both share this process."""

    setup: str
    parts: Sequence[str]
    is_file: bool
    entry: str | None
    class_names: Sequence[str]
    names: Sequence[str]
    owned: Sequence[str]
    first: int
    stops: bool
    candidate: str | None

    @staticmethod
    def packed(**parts: Any) -> bytes:
        return plain.encode(parts)

    @staticmethod
    def unpacked(data: bytes) -> Order:
        return Order(**plain.decode(data))


class Tested(Protocol):
    """The program under test, as its runner sees it."""

    touches: int
    stays_failed: BaseException | None
    why_not: str

    def names(self, names: Sequence[str]) -> Sequence[tuple[str, Any]]: ...

    def find(self, name: str) -> Any: ...

    def begin(self, space: dict[str, Any]) -> None: ...

    def take_over(self, module: str, names: Sequence[str]) -> None: ...


class Beside:
    """A program in another process."""

    def __init__(self, session: Session) -> None:
        self._session = session

    touches = property(lambda self: self._session.touches)
    why_not = property(lambda self: self._session.why_not)

    @property
    def stays_failed(self) -> BaseException | None:
        return self._session.stays_failed

    @stays_failed.setter
    def stays_failed(self, error: BaseException | None) -> None:
        self._session.stays_failed = error

    def names(self, names: Sequence[str]) -> Sequence[tuple[str, Any]]:
        found: Sequence[tuple[str, Any]] = self._session.ask("names", tuple(names))
        self._note_data([value for _, value in found])
        return found

    def find(self, name: str) -> Any:
        found = self._session.ask("find", name)
        self._note_data([found])
        return found

    def begin(self, space: dict[str, Any]) -> None:
        """Let instances of what the setup defines cross by value."""
        self._session.shared = {name: value for name, value in space.items() if _is_record(value)}
        if self._session.shared:
            self._session.ask("share", tuple(self._session.shared))

    def take_over(self, module: str, names: Sequence[str]) -> None:
        """Let functions that look inside an object do so where the object is."""
        owner = importlib.import_module(module)
        for name in names:
            setattr(owner, name, _handing(self._session, f"{module}.{name}", getattr(owner, name)))

    def _note_data(self, values: Sequence[Any]) -> None:
        # A constant of the program's has been looked at once it is here.
        self._session.touches += any(peer_of(value) is None for value in values)


class Together:
    """A program in this very process, where nothing keeps it from forging what it likes."""

    def __init__(self, space: dict[str, Any]) -> None:
        self._space = space
        self.touches = 1
        self.stays_failed: BaseException | None = None
        self.why_not = ""

    def names(self, names: Sequence[str]) -> Sequence[tuple[str, Any]]:
        return [(name, self._space[name]) for name in names if name in self._space]

    def find(self, name: str) -> Any:
        found = self._space[name] if name in self._space else find_entry(self._space, name)
        if found is None:
            raise Missing(f"the completion defines no {name}")
        return found

    def begin(self, space: dict[str, Any]) -> None:
        """Nothing has to cross."""

    def take_over(self, module: str, names: Sequence[str]) -> None:
        """All objects are here."""


def _is_record(value: Any) -> bool:
    return type(value) is type and not issubclass(value, (BaseException, *plain.TYPES)) and value.__module__ == "tests"


def _handing(session: Session, dotted: str, ours: Callable[..., Any]) -> Callable[..., Any]:
    def act(target: Any, *args: Any, **kwargs: Any) -> Any:
        if peer_of(target) is None:
            return ours(target, *args, **kwargs)
        return session.ask("call", Reference("named", (dotted,)), (target, *args), tuple(kwargs.items()))

    return act


class CandidateModule(ModuleType):
    """The program as a module that tests import."""

    def __init__(self, name: str, tested: Tested, wanted: Sequence[str]) -> None:
        super().__init__(name)
        self.__dict__["_truegold"] = (tested, wanted)

    def __getattr__(self, name: str) -> Any:
        tested, wanted = self.__dict__["_truegold"]
        if name == "__all__":
            return [found for found, _ in tested.names(wanted)]
        if name.startswith("__") and name != "__doc__":
            raise AttributeError(name)
        value = tested.find(name)
        if peer_of(value) is not None:
            self.__dict__[name] = value
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("__"):
            raise CannotCross(f"the tests replace {name} in the completion's module")
        super().__setattr__(name, value)


# ------------------------------------------------------------------------------------------------------ the run


class Abandoned(BaseException):
    """No further test can be run; why has been reported."""


class Runner:
    """One order from its setup to its last test."""

    def __init__(self, order: Order, tested: Tested, report: Callable[[dict[str, Any]], None]) -> None:
        self._order, self._tested, self._report = order, tested, report
        self._module = ModuleType("tests")
        self._space = self._module.__dict__
        self._space |= {NOTE: self._note, SAME: is_same}
        self._values: list[Any] = []
        self._lines: list[str] = []
        self._free: list[str] = []
        self._touched_before = False
        sys.modules["tests"] = self._module
        self._text = "\n".join((order.setup, *order.parts))
        if "pytest" in self._text:
            pytest_shim.module()
        if order.is_file and "unittest" in self._text:
            unittest: Any = importlib.import_module("unittest")
            unittest.main = lambda *_, **__: None  # its tests are found and run by us
            unittest.TestCase.assertIs, unittest.TestCase.assertIsNot = _assert_same, _assert_not_same

    def run(self) -> None:
        with contextlib.suppress(Abandoned):
            self._run()

    def _run(self) -> None:
        parts = self._prepared()
        if self._order.is_file:
            self._run_file(*parts)
        else:
            self._collected([f"assertion {at}" for at in range(len(parts))])
            for at, part in enumerate(parts[self._order.first :], self._order.first):
                self._lines = self._order.parts[at].splitlines()
                self._attempt(f"assertion {at}", lambda part=part: exec(part, self._space))  # type: ignore[misc]  # bound now
        self._report({"done": True})

    def _prepared(self) -> list[Any]:
        """Run the setup, give the tests their names, and compile them."""
        self._lines = self._order.setup.splitlines()
        with self._breaking():
            exec(compile(self._order.setup, SETUP_FILE, "exec", dont_inherit=True), self._space)
            self._tested.begin(self._space)
            if "dataclasses" in self._text:
                self._tested.take_over("dataclasses", ("asdict", "astuple", "fields", "replace"))
            self._free = self._free_names()
            for name in CANDIDATE_MODULES if "import" in self._text else ():
                sys.modules[name] = CandidateModule(name, self._tested, self._free)
            self._space.update(self._tested.names(self._free))
            if "mock" in self._text:
                _refuse_patches(self._order.parts)
            _refuse_packages(self._order.parts, [self._space.get(name) for name in self._order.names])
            return [_compiled(part) for part in self._order.parts]
        raise AssertionError("unreachable")

    @contextlib.contextmanager
    def _breaking(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:  # the caller's setup may raise anything
            self._give_up(error)
            self._report({"broken": self._failure(error)})
            raise Abandoned from error

    def _free_names(self) -> list[str]:
        """The names that the tests use and nobody but the program defines.

        A name of Python's own never comes from the program, unless it is what is tested.
        """
        free = [name for name in self._order.names if name not in self._space]
        return [name for name in free if name in self._order.owned or not hasattr(builtins, name)]

    def _run_file(self, part: Any) -> None:
        self._lines = self._order.parts[0].splitlines()
        try:
            exec(part, self._space)
        except BaseException as error:  # noqa: BLE001  # the caller's tests may raise anything, and so may the program
            if not isinstance(error, SystemExit) or fault_of(error) is not None:
                self._end_as_one(error)
        self._touched_before = self._tested.touches > 0
        tests = self._discovered()
        if not tests:
            self._end_as_one(None)
        self._collected([name for name, _ in tests])
        for name, run in tests[self._order.first :]:
            self._attempt(name, run)

    def _end_as_one(self, error: BaseException | None) -> None:
        """The file is itself the only test, or failed before its tests could be found."""
        self._collected(["the test program"])
        self._tell("the test program", error, self._tested.touches > 0)
        self._report({"done": True})
        raise Abandoned

    def _discovered(self) -> list[tuple[str, Callable[[], None]]]:
        check = self._space.get("check")
        if self._order.entry and callable(check) and not _runs_check(self._order.parts[0]):
            return [("check", lambda: check(self._tested.find(str(self._order.entry))))]
        with self._breaking():
            cases = _unittest_cases(self._module)
            collector = pytest_shim.Collector(self._module)
            return [*cases, *((test.name, test.run) for test in collector.tests())]

    # ------------------------------------------------------------------------------------------------ one test

    def _attempt(self, name: str, run: Callable[[], None]) -> None:
        before, error = self._tested.touches, None
        self._values = []
        try:
            run()
        except BaseException as raised:  # noqa: BLE001  # the caller's tests may raise anything, and so may the program
            error = raised
        # Single assertions share what they assign.
        touched = self._tested.touches > (before if self._order.is_file else 0)
        self._tell(name, error, self._touched_before or touched)

    def _tell(self, name: str, error: BaseException | None, is_touched: bool) -> None:
        error = self._tested.stays_failed or error
        self._tested.stays_failed = None
        self._give_up(error)
        if error is None:
            self._report({"name": name, "passed": True, "touched": is_touched})
        elif _is_skip(error) and not is_touched:  # a check that the program can have skipped is not skipped
            self._report({"name": name, "skipped": True})
        else:
            self._report({"name": name, "passed": False, "touched": is_touched, **self._failure(error)})
            if self._order.stops:
                self._report({"done": True})
                raise Abandoned

    def _give_up(self, error: BaseException | None) -> None:
        """Stop where the reason is that something cannot be carried."""
        why = self._tested.why_not
        if isinstance(error, CannotCross | pytest_shim.Unknown):
            why = why or str(error)
        if why:
            self._report({"cannot": why})
            raise Abandoned

    def _collected(self, names: Sequence[str]) -> None:
        self._report({"collected": list(names)})

    def _note(self, at: int, value: Any) -> Any:
        """Keep the two sides of the assertion that is being made."""
        if at == 0:
            self._values = []
        self._values.append(value)
        return value

    def _failure(self, error: BaseException) -> dict[str, Any]:
        fault = fault_of(error)
        line = _line_of(error)
        own_assertion = _kind(error) == "assertion"
        return {
            "kind": "missing" if type(error) is NameError and error.name in self._free else _kind(error),
            "exception": type(error).__name__,
            "message": _text(error),
            "module": str(error.name or "") if isinstance(error, ImportError) else "",
            "line": line,
            "source": self._lines[line - 1].strip()[:MAX_TEXT] if 0 < line <= len(self._lines) else "",
            "values": [_shown(value) for value in self._values] if own_assertion else [],
            "trace": fault.trace if fault else "",
        }


def _kind(error: BaseException) -> str:
    """Who is behind a failure: `missing`, `candidate`, `assertion`, `module` or `tests`."""
    if isinstance(error, Missing) or (isinstance(error, ImportError) and error.name in CANDIDATE_MODULES):
        return "missing"
    if fault_of(error) is not None or _passed_through(error, PROGRAM_FILE):
        return "candidate"
    if isinstance(error, AssertionError):
        return "assertion"
    return "module" if isinstance(error, ModuleNotFoundError) else "tests"


def _passed_through(error: BaseException, file: str) -> bool:
    return any(frame.f_code.co_filename == file for frame, _ in traceback.walk_tb(error.__traceback__))


def _is_skip(error: BaseException) -> bool:
    if isinstance(error, pytest_shim.Skipped | pytest_shim.XFailed):
        return True
    unittest = sys.modules.get("unittest")
    return unittest is not None and isinstance(error, unittest.SkipTest)


def _text(error: BaseException) -> str:
    try:
        return str(error)[:MAX_TEXT]
    except Exception:  # noqa: BLE001  # a __str__ of the caller's, or one that asks the program
        return ""


def _shown(value: Any) -> str:
    peer = peer_of(value)
    if peer is not None:
        return f"<{type(value).__name__} of the completion's>"
    try:
        return SHOWN.repr(value)[:MAX_TEXT]
    except Exception:  # noqa: BLE001  # a __repr__ of the caller's, or one that asks the program
        return "?"


def _line_of(error: BaseException) -> int:
    """The line of the tests in which it happened: the last one on the way there."""
    frames = traceback.walk_tb(error.__traceback__)
    lines = [line for frame, line in frames if frame.f_code.co_filename in FILE_NAMES]
    return lines[-1] if lines else 0


# -------------------------------------------------------------------------------------------- reading the tests


class _Rewriting(ast.NodeTransformer):
    """Keeps both sides of an assertion that compares, so that a failure can show them; and asks `is_same` for `is`."""

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        (op, *more), right = node.ops, node.comparators[0]
        if more or not isinstance(op, ast.Is | ast.IsNot) or isinstance(right, ast.Constant):
            return node
        same: ast.expr = ast.Call(ast.Name(SAME, ast.Load()), [node.left, right], [])
        if isinstance(op, ast.IsNot):
            same = ast.UnaryOp(ast.Not(), same)
        return ast.fix_missing_locations(ast.copy_location(same, node))

    def visit_Assert(self, node: ast.Assert) -> ast.Assert:  # the name that ast looks for
        if isinstance(node.test, ast.Compare) and len(node.test.ops) == 1:
            node.test.left = _noted(0, node.test.left)
            node.test.comparators = [_noted(1, node.test.comparators[0])]
        self.generic_visit(node)
        return node


def _noted(at: int, value: ast.expr) -> ast.expr:
    call = ast.Call(ast.Name(NOTE, ast.Load()), [ast.Constant(at), value], [])
    return ast.fix_missing_locations(ast.copy_location(call, value))


def _compiled(part: str) -> Any:
    return compile(_Rewriting().visit(ast.parse(part, TESTS_FILE)), TESTS_FILE, "exec", dont_inherit=True)


def _runs_check(part: str) -> bool:
    called = [node.value for node in ast.parse(part).body if isinstance(node, ast.Expr)]
    return any(isinstance(node, ast.Call) and getattr(node.func, "id", "") == "check" for node in called)


def _refuse_packages(parts: Sequence[str], used: Sequence[Any]) -> None:
    """Refuse tests that use packages whose objects do not cross, and so would look like the program's fault."""
    names = [_root(value) for value in used]
    for part in parts:
        if "import" in part:
            names += _imported_roots(ast.parse(part))
    known = {*sys.stdlib_module_names, *CANDIDATE_MODULES, "numpy", "pytest", "tests", "builtins", ""}
    for name in names:
        if name not in known and importlib.util.find_spec(name) is not None:
            raise CannotCross(f"objects of the package {name}")


def _root(value: Any) -> str:
    name = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", "")
    return name.partition(".")[0] if isinstance(name, str) else ""


def _imported_roots(tree: ast.AST) -> list[str]:
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name.partition(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.append((node.module or "").partition(".")[0])
    return found


def _refuse_patches(parts: Sequence[str]) -> None:
    for part in parts:
        for node in ast.walk(ast.parse(part)):
            if isinstance(node, ast.ImportFrom) and node.module == "unittest.mock":
                names = {alias.name for alias in node.names}
            elif isinstance(node, ast.Attribute):
                names = {node.attr} if getattr(node.value, "id", getattr(node.value, "attr", "")) == "mock" else set()
            else:
                continue
            if names & {"patch", "create_autospec"}:
                raise CannotCross("unittest.mock.patch, which does not reach into the completion's process")


# ----------------------------------------------------------------------------------------------------- unittest


def _assert_same(case: Any, first: Any, second: Any, msg: Any = None) -> None:
    if not is_same(first, second):
        case.fail(msg or f"{_shown(first)} is not {_shown(second)}")


def _assert_not_same(case: Any, first: Any, second: Any, msg: Any = None) -> None:
    if is_same(first, second):
        case.fail(msg or f"unexpectedly identical: {_shown(first)}")


def _unittest_cases(module: ModuleType) -> list[tuple[str, Callable[[], None]]]:
    unittest = importlib.import_module("unittest")
    found: list[tuple[str, Callable[[], None]]] = []
    for case in _flat(unittest.defaultTestLoader.loadTestsFromModule(module)):
        found.append((".".join(case.id().split(".")[-2:]), _Case(case, unittest).run))
    return found


def _flat(suite: Any) -> Iterator[Any]:
    for each in suite:
        if hasattr(each, "__iter__"):
            yield from _flat(each)
        else:
            yield each


@dataclass(frozen=True, slots=True)
class _Case:
    """One test method of a TestCase, with the fixtures of its class and module around it; what it raises comes out."""

    case: Any
    unittest: Any

    def run(self) -> None:
        result = _result(self.unittest)
        self.unittest.TestSuite([self.case]).run(result)
        if result.caught:
            raise result.caught[0]


def _result(unittest: Any) -> Any:
    class Result(unittest.TestResult):  # type: ignore[misc]  # unittest is imported only where tests use it
        def __init__(self) -> None:
            super().__init__()
            self.caught: list[BaseException] = []

        def addError(self, test: Any, err: Any) -> None:  # noqa: N802, ARG002  # unittest's own name
            self.caught.append(err[1])

        addFailure = addError  # noqa: N815  # as above

        def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:  # noqa: N802, ARG002  # as above
            if err is not None:
                self.caught.append(err[1])

        def addSkip(self, test: Any, reason: str) -> None:  # noqa: N802, ARG002  # as above
            self.caught.append(unittest.SkipTest(reason))

        def addUnexpectedSuccess(self, test: Any) -> None:  # noqa: N802, ARG002  # as above
            self.caught.append(AssertionError("unexpected success"))

    return Result()


def run_tests(data: bytes, read: Callable[[], bytes | None], write: Callable[[bytes, bytes], None]) -> None:
    """Run an order; `write` takes what a frame is, and its body."""
    order = Order.unpacked(data)

    def report(record: dict[str, Any]) -> None:
        write(b"R", plain.encode(record))

    if order.candidate is not None:
        _run_together(order, report)
        return
    session = Session(read, lambda body: write(b"Q", body))
    session.class_names = frozenset(order.class_names)
    Runner(order, Beside(session), report).run()


def _run_together(order: Order, report: Callable[[dict[str, Any]], None]) -> None:
    module = ModuleType(CANDIDATE)
    sys.modules[CANDIDATE] = module
    try:
        exec(compile(order.candidate or "", PROGRAM_FILE, "exec", dont_inherit=True), module.__dict__)
    except BaseException as error:  # noqa: BLE001  # judged code may raise anything
        report({"unloaded": type(error).__name__, "message": _text(error)})
        return
    Runner(order, Together(module.__dict__), report).run()
