"""Builds and runs programs that are not Python, in a slot: each is executed by a confined child of a warm launcher.

A compiler is run as a stranger's program is: it reads what a stranger wrote. It may start processes, reads the system's
headers and libraries, and writes its working folder alone.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from sandbox import classes
from sandbox.base import Limits, Outcome, Program, RunAborted, SandboxError, Status
from sandbox.builds import Builds, Built, Executable, key_of
from sandbox.forkserver import ForkServer
from sandbox.headers import Headers, header_command
from sandbox.isolation import landlock, rlimits
from sandbox.isolation.filters import PROFILES
from sandbox.isolation.layers import LANDLOCK, WRITABLE, Layers, readable_paths
from sandbox.languages import Language, Product
from sandbox.meter import kills_for_memory
from sandbox.recall import Recall
from sandbox.toolchains import PATH, Toolchain, Toolchains
from sandbox.watch import MULTIPLYING_TICK_S, TICK_S, NotStarted, Run, Watch
from sandbox.wires import Wires
from sandbox.zygote.launch import Launch
from sandbox.zygote.order import Order

COMPILING = Limits(
    cpu_s=15.0,
    blocked_s=20.0,
    memory_bytes=1536 * 2**20,
    output_bytes=64 * 2**10,
    scratch_bytes=512 * 2**20,
    open_files=256,
    threads=128,
)
SAYING_HELLO = Limits(cpu_s=10.0, blocked_s=10.0)
PRECOMPILING_S = 120.0
# Of programs that start others: who counts them must have a core before they do. Ten of these wait for one core as long
# as one of another kind, which the wall limit bears.
NICENESS = 10
# What is precompiled is larger, and comes of no stranger.
MAX_PRODUCT_BYTES = 64 * 2**20
MAX_CLASSES = 4096
MAX_MESSAGE_BYTES = 4096
LOADERS = ("/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1")
COMPILERS = ("/usr/bin", "/usr/lib", "/usr/lib64", "/usr/libexec", "/lib", "/lib64")
ARCHIVE = "program.jar"
DRIVERS = Path(__file__).parent / "languages"

Taken = TypeVar("Taken")


class Unfit(Exception):
    """What a compiler left cannot be kept: only the source that it read can have caused that."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run happens: a slot's folder, user, layers and launcher. `tidy` empties the folder."""

    scratch: Path
    uid: int | None
    layers: Layers
    server: ForkServer
    recall: Recall
    tidy: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Start:
    """What to execute, what it finds in its folder, what it may reach, and under which limits."""

    command: list[str]
    files: Mapping[str, bytes]
    profile: str
    limits: Limits
    read: tuple[Path, ...] = ()
    execute: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    executable: Executable | None = None  # else the file that the command names
    stdin: bytes = b""
    requests: tuple[bytes, ...] | None = None
    bears_address_limit: bool = True
    runtime_bytes: int = 0
    tick_s: float = TICK_S
    niceness: int = 0


class Launcher:
    """Runs programs one after another for one slot. What can be shared with other slots is."""

    def __init__(self, toolchains: Toolchains, builds: Builds, headers: Headers, compile_cpu_s: float) -> None:
        self._toolchains, self._builds, self._headers = toolchains, builds, headers
        self._compiling = replace(COMPILING, cpu_s=compile_cpu_s)
        self._rulesets: dict[tuple[object, ...], int] = {}

    def ready(self, language: Language, place: Callable[[], Place]) -> Toolchain:
        """Return the language's toolchain once it has proven itself, which the first caller waits for.

        Raises:
            LanguageUnavailable: it is not here, or does not work.
        """
        hello = Program(language.name, language.hello)
        return self._toolchains.proven(language, lambda toolchain: self.run(place(), toolchain, hello, SAYING_HELLO))

    def run(
        self,
        place: Place,
        toolchain: Toolchain,
        program: Program,
        limits: Limits,
        stdin: bytes = b"",
        requests: tuple[bytes, ...] = (),
    ) -> Outcome:
        """Build the program unless that has been done, then run it to its end."""
        built = Built()
        if toolchain.language.product is not Product.SOURCE:
            built = self._built(place, toolchain, program)
            if built.is_refused:
                return Outcome(Status.COMPILE_ERROR, exit_code=1, stderr=built.message)
        start = _start_of(toolchain, program, built, limits)
        start = replace(start, stdin=stdin, requests=requests if program.answers_calls else None)
        try:
            return _reworded(toolchain.language, self._run(place, start, lambda outcome: outcome))
        except NotStarted as error:
            if built.executable is None:
                raise
            # A toolchain that has proven itself made of this source what no kernel executes: a library, say.
            return Outcome(Status.COMPILE_ERROR, exit_code=1, stderr=f"error: {error}\n".encode())

    def close(self) -> None:
        for ruleset in self._rulesets.values():
            os.close(ruleset)
        self._rulesets.clear()

    # ---------------------------------------------------------------------------------------------------- builds

    def _built(self, place: Place, toolchain: Toolchain, program: Program) -> Built:
        kind = f"{program.answers_calls} {program.is_test}"
        key = key_of(toolchain.language.name, toolchain.version, kind, program.source)
        built = self._builds.made(key, lambda: self._build(place, toolchain, program), place.recall)
        if built is None:
            raise RunAborted("nobody waits for this build any more")
        return built

    def _build(self, place: Place, toolchain: Toolchain, program: Program) -> Built:
        language = toolchain.language
        headers = ""
        if language.precompiled and language.precompiled in program.source:
            headers = self._headers.folder(toolchain, partial(self._precompiled, place, toolchain))
        start = replace(_compile_of(toolchain, program, headers), limits=self._compiling)
        killed_before = kills_for_memory()
        built = self._run(place, start, lambda outcome: _taken(toolchain, program, place.scratch, outcome))
        if built.is_refused and kills_for_memory() != killed_before:
            raise SandboxError("a compiler may have been killed: is the container's memory limit too low?")
        return built

    def _precompiled(self, place: Place, toolchain: Toolchain, folder: Path) -> bool:
        program = Program(toolchain.language.name, f"#include <{toolchain.language.precompiled}>\n")
        start = replace(
            _compile_of(toolchain, program, ""),
            command=header_command(toolchain, toolchain.language.source_name, toolchain.language.product_name),
            limits=replace(COMPILING, cpu_s=PRECOMPILING_S),
        )
        made = folder / f"{toolchain.language.precompiled}.gch"

        def keep(outcome: Outcome) -> bool:
            if outcome.status is Status.OK:
                made.parent.mkdir(parents=True, exist_ok=True)
                (place.scratch / toolchain.language.product_name).replace(made)
                os.chown(made, os.getuid(), os.getgid())
                made.chmod(0o644)
            return outcome.status is Status.OK

        return self._run(place, start, keep)

    # ------------------------------------------------------------------------------------------------------ runs

    def _run(self, place: Place, start: Start, take: Callable[[Outcome], Taken]) -> Taken:
        """Run to the end, and return what `take` finds while the folder is still as the program left it."""
        with contextlib.ExitStack() as cleaning:
            cleaning.callback(place.tidy)
            for name, content in start.files.items():
                _write(place.scratch / name, content)
            program = self._opened(start, cleaning)
            ruleset = self._ruleset(place, start)
            wires = Wires(program, start.stdin, ruleset, start.requests is not None)
            cleaning.callback(wires.close)
            child = place.server.fork(_launch(place, start, ruleset).packed(), wires.theirs)
            cleaning.callback(child.close)
            place.recall.hold(child)
            wires.close_theirs()
            run = Run(
                start.limits,
                start.requests,
                place.scratch,
                start.runtime_bytes,
                is_started=True,
                has_processes=PROFILES[start.profile].has_processes,
                tick_s=start.tick_s,
            )
            return take(Watch(child, wires, run).outcome())

    def _opened(self, start: Start, cleaning: contextlib.ExitStack) -> int:
        if start.executable is not None:
            return start.executable.descriptor
        descriptor = os.open(start.command[0], os.O_RDONLY | os.O_CLOEXEC)
        cleaning.callback(os.close, descriptor)
        return descriptor

    def _ruleset(self, place: Place, start: Start) -> int | None:
        if LANDLOCK not in place.layers.names:
            return None
        key = (place.scratch, start.read, start.execute)
        if key not in self._rulesets:
            read = readable_paths(start.read)
            abi = place.layers.landlock_abi
            self._rulesets[key] = landlock.build(abi, read, WRITABLE, place.scratch, start.execute)
        return self._rulesets[key]


def _launch(place: Place, start: Start, ruleset: int | None) -> Launch:
    stretches = 1 + len(start.requests or ())
    order = Order(
        scratch=str(place.scratch),
        ceilings=rlimits.ceilings(
            start.limits,
            start.runtime_bytes + rlimits.STACKS_BYTES,
            stretches,
            place.layers.counts_apart(place.uid),
            bears_address_limit=start.bears_address_limit,
        ),
        filter_=place.layers.filters[start.profile],
        uid=place.uid,
        has_ruleset=ruleset is not None,
        ruleset_flags=landlock.quiet_flags(place.layers.landlock_abi),
        has_channel=start.requests is not None,
        dumpable=ruleset is not None,
        niceness=start.niceness,
    )
    folder = str(place.scratch)
    usual = {"PATH": PATH, "LANG": "C.UTF-8", "TZ": "UTC", "HOME": folder, "TMPDIR": folder, "PWD": folder}
    return Launch(order, start.command, {**usual, **start.environment})


# ------------------------------------------------------------------------------------------------- what is started


def _start_of(toolchain: Toolchain, program: Program, built: Built, limits: Limits) -> Start:
    language = toolchain.language
    names = _names(language, program)
    files = {names["source"]: program.source.encode("utf-8", "surrogatepass")}
    if language.product in (Product.CLASSES, Product.FILE):
        files = {names["product"]: built.content}
    command = language.run_command
    if program.answers_calls and language.calls is not None:
        command = language.calls.run_command
        files[names["driver"]] = (DRIVERS / language.calls.driver).read_bytes()
    filled = toolchain.command(command, **names, main=built.main, memory_mb=str(limits.memory_bytes >> 20))
    execute = [Path(filled[0]), *map(Path, LOADERS), *toolchain.paths(language.executes)]
    multiplies = PROFILES[language.profile].has_processes
    return Start(
        filled,
        files if built.executable is None else {},
        language.profile,
        limits,
        read=tuple(toolchain.paths(language.folders)) if built.executable is None else (),
        execute=() if built.executable else tuple(execute),
        environment=language.environment,
        executable=built.executable,
        bears_address_limit=language.bears_address_limit,
        runtime_bytes=language.runtime_bytes,
        tick_s=MULTIPLYING_TICK_S if multiplies else TICK_S,
        niceness=NICENESS if multiplies else 0,
    )


def _compile_of(toolchain: Toolchain, program: Program, headers: str) -> Start:
    language = toolchain.language
    names = _names(language, program)
    if language.product is Product.CLASSES:
        names["product"] = language.product_name  # a folder; for a run it is the archive of what came into it
    files = {names["source"]: program.source.encode("utf-8", "surrogatepass")}
    command = language.test_command if program.is_test and language.test_command else language.compile_command
    if program.answers_calls and language.calls is not None and language.calls.compile_command:
        command = language.calls.compile_command
        files[names["driver"]] = (DRIVERS / language.calls.driver).read_bytes()
    filled = toolchain.command(command, **names, headers=headers or ".")
    folders = (*toolchain.paths(language.folders), *([Path(headers)] if headers else []))
    return Start(
        filled,
        files,
        language.compile_profile,
        COMPILING,
        read=folders,
        execute=(Path(filled[0]), *map(Path, COMPILERS), *toolchain.paths(language.executes)),
        environment=language.environment,
        bears_address_limit=language.bears_address_limit,
        runtime_bytes=language.runtime_bytes,
    )


def _names(language: Language, program: Program) -> dict[str, str]:
    product = ARCHIVE if language.product is Product.CLASSES else language.product_name
    source_name = program.is_test and language.test_source_name
    names = {"source": source_name or _source_name(language, program.source), "product": product}
    if language.calls is not None:
        names["driver"] = language.calls.driver
    if language.product is Product.BINARY:
        names["product"] = f"./{product}"
    return names


def _source_name(language: Language, source: str) -> str:
    if language.module_pattern and re.search(language.module_pattern, source):
        return language.module_name
    named = re.search(language.source_name_pattern, source) if language.source_name_pattern else None
    if named is None or len(named.group(1)) > 100:
        return language.source_name
    return named.group(1) + Path(language.source_name).suffix


# ------------------------------------------------------------------------------------------------ what came of it


def _taken(toolchain: Toolchain, program: Program, folder: Path, outcome: Outcome) -> Built:
    """What the compiler left, as what is kept of it."""
    if outcome.status is not Status.OK:
        return Built(message=_message(outcome))
    try:
        return _kept(toolchain.language, program, folder / toolchain.language.product_name)
    except Unfit as error:
        return Built(message=f"error: {error}\n".encode())


def _kept(language: Language, program: Program, product: Path) -> Built:
    if language.product is Product.CLASSES:
        return _kept_classes(product, language, program)
    content = _read(product)
    if language.product is Product.BINARY:
        return Built(Executable(content))
    return Built(content=content or b"\n")


def _kept_classes(folder: Path, language: Language, program: Program) -> Built:
    files = {str(path.relative_to(folder)): _read(path) for path in _class_files(folder)}
    main = classes.main_class(files, Path(_source_name(language, program.source)).stem)
    if not main and not program.answers_calls:
        return Built(message=b"error: no class has a method `public static void main(String[])`\n")
    return Built(content=classes.archive(files), main=main)


def _class_files(folder: Path) -> list[Path]:
    found: list[Path] = []
    for at, _, names in os.walk(folder):
        found += [Path(at) / name for name in names if name.endswith(".class")]
        if len(found) > MAX_CLASSES:
            raise Unfit(f"the compiler wrote more than {MAX_CLASSES} files")
    return found


def _message(outcome: Outcome) -> bytes:
    said = (outcome.stderr or outcome.stdout)[:MAX_MESSAGE_BYTES]
    if outcome.status is Status.NONZERO_EXIT:
        return said
    return b"the compiler was stopped: " + str(outcome.status).encode() + b"\n" + said


def _reworded(language: Language, outcome: Outcome) -> Outcome:
    """Why a program failed, as far as its runtime says so; what it says may only choose between failures."""
    if outcome.status not in (Status.NONZERO_EXIT, Status.SIGNALLED):
        return outcome
    for status, signs in (
        (Status.MEMORY_EXCEEDED, language.memory_signs),
        (Status.COMPILE_ERROR, language.error_signs),
    ):
        if any(sign in outcome.stderr for sign in signs):
            return replace(outcome, status=status)
    return outcome


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    with open(descriptor, "wb") as file:
        file.write(content)
        os.fchmod(descriptor, 0o644)


def _read(path: Path) -> bytes:
    """A file that a compiler wrote; it may be anything, and may not be there.

    Raises:
        Unfit: it is no file, or too large.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Unfit("the compiler wrote nothing") from error
    with open(descriptor, "rb") as file:
        seen = os.fstat(descriptor)
        if not stat.S_ISREG(seen.st_mode) or seen.st_size > MAX_PRODUCT_BYTES:
            raise Unfit(f"the compiler wrote {seen.st_size} bytes; {MAX_PRODUCT_BYTES} may be kept")
        return file.read(MAX_PRODUCT_BYTES)
