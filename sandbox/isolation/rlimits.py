"""Ceilings that the kernel itself keeps for one process.

Not guarded here: memory of several processes together, files that are open but have no name, and the number of files.
The service watches these from outside.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import resource
from typing import TYPE_CHECKING, TypeAlias

from sandbox.isolation.kernel import libc

if TYPE_CHECKING:
    from sandbox.base import Limits

Ceiling: TypeAlias = tuple[int, int, int | None]  # resource, soft, hard; None leaves the hard limit as it was

STACK_BYTES = 256 * 2**20
THREAD_STACK_BYTES = 8 * 2**20
RESERVED_BYTES = 512 * 2**20  # address space that is asked for but never touched: the stacks of threads, above all
UNUSED_BYTES = 8 * 2**30  # what a runtime reserves for its heap and its threads' stacks, most of it never touched
STACKS_BYTES = 16 * STACK_BYTES  # the C library reserves as much for each thread as the main one's stack may grow
PROCESSES_MARGIN = 16  # the service counts threads; the kernel also counts those of the same user in other containers
CPU_MARGIN_S = 2  # the service ends a program by its clock; the kernel only where the service could not


def ceilings(
    limits: Limits, base_bytes: int, stretches: int, counts_apart: bool, *, bears_address_limit: bool = True
) -> list[Ceiling]:
    """The ceilings of one run.

    `base_bytes` is the address space that the interpreter holds before the program starts; `stretches` how many times
    the CPU limit may be used (once for the loading, and once for each request); `counts_apart` whether the kernel would
    count the processes of one slot alone. A runtime that reserves far more address space than it uses gets a ceiling on
    its data instead, and what it uses is watched from outside.
    """
    cpu_s = math.ceil(min(limits.cpu_s * stretches, limits.total_cpu_s)) + CPU_MARGIN_S
    memory, reserved = resource.RLIMIT_AS, RESERVED_BYTES
    if not bears_address_limit:
        memory, reserved = resource.RLIMIT_DATA, UNUSED_BYTES
    most_bytes = base_bytes + limits.memory_bytes + reserved
    wanted: list[Ceiling] = [
        (resource.RLIMIT_CPU, cpu_s, cpu_s),
        (memory, most_bytes, most_bytes),
        (resource.RLIMIT_STACK, STACK_BYTES, None),  # programs raise this themselves; RLIMIT_AS holds it anyway
        (resource.RLIMIT_FSIZE, limits.scratch_bytes, limits.scratch_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files, limits.open_files),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_MEMLOCK, 0, 0),
        (resource.RLIMIT_MSGQUEUE, 0, 0),
    ]
    if counts_apart:  # else it would count the service's own threads, and other containers'
        most = limits.threads * PROCESSES_MARGIN
        wanted.append((resource.RLIMIT_NPROC, most, most))
    return wanted


def apply(wanted: list[Ceiling]) -> None:
    """Put the ceilings on this process, each as near as the inherited hard limit allows."""
    for kind, soft, hard in wanted:
        _, inherited = resource.getrlimit(kind)
        top = inherited if hard is None else _lower(hard, inherited)
        resource.setrlimit(kind, (_lower(soft, top), top))


def keep_thread_stacks_small() -> None:
    """Give new threads the usual 8 MiB, not the generous stack of the main thread, which counts as address space."""
    attributes = ctypes.create_string_buffer(64)  # pthread_attr_t is 56 bytes, or 64 where it is largest
    library = libc()
    with contextlib.suppress(AttributeError):  # not every C library has it
        set_default = library.pthread_setattr_default_np
        library.pthread_attr_init(attributes)
        library.pthread_attr_setstacksize(attributes, ctypes.c_size_t(THREAD_STACK_BYTES))
        set_default(attributes)


def _lower(one: int, other: int) -> int:
    if other == resource.RLIM_INFINITY:
        return one
    return other if one == resource.RLIM_INFINITY else min(one, other)
