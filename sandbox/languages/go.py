"""Go: the standard library alone. It comes compiled up to Go 1.19; later ones compile what is imported each time."""

from __future__ import annotations

from sandbox.languages import Language, Product

LANGUAGE = Language(
    name="go",
    source_name="solution.go",
    package="golang",
    version_command=("go", "version"),
    home_command=("go", "env", "GOROOT"),
    compile_command=("{home}/bin/go", "build", "-ldflags=-s -w", "-o", "{product}", "{source}"),
    test_command=("{home}/bin/go", "test", "-c", "-vet=off", "-ldflags=-s -w", "-o", "{product}", "{source}"),
    test_source_name="solution_test.go",
    run_command=("{product}",),
    product=Product.BINARY,
    product_name="solution",
    folders=("{home}", "/usr/share", "/usr/lib/go"),
    executes=("{home}",),
    aliases=("golang",),
    environment={
        "GO111MODULE": "off",
        "CGO_ENABLED": "0",
        "GOTOOLCHAIN": "local",
        "GOFLAGS": "-p=1",
        "GOMAXPROCS": "1",
    },
    profile="runtime",
    bears_address_limit=False,
    runtime_bytes=16 * 2**20,
    memory_signs=(b"out of memory",),
    hello='package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("hello") }\n',
)
