"""Programs in other languages than Python, filed under the verdict that they must get, run in a real sandbox."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.run import Sandbox, SandboxConfig
from sandbox.slot import Slot
from tests.verifiers.rules.program.playing import judged
from verifiers.base import TruthError, Verdict

CORPUS = Path(__file__).parents[3] / "corpus" / "code"
LANGUAGES = {
    "c": "c",
    "cpp": "cpp",
    "js": "javascript",
    "ts": "typescript",
    "java": "java",
    "go": "go",
    "rs": "rust",
    "sh": "bash",
}
PROGRAMS = sorted(path for path in CORPUS.glob("*/*/*.*") if path.suffix[1:] in LANGUAGES)
BEHIND = {"language": "javascript", "test": "console.assert(f() === 1)"}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = Sandbox(SandboxConfig(tmp_path_factory.mktemp("scratch"), allow_weak=True))
    yield sandbox
    sandbox.close()


@pytest.fixture(scope="module")
def slot(sandbox: Sandbox) -> Slot:
    return sandbox.open_slot()


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: "/".join(path.parts[-3:]))
def test_a_program_gets_the_verdict_that_it_is_filed_under(sandbox: Sandbox, slot: Slot, path: Path) -> None:
    language = LANGUAGES[path.suffix[1:]]
    if sandbox.languages()[language] is None:
        pytest.skip(f"{sandbox.package(language)} is not installed")
    task = json.loads((path.parents[1] / "task.json").read_text())
    score = judged(slot, f"```{language}\n{path.read_text()}```", task["ground_truth"], **task["options"])
    assert score.verdict == path.parent.name, (score.detail, score.steps)


def test_what_a_test_behind_the_program_says_is_flagged(sandbox: Sandbox, slot: Slot) -> None:
    if sandbox.languages()["javascript"] is None:
        pytest.skip("nodejs is not installed")
    score = judged(slot, "const f = () => 1;", BEHIND, isolation="same_process")
    assert (score.verdict, score.flags) == (Verdict.CORRECT, ("forgeable",))


def test_a_failure_is_not_hidden_behind_much_output(sandbox: Sandbox, slot: Slot) -> None:
    if sandbox.languages()["javascript"] is None:
        pytest.skip("nodejs is not installed")
    noisy = 'for (let i = 0; i < 9999; i++) console.error("a line of noise");\nconst f = () => 2;'
    assert judged(slot, noisy, BEHIND, isolation="same_process").verdict is Verdict.OUTPUT_LIMIT


def test_a_test_program_of_another_language_takes_the_same_process(slot: Slot) -> None:
    with pytest.raises(TruthError, match="same_process"):
        judged(slot, "const f = () => 1;", BEHIND)


def test_arguments_by_name_are_known_to_python_alone(slot: Slot) -> None:
    truth = {"entry_point": "f", "tests": [{"args": [], "kwargs": {"x": 1}, "expected": 1}]}
    with pytest.raises(TruthError, match="only Python"):
        judged(slot, "const f = () => 1;", truth, language="javascript")


def test_rust_without_a_test_is_a_bad_truth(sandbox: Sandbox, slot: Slot) -> None:
    if sandbox.languages()["rust"] is None:
        pytest.skip("rustc is not installed")
    with pytest.raises(TruthError, match="no tests"):
        judged(slot, "fn f() {}", {"language": "rust", "test": "mod tests {}"}, isolation="same_process")


RUST_MAIN = "fn main() { assert_eq!(twice(2), 4); }"
GO_MAIN = 'import "os"\nfunc main() { if twice(2) != 4 { os.Exit(1) } }'
C_MAIN = "int main(void) { assert(twice(2) == 4); return 0; }"
BASH = 'set -e\n[ "$(twice 2)" = 4 ]'
OTHERS = (
    ("rust", "fn twice(n: i64) -> i64 { n * 2 }\nfn main() {}", RUST_MAIN, Verdict.CORRECT),
    ("rust", "fn twice(n: i64) -> i64 { n * 3 }", RUST_MAIN, Verdict.INCORRECT),
    ("go", 'package main\nimport "os"\nfunc twice(n int) int { os.Getpid(); return 2 * n }', GO_MAIN, Verdict.CORRECT),
    ("go", "func twice(n int) int { return 3 * n }", GO_MAIN, Verdict.RUNTIME_ERROR),
    ("c", "#define NDEBUG\n#include <assert.h>\nint twice(int n) { return 3 * n; }", C_MAIN, Verdict.INCORRECT),
    ("c", "int twice(int n) { return 2 * n; }\nint main(void) { return 1; }", C_MAIN, Verdict.CORRECT),
    ("bash", "twice() { echo $((2 * $1)); }", BASH, Verdict.CORRECT),
    ("bash", "twice() { echo $((3 * $1)); }", BASH, Verdict.RUNTIME_ERROR),
    ("javascript", "export const f = () => 1;", "require('assert').strictEqual(f(), 1)", Verdict.CORRECT),
)


@pytest.mark.parametrize(("language", "program", "test", "verdict"), OTHERS)
def test_a_test_program_takes_what_a_program_brings(
    sandbox: Sandbox, slot: Slot, language: str, program: str, test: str, verdict: Verdict
) -> None:
    if sandbox.languages()[language] is None:
        pytest.skip(f"{sandbox.package(language)} is not installed")
    score = judged(slot, program, {"language": language, "test": test}, isolation="same_process")
    assert score.verdict is verdict, score.steps


UNPARSED = (
    ("javascript", "const f = () => 1;", "console.assert(f("),
    ("typescript", "const f = () => 1;", "console.assert(f("),
    ("cpp", "int f() { return 1; }", "int main() { if (f() != 1) {"),
    ("cpp", "int f() { return 1; }", "int main() { int n = 1 return f() != n; }"),
    ("c", "int f(void) { return 1; }", "int main(void) { int n = 1 return f() != n; }"),
    ("c", "int f(void) { return 1; }", "int main(void) { return f() @ 1; }"),
    ("java", "class A {}", "public class Main { public static void main("),
    ("rust", "fn f() {}", "fn main() { f("),
    ("go", "func f() {}", "func main() { f("),
    ("bash", "f() { :; }", "if f; then"),
)


@pytest.mark.parametrize(("language", "program", "test"), UNPARSED)
def test_a_test_program_that_does_not_parse_is_a_bad_truth(
    sandbox: Sandbox, slot: Slot, language: str, program: str, test: str
) -> None:
    if sandbox.languages()[language] is None:
        pytest.skip(f"{sandbox.package(language)} is not installed")
    with pytest.raises(TruthError, match="does not parse"):
        judged(slot, program, {"language": language, "test": test}, isolation="same_process")


@pytest.mark.parametrize(
    "program", ["#define return @\nint f(void);", "int f(void) { return 2;", "#define int @\n", "typedef int main;"]
)
def test_a_program_that_breaks_its_test_has_not_compiled(sandbox: Sandbox, slot: Slot, program: str) -> None:
    if sandbox.languages()["c"] is None:
        pytest.skip("gcc is not installed")
    truth = {"language": "c", "test": "struct pair; int main(void) { assert(f() == 1); return 0; }"}
    assert judged(slot, program, truth, isolation="same_process").verdict is Verdict.COMPILE_ERROR


def test_a_test_program_that_passes_without_the_program_is_a_bad_truth(sandbox: Sandbox, slot: Slot) -> None:
    if sandbox.languages()["javascript"] is None:
        pytest.skip("nodejs is not installed")
    idle = {"language": "javascript", "test": "console.assert(1 === 1)"}
    with pytest.raises(TruthError, match="pass without the program"):
        judged(slot, "const f = () => 1;", idle, isolation="same_process")


SAID = {
    "cpp": ("int main() { retur 1; }", "solution.cpp:1:14: error: "),
    "rust": ('fn main() { let x: i32 = "a"; }', "error[E0308]: mismatched types"),
    "java": ("class Main { int f() { return x; } }", "Main.java:1: error: cannot find symbol"),
    "go": ("package main\nfunc main() { x := 5 }", "x declared but not used"),
    "javascript": ("let x = ;", "SyntaxError: Unexpected token"),
    "typescript": ("const x: = 5", "error TS1110"),
    "python": ("def f(:", "SyntaxError: invalid syntax"),
}


@pytest.mark.parametrize("language", SAID)
def test_the_first_error_of_a_compiler_is_shown(sandbox: Sandbox, slot: Slot, language: str) -> None:
    if sandbox.languages()[language] is None:
        pytest.skip(f"{sandbox.package(language)} is not installed")
    program, error = SAID[language]
    score = judged(slot, program, {"tests": [{"stdin": "", "stdout": "1"}]}, language=language)
    assert error in score.steps[-1]
    assert "/tmp" not in score.steps[-1]


RAISES = {
    "python": ("def f(x):\n    return g(x)\ndef g(x):\n    return x[9]", "line 4, in g\n    return x[9]"),
    "javascript": ("function f(x) {\n  return g(x);\n}\nfunction g(x) {\n  return x.y.z;\n}", "at g (solution.js:5"),
}


@pytest.mark.parametrize("language", RAISES)
def test_what_a_call_raised_is_shown_with_the_frames_of_the_program(
    sandbox: Sandbox, slot: Slot, language: str
) -> None:
    if sandbox.languages()[language] is None:
        pytest.skip(f"{sandbox.package(language)} is not installed")
    program, frame = RAISES[language]
    truth = {"entry_point": "f", "tests": [{"args": [[1]], "expected": 1}]}
    score = judged(slot, program, truth, language=language)
    assert frame in score.steps[-1]
    assert "calls." not in score.steps[-1]
