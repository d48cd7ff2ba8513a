"""Bash, with the commands of the system: the one language whose programs start processes."""

from __future__ import annotations

from sandbox.languages import Language

LANGUAGE = Language(
    name="bash",
    source_name="solution.sh",
    package="bash",
    version_command=("bash", "--version"),
    run_command=("bash", "--noprofile", "--norc", "{source}"),
    aliases=("sh",),
    folders=("/etc/alternatives",),
    executes=("/bin", "/usr/bin", "/usr/local/bin"),
    profile="processes",
    memory_signs=(b"cannot allocate", b"Cannot allocate memory"),
    hello="echo hello | cat\n",
)
