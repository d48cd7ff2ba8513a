"""Traces, as a real receiver of OTLP over HTTP gets them: names and counts, and nothing of the content."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.conftest import ROOT, Service

SECRET, TRUTH = "the-policy-said-this", "777001"
SAMPLE = {"id": "s1", "completion": f"{SECRET} \\boxed{{{TRUTH}}}", "ground_truth": TRUTH, "verifier": "math"}
OFF = """
import sys
from app.main import create_app
create_app()
print([name for name in sys.modules if name.startswith(("opentelemetry.sdk", "opentelemetry.exporter"))])
"""
MISSING = "import sys; sys.modules['opentelemetry.sdk'] = None; from app.main import create_app; create_app()"


class Collector(ThreadingHTTPServer):
    """Takes what exporters post, as a collector does."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Receiver)
        self.bodies: list[bytes] = []
        self.paths: set[str] = set()
        self.came = threading.Condition()
        self.endpoint = f"http://127.0.0.1:{self.server_port}"

    @property
    def spans(self) -> list[Span]:
        return [
            span
            for body in self.bodies
            for of_resource in ExportTraceServiceRequest.FromString(body).resource_spans
            for of_scope in of_resource.scope_spans
            for span in of_scope.spans
        ]

    def trace(self, number: int, spans: int) -> list[Span]:
        """Wait until a trace has so many spans, and return them, that of the batch first."""
        name = parent(number).split("-")[1]
        found: list[Span] = []

        def is_whole() -> bool:
            found[:] = [span for span in self.spans if span.trace_id.hex() == name]
            return len(found) == spans

        with self.came:
            assert self.came.wait_for(is_whole, timeout=30), found
        return sorted(found, key=lambda span: span.name != "judge")


def parent(number: int, *, is_sampled: bool = True) -> str:
    """What a caller's own trace calls itself."""
    return f"00-{number:032x}-b7ad6b7169203331-0{is_sampled:d}"


class _Receiver(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.came:
            self.server.paths.add(self.path)
            self.server.bodies.append(body)
            self.server.came.notify_all()
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with Collector() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def traced(tmp_path: Path, endpoint: str, **environment: str) -> Service:
    own = {"TRUEGOLD_CORES": "1", "TRUEGOLD_RULES": str(ROOT / "tests/corpus/rules")}
    return Service(tmp_path, {**own, "TRUEGOLD_OTLP_ENDPOINT": endpoint, **environment})


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, collector: Collector) -> Iterator[httpx.Client]:
    service = traced(tmp_path_factory.mktemp("traced"), collector.endpoint, OTEL_BSP_SCHEDULE_DELAY="100")
    service.start()
    with httpx.Client(base_url=service.url) as client:
        yield client
    service.stop()


def attributes(span: Span) -> dict[str, object]:
    found: dict[str, object] = {}
    for item in span.attributes:
        value = getattr(item.value, item.value.WhichOneof("value"))
        found[item.key] = [each.string_value for each in value.values] if hasattr(value, "values") else value
    return found


def test_a_request_is_a_span_of_its_callers_trace_and_its_batch_one_below(
    client: httpx.Client, collector: Collector
) -> None:
    samples = [SAMPLE, SAMPLE, {**SAMPLE, "ground_truth": "1"}, {**SAMPLE, "ground_truth": "\\frac{1}{"}]
    headers = {"traceparent": parent(17), "X-Request-Id": "r-17"}
    client.post("/v1/rewards", json={"samples": samples, "recipe": "accuracy"}, headers=headers)
    batch, request = collector.trace(17, spans=2)
    assert collector.paths == {"/v1/traces"}
    assert (request.name, batch.name) == ("POST /v1/rewards", "judge")
    assert request.parent_span_id.hex() == parent(17).split("-")[2]
    assert batch.parent_span_id == request.span_id
    assert batch.start_time_unix_nano <= batch.end_time_unix_nano <= request.end_time_unix_nano
    assert attributes(request)["http.response.status_code"] == 200
    told = attributes(batch)
    assert told.pop("truegold.queue_ms") >= 0  # type: ignore[operator]  # a number
    assert told == {
        "truegold.request_id": "r-17",
        "truegold.recipes": ["accuracy"],
        "truegold.samples": 4,
        "truegold.samples_deduplicated": 1,
        "truegold.nulls": 1,
        "truegold.verdicts.correct": 2,
        "truegold.verdicts.incorrect": 1,
        "truegold.verdicts.bad_truth": 1,
    }


def test_a_stream_is_traced_to_its_end(client: httpx.Client, collector: Collector) -> None:
    headers = {"traceparent": parent(18), "Accept": "application/x-ndjson"}
    client.post("/v1/rewards", json={"samples": [{**SAMPLE, "id": "s2"}]}, headers=headers)
    batch, request = collector.trace(18, spans=2)
    assert attributes(batch)["truegold.samples"] == 1
    assert batch.end_time_unix_nano <= request.end_time_unix_nano


def test_nothing_of_a_request_is_in_its_trace_even_when_it_fails(client: httpx.Client, collector: Collector) -> None:
    raising = {**SAMPLE, "completion": f"raise {SECRET}", "verifier": "misbehaves"}
    asked: list[tuple[str, object, int]] = [
        ("rewards", {"samples": [SAMPLE, raising]}, 2),
        ("rewards", {"samples": [SAMPLE], "recipe": SECRET}, 1),
        ("rewards", {"samples": SECRET}, 1),
        ("rewards", [SECRET] * 10, 1),
        ("verify/math", {"completion": SAMPLE["completion"], "ground_truth": TRUTH}, 2),
    ]
    for number, (path, body, spans) in enumerate(asked, 100):
        client.post(f"/v1/{path}", json=body, headers={"traceparent": parent(number)})
        collector.trace(number, spans)
    everything = b"".join(collector.bodies)
    assert SECRET.encode() not in everything
    assert TRUTH.encode() not in everything


def test_probes_scrapes_and_callers_that_want_none_leave_no_trace(client: httpx.Client, collector: Collector) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        client.get(path, headers={"traceparent": parent(200)})
    client.get("/version", headers={"traceparent": parent(200, is_sampled=False)})
    client.get("/version", headers={"traceparent": parent(201)})  # sent after all the others
    (last,) = collector.trace(201, spans=1)
    assert last.name == "GET /version"
    collector.trace(200, spans=0)


def test_a_collector_that_is_away_costs_no_reward_and_does_not_hold_up_the_end(tmp_path: Path) -> None:
    service = traced(tmp_path, "http://127.0.0.1:9")
    service.start()
    assert httpx.post(f"{service.url}/v1/rewards", json={"samples": [SAMPLE]}).json()["rewards"] == [1.0]
    service.process.terminate()
    assert service.process.wait(timeout=20) == 0
    assert SECRET not in service.log.read_text()


def test_without_a_collector_nothing_of_it_is_loaded() -> None:
    run = subprocess.run([sys.executable, "-c", OFF], cwd=ROOT, env={}, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("code", "endpoint", "says"),
    [(MISSING, "http://gold:4318", "requirements-otel.lock"), (OFF, "gold:4318", "otlp_endpoint")],
)
def test_a_collector_that_cannot_be_spoken_to_stops_the_start(code: str, endpoint: str, says: str) -> None:
    environment = {"TRUEGOLD_OTLP_ENDPOINT": endpoint}
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode != 0
    assert says in run.stderr
