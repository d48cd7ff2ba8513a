"""Class files, put together by hand."""

from __future__ import annotations

import struct

import pytest

from sandbox import classes

PUBLIC_STATIC, STATIC = 0x0009, 0x0008
STRINGS = "([Ljava/lang/String;)V"


def text(words: str) -> bytes:
    return b"\x01" + struct.pack(">H", len(words)) + words.encode()


def class_file(method: str = "main", kind: str = STRINGS, flags: int = PUBLIC_STATIC) -> bytes:
    """A class with a field and a method; among its constants is a long, which counts twice."""
    constants = [text(method), text(kind), text("Code"), b"\x05" + bytes(8), text("field"), text("I")]
    head = struct.pack(">IHHH", 0xCAFEBABE, 0, 61, 8) + b"".join(constants)
    attribute = struct.pack(">HI", 3, 5) + b"bytes"
    no_parents = struct.pack(">HHHH", 0, 0, 0, 0)
    field = struct.pack(">HHHHH", 1, 2, 6, 7, 1) + attribute
    return head + no_parents + field + struct.pack(">HHHHH", 1, flags, 1, 2, 1) + attribute + struct.pack(">H", 0)


@pytest.mark.parametrize(
    ("content", "able"),
    [
        (class_file(), True),
        (class_file(flags=STATIC), False),
        (class_file(kind="()V"), False),
        (class_file(method="mean"), False),
        (class_file()[:40], False),
        (b"\xca\xfe\xba\xbe\x00\x00\x00\x3d\x00\x09\xff", False),
        (b"no class file", False),
        (b"", False),
    ],
    ids=range(8),
)
def test_only_a_public_static_main_that_takes_strings_can_be_started(content: bytes, able: bool) -> None:
    assert classes.has_main(content) is able


def test_the_public_class_is_started_then_the_usual_names_then_the_first() -> None:
    able, other = class_file(), class_file(method="mean")
    assert classes.main_class({"B.class": able, "A.class": able, "Main.class": able}, "B") == "B"
    assert classes.main_class({"A.class": able, "Main.class": able, "B.class": other}, "B") == "Main"
    assert classes.main_class({"Z.class": other, "C.class": able, "b/D.class": able}, None) == "C"
    assert classes.main_class({"b/D.class": able}, None) == "b.D"
    assert classes.main_class({"Z.class": other}, "Z") == ""


def test_equal_classes_make_equal_archives() -> None:
    one, other = {"A.class": b"a", "B.class": b"b"}, {"B.class": b"b", "A.class": b"a"}
    assert classes.archive(one) == classes.archive(other)
