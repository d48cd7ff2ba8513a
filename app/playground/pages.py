"""Serves the page, its files and the API's description: nothing from another host, and no script but our own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
from fastapi import APIRouter, FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.staticfiles import StaticFiles
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from app.body import read_json
from app.errors import RequestError, unprocessable
from app.playground.mathml import typeset
from app.reading import read_shape
from app.service import Service
from verifiers.base import Json
from verifiers.engine.frames import to_json
from verifiers.text.messages import completion_text, prompt_text

FILES = Path(__file__).parent / "files"
MAX_FORMS = 32
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
ASSETS = "/docs/assets"
PAGES = {"/": FILES / "index.html"} | {
    f"/playground/{path.name}": path for path in sorted(FILES.iterdir()) if path.suffix in TYPES
}
# Open where keys are configured: they hold nothing, and the page is where the key is typed in.
OPEN_PATHS = frozenset(PAGES)

router = APIRouter(include_in_schema=False)


class LatexRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Formulas to draw."""

    latex: list[str]


class MessagesRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A completion and a prompt as a log holds them: text, or chat messages."""

    completion: str | list[dict[str, Json]]
    prompt: str | list[dict[str, Json]] | None = None


def include_playground(app: FastAPI) -> None:
    """Serve the page at /, and /docs from files that an installed package carries."""
    for path, file in PAGES.items():
        app.add_api_route(path, _serving(file), include_in_schema=False)
    app.include_router(router)
    carried = find_spec("fastapi_offline")
    if carried is not None and carried.origin is not None:
        app.mount(ASSETS, StaticFiles(directory=Path(carried.origin).parent / "static"))


def _serving(file: Path) -> Callable[[], Awaitable[Response]]:
    async def page() -> Response:
        return FileResponse(file, headers=HEADERS, media_type=TYPES[file.suffix])

    return page


@router.get("/docs")
async def docs(request: Request) -> Response:
    root = request.scope.get("root_path", "")
    return get_swagger_ui_html(
        openapi_url=f"{root}/openapi.json",
        title="truegold: the API",
        swagger_js_url=f"{root}{ASSETS}/swagger-ui-bundle.js",
        swagger_css_url=f"{root}{ASSETS}/swagger-ui.css",
        swagger_favicon_url=f"{root}/playground/icon.svg",
    )


@router.post("/playground/mathml")
async def mathml(request: Request) -> Response:
    """Draw formulas: one tree each, null where there is nothing to draw."""
    asked = await _read(request, LatexRequest)
    if len(asked.latex) > MAX_FORMS:
        raise RequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"{len(asked.latex)} formulas; at most {MAX_FORMS}")
    forms = await asyncio.to_thread(lambda: [typeset(latex) for latex in asked.latex])
    return _json({"forms": forms})


@router.post("/playground/text")
async def text(request: Request) -> Response:
    """Join chat messages to the text that is judged of them."""
    asked = await _read(request, MessagesRequest)
    try:
        joined = {"completion": completion_text(asked.completion)}
        if asked.prompt is not None:
            joined["prompt"] = prompt_text(asked.prompt)
    except ValueError as error:
        raise unprocessable("completion", str(error)) from error
    return _json(joined)


async def _read(request: Request, shape: Any) -> Any:
    service: Service = request.app.state.service
    return read_shape(await read_json(request, service.settings.max_body_bytes), shape)


def _json(body: Json) -> Response:
    return Response(to_json(body), media_type="application/json")
