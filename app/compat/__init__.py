"""Trainers' own wire formats, translation only: one file each, found by its being there."""

from __future__ import annotations

import importlib
import pkgutil

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from app.hangup import CLIENT_CLOSED_REQUEST, ClientGone

UNDER_A_RECIPE = "/r/{recipe}"


def include_protocols(app: FastAPI) -> None:
    """Serve the router of each module here, at its own paths and again under `/r/{recipe}`."""
    for router in _routers():
        app.include_router(router)
        app.include_router(router, prefix=UNDER_A_RECIPE)
    app.add_exception_handler(ClientGone, _nobody_waits)


async def _nobody_waits(_request: Request, _gone: Exception) -> Response:
    return Response(status_code=CLIENT_CLOSED_REQUEST)


def _routers() -> list[APIRouter]:
    modules = [importlib.import_module(found.name) for found in pkgutil.iter_modules(__path__, f"{__name__}.")]
    return [module.router for module in modules if hasattr(module, "router")]
