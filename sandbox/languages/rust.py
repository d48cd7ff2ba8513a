"""Rust, by rustc: the standard library alone, linked statically."""

from __future__ import annotations

from sandbox.languages import Language, Product

RUSTC = (
    *("{home}/bin/rustc", "--edition", "2021", "-C", "opt-level=2", "-C", "target-feature=+crt-static"),
    *("-C", "strip=symbols", "--cap-lints", "allow", "--color", "never", "-o", "{product}", "{source}"),
)

LANGUAGE = Language(
    name="rust",
    source_name="solution.rs",
    package="rustc",
    version_command=("rustc", "--version"),
    needs=("cc",),
    home_command=("rustc", "--print", "sysroot"),
    compile_command=RUSTC,
    test_command=(*RUSTC, "--test"),
    run_command=("{product}",),
    product=Product.BINARY,
    product_name="solution",
    folders=("{home}/lib",),
    executes=("{home}/bin", "{home}/lib"),  # its linker is among the libraries
    aliases=("rs",),
    environment={"RUST_BACKTRACE": "0", "RUST_TEST_THREADS": "1"},
    memory_signs=(b"memory allocation of",),
    hello='fn main() {\n    println!("hello");\n}\n',
)
