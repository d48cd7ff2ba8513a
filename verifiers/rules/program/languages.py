"""The names by which people call programming languages, in options, ground truths and fence labels."""

from __future__ import annotations

DEFAULT = "python"

ALIASES: dict[str, tuple[str, ...]] = {
    "python": ("py", "python3", "py3", "python2", "cpython", "pypy", "pypy3"),
    "c": ("c89", "c99", "c11", "c17"),
    "cpp": (
        "c++",
        "cxx",
        "cc",
        "c++11",
        "c++14",
        "c++17",
        "c++20",
        "c++23",
        "cpp11",
        "cpp14",
        "cpp17",
        "cpp20",
        "cpp23",
    ),
    "javascript": ("js", "node", "nodejs", "mjs", "jsx", "ecmascript"),
    "typescript": ("ts", "tsx"),
    "java": ("java8", "java11", "java17", "java21"),
    "go": ("golang",),
    "rust": ("rs",),
    "bash": ("sh", "shell", "zsh"),
    "csharp": ("c#", "cs"),
    "d": ("dlang",),
    "fsharp": ("f#", "fs"),
    "elixir": ("ex", "exs"),
    "erlang": ("erl",),
    "fortran": ("f90", "f95", "fortran90"),
    "haskell": ("hs",),
    "julia": ("jl",),
    "kotlin": ("kt", "kts"),
    "lean": ("lean4",),
    "lua": ("luajit",),
    "ocaml": ("ml",),
    "pascal": ("delphi", "fpc"),
    "perl": ("pl",),
    "php": (),
    "r": ("rscript",),
    "racket": ("rkt",),
    "ruby": ("rb",),
    "scala": ("sc",),
    "scheme": ("scm",),
    "sql": ("sqlite", "mysql", "postgresql"),
    "swift": (),
    "verilog": ("systemverilog",),
}
_CANONICAL = {alias: name for name, aliases in ALIASES.items() for alias in (name, *aliases)}

# Labels that say that a block is no program: chat models show an example's output in one after the program's.
NO_PROGRAM = frozenset({"text", "txt", "plaintext", "plain", "output", "stdout", "console", "none", "markdown", "md"})


def canonical(label: str) -> str | None:
    """Return the language's own name, or None for a label that nobody knows."""
    return _CANONICAL.get(label.strip().lower())
