"""Where the parts are wired together: the only place that knows all of them."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from app.audit import Audit
from app.bodies import BodyBudget
from app.compat import include_protocols
from app.errors import RequestError, on_request_error
from app.keys import Keys
from app.metrics import Metrics
from app.middleware import Exchanges
from app.openapi import document
from app.playground.pages import include_playground
from app.routes import catalogue, health, lint, rewards, select, verify, vote
from app.service import Service
from app.settings import Settings, read_settings
from app.telemetry import configure_logs
from app.tracing import Tracing, telemetry
from app.version import VERSION
from sandbox.isolation.layers import harden_service
from sandbox.run import Sandbox, SandboxConfig
from verifiers.engine.cores import core_budget
from verifiers.engine.engine import Engine, EngineBusyError, EngineConfig
from verifiers.recipes.catalogue import Recipes
from verifiers.registry import Registry

log = logging.getLogger("truegold")


class TwoOwners(RuntimeError):
    """More than one service process was asked for: each would take all cores for itself."""


def create_app(settings: Settings | None = None, on_ready: Callable[[], None] | None = None) -> FastAPI:
    """Return the application; its lifespan starts and ends all processes. `on_ready` is called once all are warm.

    Raises:
        UnknownSetting, pydantic.ValidationError: the environment does not fit.
        SandboxError: an isolation layer that the operator requires is not to be had.
        TwoOwners: started with several server workers.
        TracingUnavailable: a collector is named, and the packages that speak to it are not installed.
    """
    if multiprocessing.parent_process() is not None:
        raise TwoOwners("start one server process (no --workers): it uses all cores by itself")
    settings = settings or read_settings()
    configure_logs(settings.log_level)
    service = build_service(settings)
    service.on_ready = on_ready
    if settings.audit_file is not None:
        service.audit = Audit(settings.audit_file, settings.audit_share)
    if settings.otlp_endpoint:
        service.tracing = Tracing(settings.otlp_endpoint, settings.trace_share)
    app = FastAPI(
        title="truegold",
        version=VERSION,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        telemetry=telemetry(service.tracing),
    )
    app.state.service = service
    app.openapi = lambda: document(app)  # type: ignore[method-assign]  # FastAPI's documented way
    for module in (rewards, verify, vote, select, lint, catalogue, health):
        app.include_router(module.router)
    include_protocols(app)
    include_playground(app)
    for kind in (RequestError, EngineBusyError, HTTPException, Exception):
        app.add_exception_handler(kind, on_request_error)
    app.add_middleware(Keys, keys=settings.api_keys, max_requests=settings.key_max_requests)
    app.add_middleware(Exchanges, metrics=service.metrics, bodies=service.bodies)
    return app


def build_service(settings: Settings) -> Service:
    """Wire registry, recipes, sandbox and engine; nothing is started yet.

    Raises:
        BadRules: a file of the operator's folder cannot be used.
    """
    registry = Registry.discover(settings.ceilings, settings.rules)
    sandbox = Sandbox(
        SandboxConfig(settings.scratch_dir, settings.sandbox_require, settings.sandbox_allow_weak),
    )
    config = EngineConfig(
        cores=settings.cores or core_budget(),
        preload=registry.preload,
        mounted=settings.rules,
        first_pass_s=settings.first_pass_s,
        worker_memory_bytes=settings.worker_memory_mb * 2**20,
        cache_entries=settings.cache_entries,
        max_backlog=settings.max_backlog,
    )
    engine, bodies = Engine(config, sandbox), BodyBudget(settings.max_open_bytes)
    metrics = Metrics(engine, bodies)
    return Service(settings, registry, Recipes.load(registry, settings.rules), sandbox, engine, metrics, bodies)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    harden_service()
    warming = asyncio.ensure_future(service.warm())
    warming.add_done_callback(partial(_stop_when_cold, service))
    yield
    await asyncio.wait([warming])
    await asyncio.to_thread(service.close)


def _stop_when_cold(service: Service, warming: asyncio.Future[None]) -> None:
    """A service that could not be warmed has nothing to serve: say why and stop."""
    if not warming.cancelled() and (error := warming.exception()) is not None:
        log.critical("the service cannot start: %s", error)
        service.has_failed = True
        os.kill(os.getpid(), signal.SIGTERM)
