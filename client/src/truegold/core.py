"""A call without its IO: what to send, when to try again, and how replies become results.

Each request is a *conversation*, a generator that yields `Send` and `Pause` and is sent the `Reply` (or why there was
none). The two clients only carry these steps out, one with threads and one with tasks.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, Union

from truegold.encoding import to_json
from truegold.errors import Busy, NullReward, ProtocolError, Unreachable, service_error
from truegold.plan import Chunk, Unit, cut
from truegold.results import Component, Group, Result, Results, SampleError, read_component, read_group, read_result
from truegold.retry import TRANSIENT, Attempts, retry_after_s
from truegold.settings import Settings, shown

REPLY_GRACE_S = 10.0  # the service answers by its deadline; this is for the way there and back


@dataclass(frozen=True)
class Send:
    """POST this body to this address and come back with a Reply, or with Lost."""

    url: str
    body: bytes
    timeout_s: float


@dataclass(frozen=True)
class Pause:
    """Do nothing for so long."""

    seconds: float


@dataclass(frozen=True)
class Reply:
    """An answer of whatever status; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Lost:
    """No answer, and why."""

    why: str


T = TypeVar("T")
Step = Union[Send, Pause]
Conversation = Generator[Step, Any, T]
BodyFor = Callable[[float], bytes]


@dataclass
class Route:
    """The services that can be asked, and the one that answered last: the next request begins there."""

    urls: tuple[str, ...]
    preferred: int = 0

    def order(self) -> list[int]:
        first = self.preferred
        return [(first + step) % len(self.urls) for step in range(len(self.urls))]


def deliver(path: str, body: BodyFor, attempts: Attempts, route: Route) -> Conversation[dict[str, Any]]:
    """Ask until a service answers, and return its answer. `body` is told how many seconds the service has.

    Raises:
        Unreachable, ServiceError, ProtocolError: see their docstrings.
    """
    while True:
        url, answer = yield from _ask_each(path, body, attempts, route)
        if isinstance(answer, Reply) and answer.status not in TRANSIENT:
            return _read(answer, url)
        pause_s = attempts.next_pause_s(retry_after_s(answer.headers) if isinstance(answer, Reply) else None)
        if pause_s is None:
            raise _failure(url, answer, attempts)
        yield Pause(pause_s)


def _ask_each(path: str, body: BodyFor, attempts: Attempts, route: Route) -> Conversation[tuple[str, Reply | Lost]]:
    """Ask one service after the other until one gives an answer that stands; return the last answer."""
    answer: Reply | Lost = Lost("no service was asked")
    url = ""
    for position in route.order():
        url = route.urls[position] + path
        service_s = attempts.next_try_s()
        answer = yield Send(url, body(service_s), service_s + REPLY_GRACE_S)
        if isinstance(answer, Reply) and answer.status not in TRANSIENT:
            route.preferred = position
            break
    return url, answer


def _read(reply: Reply, url: str) -> dict[str, Any]:
    if reply.status < 400 and reply.status != 200:
        raise ProtocolError(f"{shown(url)} answered {reply.status}; is this the address of the service itself?")
    if reply.status != 200:
        raise service_error(_refusal(reply, url), reply.status, reply.headers.get("x-request-id"))
    try:
        answer = json.loads(reply.body)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"{shown(url)} answered 200 without JSON: {reply.body[:200]!r}") from error
    if not isinstance(answer, dict):
        raise ProtocolError(f"{shown(url)} answered 200 without an object: {reply.body[:200]!r}")
    return answer


def _failure(url: str, answer: Reply | Lost, attempts: Attempts) -> Exception:
    tries = f"after {attempts.used + 1} tries" if attempts.used else "at the only try"
    if isinstance(answer, Lost):
        return Unreachable(f"no answer from {shown(url)} {tries}: {answer.why}")
    return service_error(f"{_refusal(answer, url)} ({tries})", answer.status, answer.headers.get("x-request-id"))


def _refusal(reply: Reply, url: str) -> str:
    return f"{reply.status} from {shown(url)}: {_problem(reply.body)}"


def _problem(body: bytes) -> str:
    """What an error body says: the parts of problem+json, else its beginning."""
    text = body[:500].decode("utf-8", errors="replace")
    try:
        problem = json.loads(body)
    except (ValueError, RecursionError):
        return text
    if not isinstance(problem, dict):
        return text
    said = [str(problem[key]) for key in ("title", "detail", "errors") if problem.get(key)]
    return "; ".join(said) or text


@dataclass
class ScoreCall:
    """One call of `score`: its chunks, and the results as they come in."""

    settings: Settings
    route: Route
    head: Mapping[str, Any]
    chunks: list[Chunk]
    count: int
    ends_at: float | None = None
    results: dict[int, Result] = field(default_factory=dict)
    groups: dict[str | None, Group] = field(default_factory=dict)
    fingerprints: set[str] = field(default_factory=set)
    scoring_version: str | None = None

    def conversations(self) -> list[Conversation[None]]:
        """One conversation for each chunk; they may go side by side."""
        return [self._converse(chunk) for chunk in self.chunks]

    def finish(self) -> Results:
        """All results in the order of the samples.

        Raises:
            NullReward: `on_null` is "raise" and a reward is None.
        """
        ordered = [self.results[index] for index in range(self.count)]
        if self.settings.on_null == "raise":
            _refuse_nulls(ordered)
        names = dict.fromkeys(result.group for result in ordered)
        groups = [self.groups[name] for name in names if name in self.groups]
        return Results(ordered, groups, sorted(self.fingerprints), self.scoring_version)

    def _converse(self, chunk: Chunk) -> Conversation[None]:
        attempts = self.settings.attempts(self.ends_at)
        pending = chunk
        while pending:
            if attempts.is_over():
                return self._give_up(pending)
            try:
                answer = yield from deliver("/v1/rewards", self._body_of(pending), attempts, self.route)
            except (Busy, Unreachable):
                if pending[0].indices[0] not in self.results:
                    raise
                return None  # the samples abstained at an earlier try, and that stands
            self._take(pending, answer)
            pending = tuple(unit for unit in pending if self._is_worth_another_try(unit))
            pause_s = attempts.next_pause_s() if pending else None
            if pause_s is None:
                return None
            yield Pause(pause_s)
        return None

    def _body_of(self, units: Chunk) -> BodyFor:
        samples = b",".join(body for unit in units for body in unit.bodies)

        def body(service_s: float) -> bytes:
            # The service is told how long it is waited for, so that it never judges for a client that has left.
            head = to_json({**self.head, "deadline_s": round(service_s, 3)}, "request")
            return head[:-1] + b',"samples":[' + samples + b"]}"

        return body

    def _take(self, units: Chunk, answer: Mapping[str, Any]) -> None:
        indices = [index for unit in units for index in unit.indices]
        wire = answer.get("results")
        if not isinstance(wire, list) or len(wire) != len(indices):
            raise ProtocolError(f"{len(indices)} samples were sent, and the answer has not as many results")
        self.results.update(zip(indices, map(read_result, wire)))
        self.groups.update((group.group, group) for group in map(read_group, answer.get("groups") or ()))
        if answer.get("fingerprint"):
            self.fingerprints.add(str(answer["fingerprint"]))
        self.scoring_version = answer.get("scoring_version", self.scoring_version)

    def _is_worth_another_try(self, unit: Unit) -> bool:
        errors = (self.results[index].error for index in unit.indices)
        return any(error is not None and error.retryable for error in errors)

    def _give_up(self, units: Chunk) -> None:
        """The deadline came before these were sent (again): what is known stays, and the rest abstains."""
        error = SampleError("deadline", "the deadline came before the sample was sent", retryable=True)
        on_null = self.settings.on_null
        reward = None if isinstance(on_null, str) else on_null
        for unit in units:
            for index, body in zip(unit.indices, unit.bodies):
                sample = json.loads(body)
                unsent = Result(id=str(sample["id"]), reward=reward, group=sample.get("group"), error=error)
                self.results.setdefault(index, unsent)


def plan_score(
    settings: Settings,
    route: Route,
    samples: Iterable[Mapping[str, Any]],
    head: Mapping[str, Any],
    deadline_s: float | None,
) -> ScoreCall:
    """Prepare a call: encode and cut the samples. An empty list needs no request.

    Raises:
        EncodingError: a sample, or an argument, cannot be written as JSON.
    """
    listed: Sequence[Mapping[str, Any]] = list(samples)
    given = {name: value for name, value in head.items() if value is not None}
    if settings.on_null is not None and settings.on_null != "raise":
        given["on_null"] = settings.on_null
    to_json(given, "request")
    chunks = cut(listed, settings.max_batch, settings.max_bytes)
    ends_at = None if deadline_s is None else settings.clock() + deadline_s
    return ScoreCall(settings, route, given, chunks, len(listed), ends_at)


def ask(settings: Settings, route: Route, path: str, request: Mapping[str, Any]) -> Conversation[dict[str, Any]]:
    """One plain request and its answer."""
    body = to_json({name: value for name, value in request.items() if value is not None}, "request")
    return (yield from deliver(path, lambda _: body, settings.attempts(), route))


def ask_component(settings: Settings, route: Route, path: str, request: Mapping[str, Any]) -> Conversation[Component]:
    """One completion under one rule."""
    return read_component((yield from ask(settings, route, path, request)))


def _refuse_nulls(results: Sequence[Result]) -> None:
    nulls = [result for result in results if result.reward is None]
    if not nulls:
        return
    first, error = nulls[0], nulls[0].error or SampleError("unknown")
    count = f"{len(nulls)} of {len(results)} samples could not be judged"
    raise NullReward(f"{count}; the first is {first.id!r}: {error.code}: {error.message}")
