"""The running parts that routes share, wired in `app.main`: registry, recipes, engine, sandbox, and their readiness."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from app.settings import Settings
from sandbox.base import SandboxError
from sandbox.run import Sandbox
from verifiers.engine.engine import Engine
from verifiers.recipes.catalogue import Recipes
from verifiers.registry import Registry

log = logging.getLogger("truegold")


@dataclass(slots=True)
class Service:
    """What a request needs. `readiness` is set once the pools are warm and the sandbox has proven itself."""

    settings: Settings
    registry: Registry
    recipes: Recipes
    sandbox: Sandbox
    engine: Engine
    readiness: asyncio.Event = field(default_factory=asyncio.Event)
    sandbox_problem: str | None = None
    is_draining: bool = False
    on_ready: Callable[[], None] | None = None

    async def warm(self) -> None:
        """Start the engine and probe the sandbox, off the event loop."""
        await asyncio.to_thread(self.engine.start)
        self.sandbox_problem = await asyncio.to_thread(self._probe)
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
