"""The least that a service could do: a Starlette route that parses the body and answers how many samples it holds."""

from __future__ import annotations

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def create_app() -> Starlette:
    return Starlette(routes=[Route("/v1/rewards", count, methods=["POST"]), Route("/healthz", healthz)])


async def count(request: Request) -> Response:
    body = msgspec.json.decode(await request.body())
    return Response(msgspec.json.encode({"samples": len(body["samples"])}), media_type="application/json")


async def healthz(request: Request) -> Response:  # noqa: ARG001  # a route is given its request
    return Response(b"{}", media_type="application/json")
