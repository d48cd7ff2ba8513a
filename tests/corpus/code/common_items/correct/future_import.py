from __future__ import annotations


def common(left: list[int], right: list[int]) -> tuple[int, ...]:
    return tuple(sorted(set(left) & set(right)))
