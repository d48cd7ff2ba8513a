"""Log lines: one JSON object each, with the request's id, and never a completion or a ground truth.

The lines are uvicorn's and ours. A traceback that uvicorn writes about a bug of ours may quote what the bug was about.
"""

from __future__ import annotations

import logging
from contextvars import ContextVar
from dataclasses import dataclass

import structlog

SHARED = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
)


EXPORTER = "opentelemetry"  # says so when a collector is away


@dataclass(slots=True)
class Exchange:
    """One request and its answer, as its access line shows them. Filled in by whoever learns something."""

    request_id: str
    samples: int = 0
    nulls: int = 0
    body_bytes: int = 0  # what the budget of bodies holds for it


_current: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


def begin_exchange(request_id: str) -> Exchange:
    """Make the exchange of the running task; each of its log lines carries the id from here on."""
    structlog.contextvars.bind_contextvars(request_id=request_id)
    exchange = Exchange(request_id)
    _current.set(exchange)
    return exchange


def current_exchange() -> Exchange:
    """Return the exchange of the running task; outside of a request, one that nobody reads."""
    return _current.get() or Exchange("")


def configure_logs(level: str) -> None:
    """Send the standard library's records of this service through one formatter, to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    for name, threshold in (("truegold", level), (EXPORTER, "warning")):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(threshold.upper())
