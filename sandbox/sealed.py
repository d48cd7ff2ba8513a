"""Files without a name that nobody can change any more: how bytes are handed to another process."""

from __future__ import annotations

import fcntl
import os

# Not F_SEAL_WRITE: it waits for whoever else holds a page, which the kernel itself may, and then answers EBUSY.
SEAL_FUTURE_WRITE = 0x10
SEALS = SEAL_FUTURE_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
MFD_EXEC = 0x10


def sealed(content: bytes, *, executable: bool = False) -> int:
    """Return a descriptor of the content, at its start.

    Raises:
        OSError: there is no memory, or no descriptor, left.
    """
    descriptor = _created(executable)
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    os.lseek(descriptor, 0, os.SEEK_SET)
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, SEALS)
    return descriptor


def _created(executable: bool) -> int:
    flags = os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING
    if executable:
        try:
            return os.memfd_create("program", flags | MFD_EXEC)
        except OSError:
            pass  # before Linux 6.3 every such file can be executed, and asking for it is refused
    return os.memfd_create("input", flags)
