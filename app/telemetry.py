"""Log lines: one JSON object each, with the request's id, and never a completion or a ground truth."""

from __future__ import annotations

import logging

import structlog

SHARED = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
)


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
    ours = logging.getLogger("truegold")
    ours.handlers = [handler]
    ours.propagate = False
    ours.setLevel(level.upper())
