"""C++, by g++: linked statically, with bits/stdc++.h compiled beforehand."""

from __future__ import annotations

from sandbox.languages import Language, Product

LANGUAGE = Language(
    name="cpp",
    source_name="solution.cpp",
    package="g++",
    version_command=("g++", "-dumpfullversion"),
    compile_command=(
        *("g++", "-O2", "-std=gnu++20", "-I{headers}", "-static", "-s", "-w", "-fmax-errors=5"),
        *("-fdiagnostics-color=never", "-o", "{product}", "{source}", "-pthread"),
    ),
    run_command=("{product}",),
    product=Product.BINARY,
    product_name="solution",
    folders=("/usr/include", "/usr/local/include"),
    precompiled="bits/stdc++.h",
    aliases=("c++",),
    memory_signs=(b"std::bad_alloc", b"Cannot allocate memory"),
    hello='#include <iostream>\nint main() { std::cout << "hello\\n"; }\n',
)
