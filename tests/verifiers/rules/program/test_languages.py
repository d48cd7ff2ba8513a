"""Programs in other languages than Python, filed under the verdict that they must get, run in a real sandbox."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.run import Sandbox, SandboxConfig, Slot
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
