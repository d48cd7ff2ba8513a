"""What crosses between a program and the tests beside it: the same objects again, and nothing that bytes alone can do."""

from __future__ import annotations

import collections
import random
from types import ModuleType
from typing import Any

import pytest

from sandbox import plain
from sandbox.relay import rewritten
from sandbox.zygote.crossing import CannotCross, Packing, Unpacking, joined, parted
from sandbox.zygote.objects import Objects
from sandbox.zygote.proxies import Session, fault_of, is_on_purpose, peer_of

PROGRAM = """
import collections, enum
class Point:
    def __init__(self, x): self.x = x
    def __len__(self): return self.x
class Problem(Exception): pass
class Items(list): pass
class Level(enum.IntEnum):
    LOW = 1
Pair = collections.namedtuple("Pair", "left right")
values = [[1, [2.5, "a"], {"k": (None, True)}], Point(3), Problem("x", 1), Items([1]), Level.LOW, Pair(1, []), Point,
          print, iter([1]), {1: {2}}, collections.Counter("aab"), slice(1), int, KeyError("k"), lambda: 1]
def give(n): return values[n]
def fail(n): raise values[n] if isinstance(values[n], Exception) else Problem(values[n])
def change(items): items.append(items[0]); return items
def back(call, n): return call(n)
"""


class Pair:
    """Both sides in one process; what the program answers may be changed on its way."""

    def __init__(self) -> None:
        program = ModuleType("solution")
        exec(PROGRAM, program.__dict__)
        self.inbox: list[bytes] = []
        self.spoil = lambda frame: frame
        objects = Objects(program, self.inbox.pop, lambda frame: None)

        def write(frame: bytes) -> None:
            request = Unpacking(objects)
            self.inbox.append(objects._answer(request, request.unpacked(parted(frame)[1])))

        def read() -> bytes:
            return self.spoil(self.inbox.pop())

        self.session = Session(read, write)
        self.found: dict[str, Any] = {}
        for name in ("give", "fail", "change"):
            self.found[name] = self.session.ask("find", name)


def test_a_message_holds_the_same_object_twice_and_inside_itself() -> None:
    side = Session(lambda: None, lambda _: None)
    inner: list[Any] = [1]
    inner.append(inner)
    queue = collections.deque([inner, inner], maxlen=5)
    packed = Packing(side).packed(("value", (queue, {"inner": inner})))
    _, (out, named) = Unpacking(side).unpacked(packed)
    assert out[0] is out[1] is named["inner"] is out[0][1]
    assert (type(out), out.maxlen) == (collections.deque, 5)


def test_an_argument_that_comes_back_is_the_argument() -> None:
    items: list[Any] = [[1]]
    pair = Pair()
    assert pair.found["change"](items) is items
    assert items == [[1], [1]]
    assert items[0] is items[1]


def test_two_sights_of_an_object_are_one_proxy() -> None:
    give = Pair().found["give"]
    assert give(1) is give(1)
    assert type(give(1)) is give(6)


@pytest.mark.parametrize("number", range(15))
def test_every_value_of_the_program_passes_the_relay_unchanged(number: int) -> None:
    pair = Pair()
    pair.spoil = lambda frame: rewritten(frame, plain.Budget(10_000))[1]
    value = pair.found["give"](number)
    assert type(value).__name__ == type(Pair().found["give"](number)).__name__


def test_no_answer_can_do_more_than_fail() -> None:
    chance = random.Random(7)
    outcomes: collections.Counter[str] = collections.Counter()
    for _ in range(1_500):
        pair = Pair()
        pair.spoil = lambda frame: _spoiled(frame, chance)
        outcomes[_outcome_of(pair, chance)] += 1
        assert not pair.session.why_not
    assert outcomes["unblamed"] == 0
    assert min(outcomes["value"], outcomes["blamed"]) > 100


def _spoiled(frame: bytes, chance: random.Random) -> bytes:
    changed = bytearray(frame)
    for _ in range(chance.choice((0, 1, 1, 2, 5))):
        changed[chance.randrange(len(changed))] = chance.choice((0, 1, 255, chance.randrange(256), ord("R"), ord("t")))
    return bytes(changed[: chance.randrange(len(changed))] if chance.random() < 0.1 else changed)


def _outcome_of(pair: Pair, chance: random.Random) -> str:
    try:
        pair.found[chance.choice(("give", "fail"))](chance.randrange(15))
    except BaseException as error:  # noqa: BLE001  # the claim is about whatever comes
        return "blamed" if fault_of(error) is not None else "unblamed"
    return "value"


@pytest.mark.parametrize(
    "message",
    [
        ("value", plain.Reference("named", ("os.system",)), (), ""),
        ("value", plain.Reference("named", ("builtins.eval",)), (), ""),
        ("value", plain.Reference("named", ("unittest.case.SkipTest",)), (), ""),
        ("value", plain.Reference("named", ("builtins.type",)), (), ""),
        ("value", plain.Reference("theirs", (0,)), (), ""),
        ("value", plain.Reference("held", (0, "object", "Session")), (), ""),
        ("value", plain.Reference("held", (0, "ndarray", "O8", (1 << 40,))), (), ""),
        ("value", plain.Reference("valued", (0, 0, "int", "no int", ())), (), ""),
        ("value", 1, ((0, (2,)),), ""),
        ("value", 1, (), b"no text"),
        ("raised", 1, "", (), ""),
        ("callback", 0, (), (), (), ""),
        ("step", 5, (), ""),
        ("get", 0, "__globals__", (), ""),
        ("set", 0),
        ("value",),
    ],
)
def test_what_may_not_be_said_is_the_programs_fault(message: tuple[Any, ...]) -> None:
    pair = Pair()
    pair.spoil = lambda _: joined(plain.encode(()), plain.encode([message]))
    with pytest.raises(BaseException) as caught:  # noqa: PT011  # which one does not matter
        pair.found["give"](1)
    assert fault_of(caught.value) is not None


def test_a_class_that_claims_to_be_pythons_own_is_a_stranger_of_that_name() -> None:
    pair = Pair()
    pair.spoil = lambda frame: frame.replace(b"Problem", b"KeyError"[:7])
    with pytest.raises(Exception, match="x") as caught:
        pair.found["fail"](2)
    assert type(caught.value).__module__ == "solution"


def test_only_a_raise_statement_of_the_tests_is_on_purpose() -> None:
    def error_of(source: str) -> BaseException:
        try:
            exec(compile(source, "tests.py", "exec"), {})
        except (ValueError, AssertionError) as error:
            return error
        raise AssertionError

    assert is_on_purpose(error_of("raise ValueError('x')"))
    assert not is_on_purpose(error_of("int('x')"))
    assert not is_on_purpose(error_of("assert False"))
    assert not is_on_purpose(ValueError())


def test_an_object_that_is_neither_data_nor_function_cannot_be_handed_over() -> None:
    class Mine:
        pass

    pair = Pair()
    with pytest.raises(CannotCross, match="Mine"):
        pair.found["give"](Mine())
    assert "Mine" in pair.session.why_not


def test_plain_values_have_no_peer() -> None:
    assert [peer_of(value) for value in (1, "a", [], int, type, print)] == [None] * 6


@pytest.mark.parametrize("frame", [b"", b"\0\0", b"\0\0\0\0", b"\xff" * 9, joined(plain.encode(()), plain.encode([3]))])
def test_the_relay_passes_nothing_but_messages(frame: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        rewritten(frame, plain.Budget(100))


def test_the_relay_passes_no_handles_and_no_more_values_than_are_left() -> None:
    handle = joined(plain.encode(()), plain.encode([("value", plain.Handle("X"))]))
    with pytest.raises(ValueError, match="handle"):
        rewritten(handle, plain.Budget(100))
    budget = plain.Budget(10)
    with pytest.raises(ValueError, match="too many"):
        rewritten(joined(plain.encode(()), plain.encode([("value", (None,) * 20)])), budget)
    assert budget.values < 0
