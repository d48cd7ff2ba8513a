"""Reads LiveCodeBench's private test cases: JSON, or base64 of zlib of a pickled JSON string.

A pickle can name any function of the process that reads it. This reader looks none up, so that only plain strings and
containers come out, and takes nothing but a string from it.
"""

from __future__ import annotations

import base64
import binascii
import io
import pickle
import zlib

from verifiers.base import TruthError

MAX_UNPACKED_BYTES = 64 * 2**20


class _NothingButData(pickle.Unpickler):
    def find_class(self, module_name: str, global_name: str) -> object:
        raise pickle.UnpicklingError(f"refuses to look up {module_name}.{global_name}")

    def persistent_load(self, _pid: object) -> object:
        raise pickle.UnpicklingError("refuses persistent objects")


def unpacked(text: str) -> str:
    """Return the JSON text inside.

    Raises:
        TruthError: it is none of the forms above, or too large.
    """
    if text.lstrip()[:1] in ("[", "{"):
        return text
    try:
        return _unpickled(_inflated(base64.b64decode(text, validate=True)))
    except (binascii.Error, ValueError, zlib.error) as error:
        raise TruthError(f"the packed test cases cannot be read: {error}") from error


def _inflated(packed: bytes) -> bytes:
    stream = zlib.decompressobj()
    data = stream.decompress(packed, MAX_UNPACKED_BYTES)
    if not stream.eof:
        raise ValueError(f"cut off, or over {MAX_UNPACKED_BYTES} bytes")
    return data


def _unpickled(data: bytes) -> str:
    try:
        value = _NothingButData(io.BytesIO(data)).load()
    # A broken pickle raises what its opcodes run into; the module documents that any exception may come.
    except (
        pickle.UnpicklingError,
        ArithmeticError,
        AttributeError,
        EOFError,
        LookupError,
        TypeError,
        MemoryError,
    ) as error:
        raise ValueError(f"a bad pickle: {error}") from error
    if not isinstance(value, str):
        raise ValueError("the pickle holds no string")
    return value
