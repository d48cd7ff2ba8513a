"""JavaScript, by Node.js."""

from __future__ import annotations

from sandbox.languages import Calls, Language

# Debian's Node.js reads parts of itself from here.
PARTS = "/usr/share/nodejs"
# The deep stack is for recursion; the kernel lays out more than this for the main thread.
NODE = ("node", "--max-old-space-size={memory_mb}", "--stack-size=65000", "--single-threaded-gc")

LANGUAGE = Language(
    name="javascript",
    source_name="solution.js",
    package="nodejs",
    version_command=("node", "--version"),
    run_command=(*NODE, "{source}"),
    calls=Calls("calls.js", (*NODE, "{driver}", "{source}")),
    aliases=("js",),
    folders=(PARTS,),
    profile="runtime",
    environment={
        "UV_USE_IO_URING": "0",
        "UV_THREADPOOL_SIZE": "1",
        "NODE_DISABLE_COLORS": "1",
        "OPENSSL_CONF": "/dev/null",
    },
    bears_address_limit=False,
    runtime_bytes=64 * 2**20,
    memory_signs=(b"heap out of memory", b"Array buffer allocation failed"),
    # Where Node.js itself, not the program, meets the error: it reads modules of either kind in these functions.
    error_signs=(
        b"    at wrapSafe (node:",
        b"    at internalCompileFunction (node:",
        b"    at compileSourceTextModule (node:",
        b"    at new Script (node:vm",
    ),
    # Older ones take what imports for a module only by the name of its file.
    module_pattern=r"(?m)^[ \t]*(?:import|export)[ \t{*]",
    module_name="solution.mjs",
    hello='console.log("hello");\n',
)
