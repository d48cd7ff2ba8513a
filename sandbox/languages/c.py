"""C, by gcc: linked statically, so that a program needs no file of the system's and can execute none."""

from __future__ import annotations

from sandbox.languages import Language, Product

LANGUAGE = Language(
    name="c",
    source_name="solution.c",
    package="gcc",
    version_command=("gcc", "-dumpfullversion"),
    compile_command=(
        *("gcc", "-O2", "-std=gnu17", "-static", "-s", "-w", "-fmax-errors=5"),
        *("-fdiagnostics-color=never", "-o", "{product}", "{source}", "-lm", "-pthread"),
    ),
    run_command=("{product}",),
    product=Product.BINARY,
    product_name="solution",
    folders=("/usr/include", "/usr/local/include"),
    memory_signs=(b"Cannot allocate memory",),
    hello='#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n',
)
