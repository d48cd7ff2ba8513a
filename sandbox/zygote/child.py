"""Runs one program in a freshly forked child of the warm interpreter: confines the child, then becomes the program.

All that stands in this process once the program runs may be read and changed by it. So nothing secret is ever here: no
expected output, no neighbour's program, no way back to the service but descriptors that carry claims.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import gc
import io
import linecache
import os
import random
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from types import CodeType, ModuleType, TracebackType
from typing import TextIO

from sandbox.zygote.calls import answer_calls
from sandbox.zygote.confine import confine, prepare_zygote
from sandbox.zygote.order import COMPILE_ERROR, FATE, LOADED, OUT_OF_MEMORY, READY, SOURCE, STDERR, STDIN, STDOUT, Order

FILE_NAME = "solution.py"
OURS = "sandbox"
LENGTH = struct.Struct("!I")
NUMBERED = struct.Struct("!II")  # see sandbox/conversation.py
FATE_FD, CHANNEL_FD, FIRST_SPARE_FD = 3, 4, 5
ABOVE_ALL_FD = 40  # descriptors are moved up here first, so that none is overwritten before it is moved down
BUFFER_BYTES = 64 * 1024
SEED = 0


Converse = Callable[[ModuleType], None]  # speaks with the service about the program that is loaded


def prepare(rehearse_more: Callable[[], None] | None = None) -> None:
    """Harden the warm interpreter, and let what is ours vanish, so that a program may have modules of the same names.

    Nothing may be imported from here on but by the program. Functions keep the globals of a module that is gone.
    """
    from sandbox.zygote import rehearsal  # which rehearses this module

    prepare_zygote()
    if rehearse_more is not None:
        rehearse_more()
    gc.collect()
    gc.freeze()
    rehearsal.rehearse()  # last, and with little to collect: the usual run finds memory as it left it
    atexit._clear()
    root = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
    sys.path[:] = [entry for entry in sys.path if entry != root]
    for name in [name for name in sys.modules if name.partition(".")[0] == OURS]:
        del sys.modules[name]
    _open_streams()
    _seed()


def main(header: bytes, descriptors: list[int]) -> None:
    """Run the program whose source waits behind a descriptor, and end the process as Python would. Never returns."""
    become(lambda source, order: run(source, order, answer), header, descriptors)


def become(run: Callable[[bytes, Order], int], header: bytes, descriptors: list[int]) -> None:
    """Confine this process, hand the source to `run`, and end with the code that it returns. Never returns."""
    order = Order.unpacked(header)
    source_fd, ruleset = _arrange(order, descriptors)
    confine(order, ruleset)
    os.write(FATE_FD, READY + time.process_time_ns().to_bytes(8, "big"))
    code = 1
    try:
        code = run(_read_all(source_fd), order)
    finally:
        os._exit(code)


def _arrange(order: Order, descriptors: list[int]) -> tuple[int, int | None]:
    """Put the standard streams, FATE and the channel where they belong; return where source and ruleset are."""
    high = [fcntl.fcntl(descriptor, fcntl.F_DUPFD, ABOVE_ALL_FD) for descriptor in descriptors]
    os.closerange(0, ABOVE_ALL_FD)
    for place, descriptor in enumerate((high[STDIN], high[STDOUT], high[STDERR], high[FATE])):
        os.dup2(descriptor, place)
    if order.has_channel:
        os.dup2(high[-1], CHANNEL_FD, inheritable=False)
    source = os.dup2(high[SOURCE], FIRST_SPARE_FD)
    ruleset = os.dup2(high[FATE + 1], FIRST_SPARE_FD + 1) if order.has_ruleset else None
    os.closerange(FIRST_SPARE_FD + 2, ABOVE_ALL_FD + len(high))
    return source, ruleset


def _read_all(descriptor: int) -> bytes:
    with io.FileIO(descriptor) as file:
        return file.readall()


def run(source: bytes, order: Order, converse: Converse) -> int:
    """Run the program, and `converse` where there is a channel; return the code that Python would exit with."""
    module = _module("solution" if order.has_channel else "__main__", order.arguments)
    collections = _collections()
    try:
        code = _compiled(source)
        if code is None:
            return 1
        exec(code, module.__dict__)  # running a stranger's program is what this process is for
        if order.has_channel:
            converse(module)
        return _finish(module, 0, collections)
    except BaseException as error:  # noqa: BLE001  # whatever the program raised ends it, as it would end Python
        return _finish(module, _exit_code(error), collections)


def _module(name: str, arguments: Sequence[str] = ()) -> ModuleType:
    """A fresh module for the program."""
    module = ModuleType(name)
    module.__dict__.update({"__builtins__": __builtins__, "__file__": FILE_NAME})
    sys.modules["__main__"] = sys.modules[name] = module
    sys.argv[:] = [FILE_NAME, *arguments]
    sys.orig_argv[:] = ["python3", FILE_NAME, *arguments]
    return module


def _open_streams() -> None:
    """Fresh standard streams, unused as yet. They remember whether their descriptor could seek: output never can."""
    for descriptor, far_end in zip((1, 2), os.pipe(), strict=True):
        os.dup2(far_end, descriptor)
        os.close(far_end)
    readable = io.BufferedReader(io.FileIO(0, "r", closefd=False), BUFFER_BYTES)
    sys.stdin = sys.__stdin__ = io.TextIOWrapper(readable, "utf-8", "surrogateescape")  # type: ignore[misc]  # ours to set
    sys.stdout = sys.__stdout__ = _writer(1, "surrogateescape")  # type: ignore[misc]  # as above
    sys.stderr = sys.__stderr__ = _writer(2, "backslashreplace")  # type: ignore[misc]  # as above


def _writer(descriptor: int, errors: str) -> io.TextIOWrapper:
    buffered = io.BufferedWriter(io.FileIO(descriptor, "w", closefd=False), BUFFER_BYTES)
    return io.TextIOWrapper(buffered, "utf-8", errors, line_buffering=descriptor == 2)


def _seed() -> None:
    """One program, one verdict: all children begin with the state that they inherit, and draw the same numbers."""
    random.seed(SEED)
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed(SEED)


def _compiled(source: bytes) -> CodeType | None:
    text = source.decode("utf-8", "surrogateescape")
    linecache.cache[FILE_NAME] = (len(text), None, text.splitlines(keepends=True), FILE_NAME)  # for tracebacks
    try:
        return compile(source, FILE_NAME, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, OverflowError, MemoryError) as error:
        say(COMPILE_ERROR)
        traceback.print_exception(type(error), error, None)
        return None


def answer(module: ModuleType) -> None:
    """Answer calls of the program's functions until the service has no more of them."""
    stdout = sys.stdout
    turn = 0

    def read_request() -> bytes | None:
        nonlocal turn
        head = _read_exactly(CHANNEL_FD, NUMBERED.size)
        if head is None:
            return None
        size, turn = NUMBERED.unpack(head)
        return _read_exactly(CHANNEL_FD, size)

    def write_reply(body: bytes) -> None:
        with contextlib.suppress(OSError, ValueError):  # the program may have closed it
            stdout.flush()
        _write_all(CHANNEL_FD, NUMBERED.pack(len(body), turn) + body)

    say(LOADED)
    answer_calls(module.__dict__, read_request, write_reply)


def write_frame(body: bytes) -> None:
    _write_all(CHANNEL_FD, LENGTH.pack(len(body)) + body)


def read_frame() -> bytes | None:
    head = _read_exactly(CHANNEL_FD, LENGTH.size)
    return None if head is None else _read_exactly(CHANNEL_FD, LENGTH.unpack(head)[0])


def _read_exactly(descriptor: int, size: int) -> bytes | None:
    body = bytearray()
    while len(body) < size:
        piece = os.read(descriptor, size - len(body))
        if not piece:
            return None
        body += piece
    return bytes(body)


def _write_all(descriptor: int, body: bytes) -> None:
    rest = memoryview(body)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _exit_code(error: BaseException) -> int:
    """The code that Python would exit with; prints what Python would print."""
    if isinstance(error, SystemExit):
        return _exit_code_of(error.code)
    if isinstance(error, MemoryError):
        say(OUT_OF_MEMORY)
    _print_uncaught(error)
    return 1


def _exit_code_of(code: object) -> int:
    if code is None:
        return 0
    if isinstance(code, int):
        return int.__and__(code, 0xFF)  # a subclass may have its own idea of &
    _quietly(lambda: print(code, file=sys.stderr))
    return 1


def _print_uncaught(error: BaseException) -> None:
    frames = _without_ours(error.__traceback__)
    hook = sys.excepthook
    if hook is sys.__excepthook__:
        hook = traceback.print_exception  # the built-in one looks for the source in a file
    _quietly(lambda: hook(type(error), error, frames))


def _without_ours(frames: TracebackType | None) -> TracebackType | None:
    while frames is not None and frames.tb_frame.f_code.co_filename == __file__:
        frames = frames.tb_next
    return frames


def _collections() -> int:
    return sum(generation["collections"] for generation in gc.get_stats())


def _finish(module: ModuleType, code: int, collections: int) -> int:
    """What Python does at its end: wait for threads, run what was registered, let go of globals, flush."""
    if threading.active_count() > 1:
        _quietly(threading._shutdown)  # type: ignore[attr-defined]  # the interpreter's own last step, public nowhere
    if atexit._ncallbacks():
        _quietly(atexit._run_exitfuncs)
    _quietly(module.__dict__.clear)  # files in globals are flushed as they go
    # All that is new is in the youngest generation, unless there has been a collection. A full one would also go
    # through the interpreter's own lists of free memory, sixty pages of it.
    _quietly(gc.collect if _collections() != collections else lambda: gc.collect(0))
    flushed = [_flush(stream) for stream in (sys.stdout, sys.__stdout__, sys.stderr)]
    return code if code or all(flushed) else 120  # Python's own code for output that could not be written


def _flush(stream: TextIO | None) -> bool:
    """Whether all that was printed is out; a stream that the program closed or removed has nothing to lose."""
    if stream is None or getattr(stream, "closed", False):
        return True
    return _quietly(stream.flush)


def _quietly(step: Callable[[], object]) -> bool:
    try:
        step()
    except BaseException as error:  # noqa: BLE001  # hostile code runs in these steps; the process is ending anyway
        if isinstance(error, MemoryError):
            say(OUT_OF_MEMORY)
        return False
    return True


def say(fate: bytes) -> None:
    """Tell the service something on FATE, if anybody listens."""
    with contextlib.suppress(OSError):
        os.write(FATE_FD, fate)
