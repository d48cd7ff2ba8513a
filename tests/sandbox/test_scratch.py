"""The scratch folder is measured and emptied whatever a program left in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sandbox import scratch


def deep(folder: Path, depth: int) -> None:
    here = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("deeper", dir_fd=here)
        below = os.open("deeper", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


def test_a_tree_deeper_than_any_path_is_emptied(tmp_path: Path) -> None:
    deep(tmp_path, 700)
    scratch.empty(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_folders_without_permissions_are_emptied(tmp_path: Path) -> None:
    (tmp_path / "outer" / "inner").mkdir(parents=True)
    (tmp_path / "outer" / "inner" / "file").touch(0o000)
    (tmp_path / "outer" / "inner").chmod(0)
    (tmp_path / "outer").chmod(0)
    scratch.empty(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_links_are_removed_and_not_followed(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir(mode=0o755)
    (outside / "kept").touch()
    inside.mkdir()
    (inside / "link").symlink_to(outside)
    scratch.empty(inside)
    assert (outside / "kept").exists()
    assert outside.stat().st_mode & 0o777 == 0o755
    assert list(inside.iterdir()) == []


def test_bytes_are_counted_at_every_depth(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").write_bytes(b"x" * 200_000)
    assert scratch.is_over(tmp_path, 100_000)
    assert not scratch.is_over(tmp_path, 1_000_000)


def test_holes_in_a_file_do_not_count(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file:
        file.truncate(10**9)
    assert not scratch.is_over(tmp_path, 1_000_000)


def test_too_many_entries_are_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "MAX_ENTRIES", 50)
    for number in range(scratch.MAX_ENTRIES + 1):
        (tmp_path / str(number)).touch()
    assert scratch.is_over(tmp_path, 10**9)


def test_what_is_too_deep_to_look_into_is_over(tmp_path: Path) -> None:
    deep(tmp_path, scratch.MAX_DEPTH + 2)
    assert scratch.is_over(tmp_path, 10**9)
    scratch.empty(tmp_path)
