"""Traces for OpenTelemetry, where an operator names a collector: a span a request, one for each batch judged in it.

They hold names and counts. No completion, no prompt, no ground truth, no answer and no exception's text goes into them.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import MutableMapping, Sequence
from typing import Any

from fastapi.telemetry import TelemetryConfig
from opentelemetry.trace import TracerProvider
from opentelemetry.util.types import AttributeValue

from app.version import VERSION
from verifiers.engine.batch import Result, Timing

# Asked every few seconds, and of no interest afterwards.
UNTRACED_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})
EXPORT_S = 5.0  # for one export, its retries among it
CLOSE_S = 5.0  # at the end, for what has not been sent yet
MAX_RECIPES = 16  # names in one span


class TracingUnavailable(RuntimeError):
    """Traces were asked for and their packages are not installed; the message says what to do."""


class Tracing:
    """Sends spans to a collector, from a thread of its own; a collector that is away costs spans and nothing else.

    Raises:
        TracingUnavailable: see there.
    """

    def __init__(self, endpoint: str, share: float) -> None:
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider as Provider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
            from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
        except ImportError as error:
            message = f"TRUEGOLD_OTLP_ENDPOINT is set and {error.name} is not installed: see requirements-otel.lock"
            raise TracingUnavailable(message) from error
        resource = Resource.create({"service.name": "truegold", "service.version": VERSION})
        provider = Provider(resource=resource, sampler=ParentBased(TraceIdRatioBased(share)))
        exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=EXPORT_S)
        provider.add_span_processor(BatchSpanProcessor(exporter))
        self.provider: TracerProvider = provider
        self._shutdown = provider.shutdown
        self._tracer = provider.get_tracer("truegold", VERSION)

    def note(self, results: Sequence[Result], timing: Timing, request_id: str) -> None:
        """Make the span of a batch that has just been judged, under that of its request."""
        end = time.time_ns()
        span = self._tracer.start_span("judge", start_time=end - int(timing.total_ms * 1e6))
        if span.is_recording():
            span.set_attributes(_figures(results, timing, request_id))
        span.end(end)

    def close(self) -> None:
        """Send what is waiting, but wait for a collector that does not answer no longer than `CLOSE_S`."""
        ending = threading.Thread(target=self._shutdown, name="traces", daemon=True)
        ending.start()
        ending.join(CLOSE_S)


def telemetry(tracing: Tracing | None) -> TelemetryConfig:
    """Say what the framework records by itself: a span a request where there is tracing, and never anything else.

    Its logs and its inner spans stay off, for they quote exceptions.
    """
    return {
        "tracer_provider": tracing.provider if tracing else None,
        "tracing": tracing is not None,
        "metrics": False,
        "logs": False,
        "operation_spans": False,
        "auto_configure": False,
        "exclude": _is_untraced,
    }


def _figures(results: Sequence[Result], timing: Timing, request_id: str) -> dict[str, AttributeValue]:
    verdicts = Counter(score.verdict.value for result in results for score in result.scores)
    recipes = sorted({result.rollout.recipe.name for result in results})
    return {
        "truegold.request_id": request_id,
        "truegold.recipes": recipes[:MAX_RECIPES],
        "truegold.samples": len(results),
        "truegold.samples_deduplicated": timing.deduplicated,
        "truegold.nulls": sum(result.reward.value is None for result in results),
        "truegold.queue_ms": timing.queue_ms,
        **{f"truegold.verdicts.{verdict}": count for verdict, count in verdicts.items()},
    }


def _is_untraced(scope: MutableMapping[str, Any]) -> bool:
    return scope["path"] in UNTRACED_PATHS
