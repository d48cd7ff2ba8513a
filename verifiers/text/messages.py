"""Turns chat messages into the text that is judged, and into the text of the prompt.

Chat templates differ by model, so none is imitated: messages are joined by blank lines, without role names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Message: TypeAlias = Mapping[str, Any]

BETWEEN_MESSAGES = "\n\n"


def completion_text(completion: str | Sequence[Message]) -> str:
    """Return the text to judge: a string as it stands, of messages the last one by the assistant.

    Reasoning that came in a field of its own is put back as `<think>...</think>` before the content, and tool calls
    stand after it as `<tool_call>{...}</tool_call>`.

    Raises:
        ValueError: no message is by the assistant, or one is malformed; the message says which.
    """
    if isinstance(completion, str):
        return completion
    messages = _checked(completion, "completion")
    judged = next((index for index in reversed(range(len(messages))) if messages[index]["role"] == "assistant"), None)
    if judged is None:
        raise ValueError("completion: none of the messages has the role 'assistant'")
    return _message_text(messages[judged], f"completion[{judged}]")


def prompt_text(prompt: str | Sequence[Message]) -> str:
    """Return the prompt as one text whose end is the end of the last message: a prefilled `<think>` stays at the end.

    Raises:
        ValueError: a message is malformed; the message says which.
    """
    if isinstance(prompt, str):
        return prompt
    messages = _checked(prompt, "prompt")
    return BETWEEN_MESSAGES.join(_message_text(message, f"prompt[{i}]") for i, message in enumerate(messages))


def _checked(messages: object, where: str) -> Sequence[Message]:
    if not isinstance(messages, Sequence) or isinstance(messages, bytes):
        raise ValueError(f"{where}: takes a string or a list of chat messages, not {_kind(messages)}")
    if not messages:
        raise ValueError(f"{where}: the list of messages is empty")
    for index, message in enumerate(messages):
        if not isinstance(message, Mapping):
            raise ValueError(f"{where}[{index}]: a message is an object, not {_kind(message)}")
        if not isinstance(message.get("role"), str):
            raise ValueError(f"{where}[{index}]: a message needs a 'role' that is a string")
    return messages


def _message_text(message: Message, where: str) -> str:
    calls = _calls(message.get("tool_calls"), where)
    return _reasoning(message, where) + "\n".join(filter(None, [_content(message, where), *calls]))


def _reasoning(message: Message, where: str) -> str:
    # vLLM and SGLang say `reasoning_content`, newer releases and others say `reasoning`.
    for field in ("reasoning_content", "reasoning"):
        text = message.get(field)
        if text is not None and not isinstance(text, str):
            raise ValueError(f"{where}.{field}: takes a string, not {_kind(text)}")
        if text:
            return f"<think>{text}</think>"
    return ""


def _content(message: Message, where: str) -> str:
    content = message.get("content")
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if not isinstance(content, Sequence) or isinstance(content, bytes):
        raise ValueError(f"{where}.content: takes a string or a list of parts, not {_kind(content)}")
    return "".join(_part(part, f"{where}.content[{index}]") for index, part in enumerate(content))


def _part(part: object, where: str) -> str:
    if isinstance(part, str):
        return part
    if not isinstance(part, Mapping) or not isinstance(part.get("type"), str):
        raise ValueError(f"{where}: a part is an object with a 'type'")
    if "text" not in part:
        return ""  # an image, a sound: nothing of it can be judged here
    if not isinstance(part["text"], str):
        raise ValueError(f"{where}.text: takes a string, not {_kind(part['text'])}")
    return part["text"]


def _calls(calls: object, where: str) -> list[str]:
    if calls is None:
        return []
    if not isinstance(calls, Sequence) or isinstance(calls, str | bytes):
        raise ValueError(f"{where}.tool_calls: takes a list, not {_kind(calls)}")
    return [_call(call, f"{where}.tool_calls[{index}]") for index, call in enumerate(calls)]


def _call(call: object, where: str) -> str:
    if not isinstance(call, Mapping):
        raise ValueError(f"{where}: a tool call is an object, not {_kind(call)}")
    function = call.get("function", call)
    if not isinstance(function, Mapping) or not isinstance(function.get("name"), str):
        raise ValueError(f"{where}: a tool call needs a function with a 'name'")
    name = json.dumps(function["name"], ensure_ascii=False)
    return f'<tool_call>{{"name": {name}, "arguments": {_arguments(function.get("arguments", {}))}}}</tool_call>'


def _arguments(arguments: object) -> str:
    """The arguments as JSON text: engines hand them on as JSON in a string, and what a policy wrote may be no JSON."""
    if isinstance(arguments, str) and _is_json(arguments):
        return arguments
    try:
        return json.dumps(arguments, ensure_ascii=False)
    except RecursionError:
        return '"nested too deeply"'


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _kind(value: object) -> str:
    return "null" if value is None else type(value).__name__
