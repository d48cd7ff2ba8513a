"""A tiny service that speaks the wire contract over a real socket, and fails as it is told to."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, Mapping[str, str], Any]  # status, headers, and a body: an object, or bytes as they are


@dataclass
class Stub:
    """What was asked, and what the next answers are; when they are used up, samples are judged by comparing strings."""

    url: str
    requests: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    answers: deque[Callable[[dict[str, Any]], Answer]] = field(default_factory=deque)

    most_at_once: int = 0
    at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def counted(self) -> Iterator[None]:
        with self.lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        yield
        with self.lock:
            self.at_once -= 1

    def will_answer(self, status: int, body: Any = b"", headers: Mapping[str, str] | None = None) -> None:
        self.answers.append(lambda request: (status, headers or {}, body))

    def will_fail_samples(self, *ids: str, code: str = "internal_error", retryable: bool = True) -> None:
        error = {"code": code, "message": "worker lost", "retryable": retryable}

        def answer(request: dict[str, Any]) -> Answer:
            wire = judge(request)
            for result in wire["results"]:
                if result["id"] in ids:
                    result.update(reward=None, error=error)
            return 200, {}, wire

        self.answers.append(answer)

    def sent_ids(self) -> list[list[str]]:
        return [[sample["id"] for sample in request["samples"]] for request in self.requests]


def judge(request: dict[str, Any]) -> dict[str, Any]:
    """The answer of `/v1/rewards`."""
    results = [judge_sample(index, sample) for index, sample in enumerate(request["samples"])]
    names = dict.fromkeys(result["group"] for result in results if result["group"])
    members = {name: [result["reward"] for result in results if result["group"] == name] for name in names}
    return {
        "rewards": [result["reward"] for result in results],
        "results": results,
        "groups": [{"group": name, "n": len(some), "mean": sum(some) / len(some)} for name, some in members.items()],
        "timing": {"total_ms": 1.0, "samples": len(results)},
        "scoring_version": "1",
        "fingerprint": "stub@1",
    }


def judge_sample(index: int, sample: dict[str, Any]) -> dict[str, Any]:
    score = 1.0 if sample.get("completion") == sample.get("ground_truth") else 0.0
    component = {
        "name": "accuracy", "verifier": "math", "weight": 1.0, "score": score,
        "verdict": "correct" if score else "incorrect", "answer": sample.get("completion"), "detail": "equal strings",
        "flags": [], "evidence": {"span": [0, 1]}, "ms": 0.1, "invented_later": 7,
    }  # fmt: skip
    return {
        "id": sample.get("id", str(index)), "group": sample.get("group"), "reward": score, "unshaped": score,
        "advantage": None, "flags": [], "error": None, "components": [component], "also_new": True,
    }  # fmt: skip


@contextmanager
def serve() -> Iterator[Stub]:
    """Run a stub on a free port while the block lasts."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.stub = Stub(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.stub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    stub: Stub

    def handle_error(self, request: Any, client_address: Any) -> None:
        return  # clients of these tests hang up on purpose


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        stub = self.server.stub
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        stub.requests.append(request)
        stub.paths.append(self.path)
        stub.headers.append(dict(self.headers))
        with stub.counted():
            answer = stub.answers.popleft()(request) if stub.answers else (200, {}, self._judge(request))
        self._answer(*answer)

    def _judge(self, request: dict[str, Any]) -> Any:
        if self.path == "/v1/rewards":
            return judge(request)
        component = judge_sample(0, request)["components"][0]
        return {key: value for key, value in component.items() if key not in ("name", "weight")}

    def _answer(self, status: int, headers: Mapping[str, str], body: Any) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: Any) -> None:
        return
