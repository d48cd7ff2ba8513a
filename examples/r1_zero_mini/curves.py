"""The curves as they grow: one picture, redrawn at each look, and a page that shows the newest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.figure import Figure

from examples.r1_zero_mini.grpo import Point

PANELS = {
    "accuracy": "right answers on held-out sums",
    "format": "completions in format",
    "length": "tokens in a completion",
}
COLOURS = ("#b8860b", "#8a8a8a")
PAGE = """<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="3">
<title>R1-Zero in miniature</title>
<body style="margin:2rem;font:16px system-ui"><h1>R1-Zero in miniature</h1>
<p>A tiny transformer learns to add; every reward comes from the running service.</p>
<img src="{name}" style="max-width:100%" alt="accuracy, format and length over training steps">
"""


def draw(runs: Mapping[str, Sequence[Point]], steps: int, picture: Path) -> None:
    """Write the picture, and beside it the page that shows it."""
    figure = Figure(figsize=(12, 3.6), dpi=110, layout="tight")
    axes = figure.subplots(1, len(PANELS))
    for axis, (name, title) in zip(axes, PANELS.items(), strict=True):
        for (label, points), colour in zip(runs.items(), COLOURS, strict=False):
            values = [getattr(point, name) for point in points]
            axis.plot([point.step for point in points], values, color=colour, linewidth=2, label=label)
        axis.set(title=title, xlabel="GRPO step", xlim=(0, steps))
        axis.set_ylim(0, None if name == "length" else 1)
        axis.grid(alpha=0.25)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].legend(frameon=False, loc="upper left")
    picture.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(picture)
    picture.with_suffix(".html").write_text(PAGE.format(name=picture.name), encoding="utf-8")
