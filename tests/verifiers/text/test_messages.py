import pytest

from verifiers.text.answer_part import find_answer_part
from verifiers.text.messages import completion_text, prompt_text


def assistant(**fields: object) -> list[dict[str, object]]:
    return [{"role": "assistant", **fields}]


def test_a_string_stands_as_it_is() -> None:
    assert completion_text(" 42\n") == " 42\n"
    assert prompt_text("6*7? <think>\n") == "6*7? <think>\n"


def test_the_last_assistant_message_is_judged() -> None:
    messages = [
        {"role": "assistant", "content": "41"},
        {"role": "user", "content": "sure?"},
        {"role": "assistant", "content": "42"},
        {"role": "tool", "content": "ok"},
    ]
    assert completion_text(messages) == "42"


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_reasoning_is_put_back_before_the_content(field: str) -> None:
    text = completion_text(assistant(**{field: "six times seven"}, content="42"))
    assert text == "<think>six times seven</think>42"
    assert find_answer_part(text).text == "42"


@pytest.mark.parametrize("reasoning", ["", None])
def test_no_reasoning_leaves_no_tags(reasoning: str | None) -> None:
    assert completion_text(assistant(reasoning_content=reasoning, content="42")) == "42"


def test_content_parts_are_joined_and_what_is_no_text_is_left_out() -> None:
    parts = [{"type": "text", "text": "4"}, {"type": "image_url", "image_url": {}}, {"type": "text", "text": "2"}, "!"]
    assert completion_text(assistant(content=parts)) == "42!"


def test_tool_calls_are_kept_as_text() -> None:
    call = {"type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}
    text = completion_text(assistant(content="wait", tool_calls=[call, {"name": "f", "arguments": {"x": "é"}}]))
    assert text == (
        'wait\n<tool_call>{"name": "add", "arguments": {"a": 1}}</tool_call>'
        '\n<tool_call>{"name": "f", "arguments": {"x": "é"}}</tool_call>'
    )


@pytest.mark.parametrize("arguments", ["{broken", "[" * 100_000])
def test_arguments_that_are_no_json_are_kept_as_a_string(arguments: str) -> None:
    call = {"function": {"name": "f", "arguments": arguments}}
    text = completion_text(assistant(content=None, tool_calls=[call]))
    assert text == f'<tool_call>{{"name": "f", "arguments": "{arguments}"}}</tool_call>'


def test_a_prefilled_tag_stays_at_the_end_of_the_prompt() -> None:
    messages = [
        {"role": "system", "content": "Think."},
        {"role": "user", "content": [{"type": "text", "text": "6*7?"}]},
        {"role": "assistant", "content": "<think>\n"},
    ]
    assert prompt_text(messages) == "Think.\n\n6*7?\n\n<think>\n"


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        (None, "takes a string or a list"),
        (42, "not int"),
        ({"role": "assistant", "content": "42"}, "not dict"),
        ([], "the list of messages is empty"),
        (["42"], r"completion\[0\]: a message is an object, not str"),
        ([{"content": "42"}], "needs a 'role'"),
        ([{"role": "user", "content": "42"}], "none of the messages has the role 'assistant'"),
        (assistant(content=42), r"completion\[0\].content: takes a string or a list of parts, not int"),
        (assistant(content=[42]), r"content\[0\]: a part is an object"),
        (assistant(content=[{"type": "text", "text": 1}]), r"content\[0\].text: takes a string, not int"),
        (assistant(content="", reasoning_content=1), "reasoning_content: takes a string"),
        (assistant(content="", tool_calls="f"), "tool_calls: takes a list"),
        (assistant(content="", tool_calls=[1]), "a tool call is an object"),
        (assistant(content="", tool_calls=[{"function": {}}]), "needs a function with a 'name'"),
    ],
)
def test_a_malformed_message_is_refused_and_named(messages: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        completion_text(messages)  # type: ignore[arg-type]
