"""The running parts that routes share, wired in `app.main`: registry, recipes, engine, sandbox, and their readiness."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from app.audit import Audit
from app.bodies import BodyBudget
from app.metrics import Metrics
from app.settings import Settings
from app.telemetry import current_exchange
from app.tracing import Tracing
from sandbox.base import SandboxError
from sandbox.run import Sandbox
from verifiers.engine.batch import Batch
from verifiers.engine.engine import Engine
from verifiers.recipes.catalogue import Recipes
from verifiers.registry import Registry

log = logging.getLogger("truegold")

# Objects made before the youngest are looked at; then rounds of one generation before the next is.
GC_THRESHOLDS = (50_000, 20, 50)
# How long a thread that judges may keep one waiting that answers a request or runs a program: a fifth of the usual.
SWITCH_S = 0.001


@dataclass(slots=True)
class Service:
    """What a request needs. `readiness` is set once the pools are warm and the sandbox has proven itself."""

    settings: Settings
    registry: Registry
    recipes: Recipes
    sandbox: Sandbox
    engine: Engine
    metrics: Metrics
    bodies: BodyBudget
    audit: Audit | None = None
    tracing: Tracing | None = None
    readiness: asyncio.Event = field(default_factory=asyncio.Event)
    sandbox_problem: str | None = None
    is_draining: bool = False
    has_failed: bool = False  # it could not be warmed, and ends
    on_ready: Callable[[], None] | None = None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _open: set[Batch] = field(default_factory=set)

    async def finish(self, batch: Batch, deadline_s: float, *, is_counted: bool = True) -> None:
        """Wait for a batch that has begun, and count and log what came out: the one place where that is done.

        A second look at samples that another batch has judged is not counted.
        """
        self._open.add(batch)
        try:
            await batch.finish(self.engine, deadline_s)
        finally:
            self._open.discard(batch)
        if not is_counted:
            return
        results = [result for result in batch.results if result is not None]
        exchange = current_exchange()
        exchange.samples += len(results)
        exchange.nulls += self.metrics.judged(results, batch.timing)
        if self.audit is not None:
            self.audit.note(results, exchange.request_id)
        if self.tracing is not None:
            self.tracing.note(results, batch.timing, exchange.request_id)

    async def hurry(self, grace_s: float) -> None:
        """Let the deadline of all open batches come now; what is open after `grace_s` seconds more is sent away."""
        for batch in list(self._open):
            batch.cut()
        await asyncio.sleep(grace_s)
        self.stopping.set()

    async def warm(self) -> None:
        """Start the engine and probe the sandbox, off the event loop."""
        await asyncio.to_thread(self.engine.start)
        self.sandbox_problem = await asyncio.to_thread(self._probe)
        _collect_rarely()
        sys.setswitchinterval(SWITCH_S)
        self.readiness.set()
        layers = ",".join(self.sandbox.layers) or "none"
        log.info("ready: cores=%d isolation=%s problem=%s", self.engine.cores, layers, self.sandbox_problem)
        if self.on_ready is not None:
            self.on_ready()

    @property
    def status(self) -> str:
        """One word for /readyz."""
        if self.is_draining:
            return "draining"
        if not self.readiness.is_set():
            return "warming"
        return "ready" if self.is_ready else "broken"

    @property
    def is_ready(self) -> bool:
        """Whether traffic should come here. Without isolation `code` abstains, but all else is served."""
        fit = self.sandbox_problem is None or self.sandbox.missing is not None
        return self.readiness.is_set() and not self.is_draining and fit

    def _probe(self) -> str | None:
        if self.sandbox.missing:
            return self.sandbox.missing
        try:
            self.sandbox.probe()
        except SandboxError as error:
            log.error("the sandbox did not pass its probe: %s", error)
            return f"the sandbox did not pass its probe: {error}"
        return None

    def close(self) -> None:
        self.engine.close()
        self.sandbox.close()
        if self.audit is not None:
            self.audit.close()
        if self.tracing is not None:
            self.tracing.close()


def _collect_rarely() -> None:
    """Look for cycles seldom, and never among what the start has left: a batch is thousands of objects and no cycle."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
