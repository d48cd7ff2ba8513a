"""What exists: rules with options and ground truths, recipes, each with a request that works, and languages."""

from __future__ import annotations

import asyncio
import shlex
from dataclasses import fields
from typing import Any

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.openapi import shown
from app.service import Service
from verifiers.base import Json, Verifier
from verifiers.engine.frames import to_json
from verifiers.recipes.combine import SAMPLE_VERIFIER, Component, Recipe
from verifiers.registry import Registry

router = APIRouter()

EXAMPLE_SAMPLE = {
    "group": "p17",
    "prompt": "What is half of one?",
    "completion": "<think>\nHalf of one is one over two.\n</think>\n<answer>\n\\boxed{\\frac{1}{2}}\n</answer>",
    "ground_truth": "0.5",
    "verifier": "math",
    "completion_tokens": 32,
    "max_tokens": 4096,
}


@router.get("/v1/verifiers", **shown("The rules that can judge, with their options"))
async def verifiers(request: Request) -> Response:
    service: Service = request.app.state.service
    listed = [_verifier(rule, service.registry, str(request.base_url)) for rule in service.registry.rules.values()]
    return Response(to_json({"verifiers": listed}), media_type="application/json")


@router.get("/v1/recipes", **shown("The recipes that combine scores into rewards"))
async def recipes(request: Request) -> Response:
    service: Service = request.app.state.service
    listed = [_recipe(recipe, str(request.base_url)) for recipe in service.recipes.by_name.values()]
    return Response(to_json({"recipes": listed}), media_type="application/json")


@router.get("/v1/languages", **shown("The languages that programs may be written in, with their versions here"))
async def languages(request: Request) -> Response:
    service: Service = request.app.state.service
    versions = await asyncio.to_thread(service.sandbox.languages)
    listed = [_language(name, version, service.sandbox.package(name)) for name, version in versions.items()]
    return Response(to_json({"languages": listed}), media_type="application/json")


def _language(name: str, version: str | None, package: str) -> dict[str, Json]:
    missing = {"package": package} if version is None else {}
    return {"name": name, "version": version, **missing}


def _verifier(rule: type[Verifier], registry: Registry, base_url: str) -> dict[str, Any]:
    example = dict(rule.example)
    violations: tuple[str, ...] = getattr(rule, "violations", ())
    return {
        "name": rule.name,
        "summary": (rule.__doc__ or "").strip().partition("\n")[0],
        "heavy": rule.heavy,
        "needs_ground_truth": rule.needs_truth,
        "ground_truth": list(rule.truth_forms),
        "options": registry.option_schema(rule.name),
        "ceilings": dict(registry.ceilings.get(rule.name, {})),
        **({"violations": list(violations)} if violations else {}),
        "example": example,
        "curl": _curl(f"{base_url}v1/verify/{rule.name}", example),
    }


def _recipe(recipe: Recipe, base_url: str) -> dict[str, Any]:
    example = {"recipe": recipe.name, "samples": [EXAMPLE_SAMPLE]}
    return {
        "name": recipe.name,
        "title": recipe.title,
        "source": recipe.source,
        "combine": recipe.combine,
        "gate_pays": recipe.gate_pays,
        "pays_wrong": recipe.pays_wrong,
        "components": [_component(component) for component in recipe.components],
        "takes_verifier": any(component.verifier == SAMPLE_VERIFIER for component in recipe.components),
        "example": example,
        "curl": _curl(f"{base_url}v1/rewards", example),
    }


def _component(component: Component) -> dict[str, Json]:
    return {field.name: getattr(component, field.name) for field in fields(component)}


def _curl(url: str, body: Json) -> str:
    return f"curl -s {shlex.quote(url)} -d {shlex.quote(msgspec.json.encode(body).decode())}"
