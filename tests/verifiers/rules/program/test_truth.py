from __future__ import annotations

import base64
import json
import pickle
import zlib
from typing import Any

import pytest

from verifiers.base import TruthError
from verifiers.rules.program.asserts import Assertion
from verifiers.rules.program.scripts import Script
from verifiers.rules.program.truth import BehindTest, CallTest, InputTest, read_truth

ON_STDIN = (InputTest("3\n", "6\n"),)
PACKED = base64.b64encode(zlib.compress(pickle.dumps('[{"input": "3\\n", "output": "6\\n", "testtype": "stdin"}]')))


@pytest.mark.parametrize(
    "truth",
    [
        {"tests": [{"stdin": "3\n", "stdout": "6\n"}]},
        {"tests": [{"input": "3\n", "output": "6\n"}]},
        {"tests": [{"stdin": "3\n", "expected_output": "6\n"}]},
        {"stdin": "3\n", "stdout": "6\n"},
        [{"input": "3\n", "output": "6\n"}],
        ['{"input": "3\\n", "output": "6\\n"}'],
        {"inputs": ["3\n"], "outputs": ["6\n"]},
        {"inputs": ["3\n"], "outputs": ["6\n"], "fn_name": None},
        {"inputs": [["3", ""]], "outputs": [["6", ""]]},
        '{"inputs": ["3\\n"], "outputs": ["6\\n"]}',
        {"input_output": '{"inputs": ["3\\n"], "outputs": ["6\\n"]}', "difficulty": "easy"},
        {"data_source": "codecontests", "reward_model": {"style": "rule", "ground_truth": '{"inputs": ["3\\n"], "outputs": ["6\\n"]}'}},
        {"reward_spec": {"method": "rule", "ground_truth": {"inputs": ["3\n"], "outputs": ["6\n"]}}},
        {"verifier_metadata": {"unit_tests": {"inputs": ["3\n"], "outputs": ["6\n"], "fn_name": None}}},
        {"verification_info": {"language": "python", "test_cases": [{"input": "3\n", "output": "6\n", "type": "stdin_stdout", "fn_name": None}]}},
        {"test_cases": '[{"stdin": "3\\n", "expected_stdout": "6\\n"}]', "ground_truth": "unused", "case_type": "input"},
        {"official_tests": [{"input": "3\n", "output": "6\n"}], "generated_checker": None},
        {"public_test_cases": '[{"input": "3\\n", "output": "6\\n", "testtype": "stdin"}]', "private_test_cases": "[]"},
        {"private_test_cases": PACKED.decode()},
    ],
    ids=range(19),
)  # fmt: skip
def test_standard_input_is_read_from_each_shape(truth: Any) -> None:
    assert read_truth(truth).tests == ON_STDIN


@pytest.mark.parametrize(
    "truth",
    [
        {"entry_point": "gap", "tests": [{"args": [[4, 1], 2], "expected": 3}]},
        {"entry_point": "gap", "tests": [{"args": [[4, 1], 2], "kwargs": {}, "expected": 3}]},
        {"tests": [{"entry_point": "gap", "args": [[4, 1], 2], "output": 3}]},
        {"fn_name": "gap", "inputs": [[[4, 1], 2]], "outputs": [3]},
        {"fn_name": "gap", "inputs": ["[4, 1]\n2"], "outputs": ["3"]},
        {"test_cases": [{"fn_name": "gap", "type": "function_call", "input": "[4, 1]\n2", "output": "3"}]},
        {"public_test_cases": '[{"input": "[4, 1]\\n2", "output": "3", "testtype": "functional"}]', "metadata": '{"func_name": "gap"}'},
        json.dumps({"inputs": ["[4, 1]\n2"], "outputs": ["3"], "fn_name": "gap"}),
    ],
    ids=range(8),
)  # fmt: skip
def test_calls_are_read_from_each_shape(truth: Any) -> None:
    (test,) = read_truth(truth).tests
    assert test == CallTest("gap", [[4, 1], 2], (3,), {})


def test_an_expected_null_is_a_value() -> None:
    (test,) = read_truth({"entry_point": "f", "tests": [{"args": [], "expected": None}]}).tests
    assert isinstance(test, CallTest)
    assert test.accepted == (None,)


def test_a_wrapped_output_of_the_parallel_form_may_be_meant_either_way() -> None:
    (test,) = read_truth({"fn_name": "f", "inputs": [[1]], "outputs": [[5]]}).tests
    assert isinstance(test, CallTest)
    assert test.accepted == ([5], 5)


@pytest.mark.parametrize(
    ("text", "value"), [('"a"', "a"), ("(1, 2)", (1, 2)), ("True", True), ("abc", "abc"), ("[1, null]", [1, None])]
)
def test_an_output_in_a_text_is_json_or_a_literal_or_the_text(text: str, value: object) -> None:
    (test,) = read_truth({"fn_name": "f", "inputs": ["1"], "outputs": [text]}).tests
    assert isinstance(test, CallTest)
    assert test.accepted == (value,)


@pytest.mark.parametrize(
    "truth",
    [
        {"asserts": ["assert gap([1]) == 0"]},
        {"asserts": "assert gap([1]) == 0"},
        {"test_list": ["assert gap([1]) == 0"], "test_setup_code": "", "challenge_test_list": []},
        ["assert gap([1]) == 0"],
        "assert gap([1]) == 0",
        '["assert gap([1]) == 0"]',
        {"assert_case": ["assert gap([1]) == 0"], "inputs": None, "outputs": None},
        {"test_cases": [{"assert_code": "assert gap([1]) == 0"}], "case_type": "assert"},
        {"test": "def check(candidate):\n    assert candidate([1]) == 0\n", "entry_point": "gap"},
        {"test_code": "def check(candidate):\n    assert candidate([1]) == 0\n\ncheck(gap)", "entry_point": "gap", "import_prefix": "import math"},
        {"test": "METADATA = {'author': 'x'}\n\n\ndef check(candidate):\n    'doc'\n    assert True\n    assert candidate([1]) == 0, 'why'\n", "entry_point": "gap"},
        {"reward_model": {"ground_truth": {"asserts": ["assert gap([1]) == 0"]}}},
    ],
    ids=range(12),
)  # fmt: skip
def test_assertions_are_read_from_each_shape(truth: Any) -> None:
    read = read_truth(truth)
    (test,) = read.tests
    assert isinstance(test, Assertion)
    assert [(call.entry, list(call.args)) for call in test.calls] == [("gap", [[1]])]
    assert (read.names, read.language, read.cannot) == (frozenset({"gap"}), "python", "")


def test_setup_comes_from_all_its_keys() -> None:
    truth = {
        "asserts": ["assert f() == 1"],
        "setup": "import math",
        "import_prefix": "import re",
        "test_imports": ["import io"],
    }
    assert read_truth(truth).setup == "import re\nimport io\nimport math"


def test_the_language_may_stand_around_the_tests() -> None:
    truth = {"language": "C++", "tests": [{"stdin": "", "stdout": "1"}]}
    assert read_truth(truth).language == "cpp"
    assert read_truth(truth, "python").language == "python"


def test_the_name_to_look_for_is_the_class_of_a_method() -> None:
    read = read_truth({"entry_point": "Solution().gap", "tests": [{"args": [], "expected": 1}]})
    assert read.names == frozenset({"Solution"})


def test_groups_keep_their_points_and_order() -> None:
    case = {"stdin": "", "stdout": "1"}
    read = read_truth({"groups": [{"points": 1, "tests": [case, case]}, {"points": 3, "tests": [case]}]})
    assert read.groups == ((1.0, 2), (3.0, 1))
    assert len(read.tests) == 3


@pytest.mark.parametrize(
    "truth",
    [
        {"unit_test": "import solution"},
        {"test": "def check(candidate):\n    for n in range(3):\n        assert candidate(n) == n\n", "entry_point": "f"},
        {"test": "def check(candidate):\n    assert candidate(1) == 1\n"},
        {"asserts": ["assert f(g(1)) == 2"]},
        {"asserts": ["assert f(lambda x: x) == 2"]},
        {"asserts": ["assert f(int) == 2"]},
        {"asserts": ["assert f(1).lower() == 'a'"]},
        {"asserts": ["x = f(1)\nassert x == 2"]},
        {"asserts": ["assert f(1) is 1"]},
        {"asserts": ["assert all(v > 0 for v in f(1))"]},
    ],
    ids=range(10),
)  # fmt: skip
def test_what_is_more_than_calls_on_literals_stays_code(truth: Any) -> None:
    read = read_truth(truth)
    assert not read.cannot
    assert all(isinstance(test, Script) for test in read.tests)


def test_one_assertion_that_is_code_makes_all_of_them_code() -> None:
    read = read_truth({"asserts": ["assert f(1) == 2", "x = f(1)", "assert x == 2"]})
    assert [type(test) for test in read.tests] == [Script] * 3


@pytest.mark.parametrize("source", ["def test_x(:", "return 1", "nonlocal x", "x" * (8 * 2**20 + 1)], ids=range(4))
def test_a_test_program_that_is_no_python_is_a_bad_truth(source: str) -> None:
    with pytest.raises(TruthError):
        read_truth({"unit_test": source})


def test_a_test_program_in_another_language_is_read_only_for_the_programs_own_process() -> None:
    truth = {"language": "java", "test": "class Main {}", "entry_point": "f"}
    with pytest.raises(TruthError, match="same_process"):
        read_truth(truth)
    assert read_truth(truth, as_code=True).tests == (BehindTest("class Main {}", "f"),)


@pytest.mark.parametrize(
    "truth",
    [
        {"official_tests": [{"input": "", "output": "1"}], "generated_checker": "import sys"},
        {"assert_case": ["assert f() == 1"], "inputs": ["1"], "outputs": ["2"]},
    ],
    ids=range(2),
)  # fmt: skip
def test_what_can_be_read_but_not_judged_says_why(truth: Any) -> None:
    assert read_truth(truth).cannot


@pytest.mark.parametrize(
    "truth",
    [
        None,
        "",
        "42",
        42,
        1.5,
        True,
        [],
        {},
        {"tests": []},
        {"asserts": []},
        {"inputs": [], "outputs": []},
        {"inputs": ["1"], "outputs": []},
        {"inputs": ["1"]},
        {"groups": []},
        {"groups": [{"points": -1, "tests": [{"stdin": "", "stdout": ""}]}]},
        {"groups": [{"points": 1, "tests": []}]},
        {"tests": [{"stdin": "1"}]},
        {"tests": [{"stdin": "1", "stdout": None}]},
        {"tests": [{"args": [1], "expected": 1}]},
        {"tests": [{"args": 1, "expected": 1}], "entry_point": "f"},
        {"tests": [{"args": [1]}], "entry_point": "f"},
        {"tests": [{"args": [1], "expected": 1}], "entry_point": "os.system('x')"},
        {"tests": [3]},
        {"tests": [{"stdin": "1", "stdout": {"a": 1}}]},
        {"tests": [{"stdin": "1", "stdout": "1"}, {"entry_point": "f", "args": [], "expected": 1}]},
        {"asserts": ["assert f(1) =="]},
        {"asserts": ["assert f(1) == 1/0"]},
        {"asserts": ["assert 1 == 2"]},
        {"asserts": ["import math"]},
        {"asserts": [1]},
        {"asserts": ["assert f() == 1"], "setup": "def"},
        {"language": "klingon", "tests": [{"stdin": "", "stdout": "1"}]},
        {"language": 3, "tests": [{"stdin": "", "stdout": "1"}]},
        '{"tests": ',
        "[" * 100_000,
        {"reward_model": {"style": "rule"}},
        {"entry_point": "f", "tests": [{"args": [], "expected": json.loads("[" * 150 + "]" * 150)}]},
        {"private_test_cases": "not base64!"},
        {"private_test_cases": base64.b64encode(zlib.compress(pickle.dumps([1]))).decode()},
        {"private_test_cases": base64.b64encode(zlib.compress(pickle.dumps(print))).decode()},
        {"private_test_cases": base64.b64encode(zlib.compress(b"\x80garbage")).decode()},
        {"private_test_cases": base64.b64encode(zlib.compress(bytes(100_000_000))).decode()},
    ],
    ids=range(42),
)  # fmt: skip
def test_what_cannot_be_read_is_a_truth_error(truth: Any) -> None:
    with pytest.raises(TruthError, match=r"\w"):
        read_truth(truth)
