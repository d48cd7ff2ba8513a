"""A server that says hello: what one request costs before anything is done with it."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route


def create_app() -> Starlette:
    return Starlette(routes=[Route("/", hello, methods=["POST"]), Route("/healthz", hello)])


async def hello(request: Request) -> Response:  # noqa: ARG001  # a route is given its request
    return PlainTextResponse("hello")
