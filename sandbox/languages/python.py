"""Python, run in a child of a warm interpreter."""

from __future__ import annotations

from sandbox.languages import Language

LANGUAGE = Language(
    name="python",
    source_name="solution.py",
    package="python3",
    version_command=("{python}", "--version"),
    run_command=("{python}", "{source}"),
    aliases=("py", "python3"),
    is_warm=True,
)
