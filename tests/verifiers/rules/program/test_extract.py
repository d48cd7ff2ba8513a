from __future__ import annotations

import pytest

from verifiers.base import Sample
from verifiers.rules.program.extract import MAX_PROGRAM_CHARS, Judged, NoProgram, find_program


def found(completion: str, asked: str | None = None, *names: str, prompt: str | None = None) -> Judged | NoProgram:
    return find_program(Sample(completion, prompt), "auto", asked, frozenset(names))


def source(completion: str, asked: str | None = None, *names: str) -> str:
    program = found(completion, asked, *names)
    assert isinstance(program, Judged), program
    return program.source.strip()


def test_the_last_block_is_the_program() -> None:
    assert source("```python\na = 1\n```\nor better\n```python\nb = 2\n```") == "b = 2"


def test_without_a_fence_all_of_the_answer_part_is_the_program() -> None:
    assert source("def f():\n    return 1") == "def f():\n    return 1"


def test_code_in_the_reasoning_is_never_the_program() -> None:
    assert source("<think>```python\na = 1\n```</think>\n```python\nb = 2\n```") == "b = 2"
    assert isinstance(found("<think>```python\na = 1\n```</think>"), NoProgram)


def test_inside_answer_tags_only_their_content_counts() -> None:
    assert source("```python\na = 1\n```\n<answer>```python\nb = 2\n```</answer>") == "b = 2"


def test_the_last_block_that_defines_the_entry_point_goes_before_a_block_of_examples() -> None:
    text = "```python\ndef f(): return 1\n```\nUse it:\n```python\nprint(f())\n```"
    assert source(text, None, "f") == "def f(): return 1"
    assert source(text) == "print(f())"


@pytest.mark.parametrize(
    "definition", ["def f(x): pass", "async def f(): pass", "class f: pass", "f = lambda: 1", "f: object = len"]
)
def test_a_definition_takes_many_forms(definition: str) -> None:
    assert source(f"```python\n{definition}\n```\n```python\nf(1) == f\n```", None, "f") == definition


def test_a_method_counts_as_a_definition() -> None:
    text = "```python\nclass Solution:\n    def f(self): pass\n```\n```python\nSolution().f()\n```"
    assert source(text, None, "f").startswith("class Solution")


def test_where_no_block_defines_the_name_the_last_is_taken() -> None:
    assert source("```python\na = 1\n```\n```python\nb = 2\n```", None, "f") == "b = 2"


def test_of_several_blocks_those_of_the_asked_language_are_taken() -> None:
    assert source("```python\na = 1\n```\n```cpp\nint b;\n```\n```\nc\n```", "python") == "a = 1"


def test_an_unlabelled_block_that_defines_the_name_goes_before_a_labelled_one_that_does_not() -> None:
    assert source("```\ndef f(): pass\n```\n```python\nf()\n```", "python", "f") == "def f(): pass"


def test_a_block_of_output_is_not_taken_for_the_program() -> None:
    assert source("```python\nprint(5)\n```\nOutput:\n```text\n5\n```") == "print(5)"


def test_a_block_of_output_alone_is_the_program() -> None:
    assert source("```text\nprint(5)\n```") == "print(5)"


def test_a_stray_fence_at_the_end_hides_nothing() -> None:
    assert source("```python\nprint(5)\n```\n```") == "print(5)"


def test_the_span_counts_code_points_of_the_completion() -> None:
    completion = "<think>é</think>😀\n```python\nb = '😀'\n```"
    program = found(completion)
    assert isinstance(program, Judged)
    assert completion[program.start : program.end] == program.source


@pytest.mark.parametrize(
    ("label", "language"), [("py", "python"), ("Python3", "python"), ("foo", "python"), ("", "python")]
)
def test_the_label_names_the_language_and_an_unknown_one_counts_as_none(label: str, language: str) -> None:
    program = found(f"```{label}\nx\n```")
    assert isinstance(program, Judged)
    assert program.language == language


def test_a_language_that_only_the_fence_asks_for_is_told_from_one_that_was_asked_for() -> None:
    program = found("```cobol2\nx\n```\n```rust\nfn main() {}\n```")
    asked = found("```rust\nfn main() {}\n```", "rust")
    assert isinstance(program, Judged)
    assert isinstance(asked, Judged)
    assert (program.language, program.is_by_fence, asked.is_by_fence) == ("rust", True, False)


@pytest.mark.parametrize(
    ("language", "definition", "example"),
    [
        ("javascript", "function gap(v) {\n  return 1;\n}", "console.log(gap([1]));"),
        ("javascript", "const gap = (v) => 1;", "const x = gap([1]);"),
        ("javascript", "class Solution {\n  gap(v) {\n    return 1;\n  }\n}", "new Solution().gap([1]);"),
        ("typescript", "export const gap = (v: number[]): number => 1;", "  return gap([1]);"),
        ("java", "class Solution {\n  public static int gap(List<int[]> v) {\n  }\n}", "    return gap(v);"),
        ("cpp", "std::vector<int> gap(const int &v) {\n}", "  throw gap(1);"),
        ("rust", "pub fn gap(v: &[i64]) -> i64 {\n}", "let x = gap(&[1]);"),
    ],
)
def test_the_block_that_defines_the_name_is_taken_in_other_languages_too(
    language: str, definition: str, example: str
) -> None:
    both = f"```{language}\n{definition}\n```\nFor example:\n```{language}\n{example}\n```"
    assert source(both, language, "gap").strip() == definition


def test_a_hostile_line_of_another_language_is_read_in_no_time() -> None:
    line = " " * 200_000 + "a " * 200_000 + "gap"
    assert source(f"```java\n{line}\n```\n```java\nx\n```", "java", "gap") == "x"


def test_an_asked_language_goes_before_the_label() -> None:
    program = found("```python\nint main() {}\n```", "cpp")
    assert isinstance(program, Judged)
    assert program.language == "cpp"


@pytest.mark.parametrize("completion", ["", "   \n", "```python\n```", "```python\n   \n```", "<answer></answer>"])
def test_nothing_written_is_no_program(completion: str) -> None:
    assert isinstance(found(completion), NoProgram)


def test_a_program_over_the_ceiling_is_no_program() -> None:
    assert isinstance(found("x" * (MAX_PROGRAM_CHARS + 1)), NoProgram)


def test_too_many_fences_are_no_program() -> None:
    assert isinstance(found("```\n" * 50_000), NoProgram)
