"""The arguments of a client, checked once; the only reader of the environment."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Union
from urllib.parse import urlsplit, urlunsplit

import httpx

from truegold.errors import ConfigurationError
from truegold.retry import Attempts

OnNull = Union[None, float, str]


@dataclass(frozen=True)
class Settings:
    """What a client was built with. It pickles where `clock` and `sleep` do, as their defaults do."""

    urls: tuple[str, ...]
    token: str | None
    timeout_s: float
    retries: int
    max_batch: int
    max_bytes: int
    concurrency: int
    on_null: OnNull
    clock: Callable[[], float]
    sleep: Callable[[float], Any]

    def __post_init__(self) -> None:
        for name in ("max_batch", "max_bytes", "concurrency"):
            if getattr(self, name) < 1:
                raise ConfigurationError(f"{name} must be at least 1, not {getattr(self, name)}")
        if self.retries < 0:
            raise ConfigurationError(f"retries must be at least 0, not {self.retries}")
        if not (self.timeout_s > 0 and math.isfinite(self.timeout_s)):
            raise ConfigurationError(f"timeout_s must be a positive number of seconds, not {self.timeout_s}")
        _check_on_null(self.on_null)

    def __repr__(self) -> str:
        return f"Settings(urls={[shown(url) for url in self.urls]}, token={'given' if self.token else None})"

    def attempts(self, ends_at: float | None = None) -> Attempts:
        """The tries that one request has."""
        return Attempts(self.retries, self.timeout_s, self.clock, ends_at)

    @property
    def headers(self) -> dict[str, str]:
        common = {"Content-Type": "application/json", "Accept": "application/json"}
        return {**common, "Authorization": f"Bearer {self.token}"} if self.token else common


def _check_on_null(on_null: OnNull) -> None:
    if on_null is None or on_null == "raise":
        return
    if isinstance(on_null, (int, float)) and not isinstance(on_null, bool) and math.isfinite(on_null):
        return
    raise ConfigurationError(f'on_null must be None, a number or "raise", not {on_null!r}')


def read_urls(url: str | Iterable[str] | None) -> tuple[str, ...]:
    """The addresses to ask, in order: an argument, else TRUEGOLD_URL; several are a list, or one string with commas.

    Raises:
        ConfigurationError: none is given, or one is no http address.
    """
    given = os.environ.get("TRUEGOLD_URL", "") if url is None else url
    parts = given.split(",") if isinstance(given, str) else list(given)
    urls = tuple(part.strip().rstrip("/") for part in parts if part.strip())
    if not urls:
        raise ConfigurationError("no address of a service: give url=, or set TRUEGOLD_URL")
    for address in urls:
        _check_url(address)
    return urls


def _check_url(address: str) -> None:
    if not address.startswith(("http://", "https://")):
        raise ConfigurationError(f"{address!r} is no address: it must begin with http:// or https://")
    try:
        httpx.URL(address)
    except httpx.InvalidURL as error:
        raise ConfigurationError(f"an address cannot be read: {error}") from error


def read_token(token: str | None) -> str | None:
    """The key to send: an argument, else TRUEGOLD_TOKEN, else none."""
    return token if token is not None else os.environ.get("TRUEGOLD_TOKEN") or None


def shown(url: str) -> str:
    """The address without user and password, for messages."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
