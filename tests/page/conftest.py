"""The page at / in a real Chromium: `make test-page`, in an environment that holds what drives it."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Service

IS_HERE = importlib.util.find_spec("playwright") is not None
collect_ignore_glob = [] if IS_HERE else ["test_*.py"]  # `make test` runs without a browser
CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def served(tmp: Path, settings: dict[str, str] | None = None) -> Service:
    """The service in its own environment: the browser's has nothing that it needs."""
    return Service(tmp, settings, python=ROOT / ".venv" / "bin" / "python")


@pytest.fixture(scope="session")
def service_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    service = served(tmp_path_factory.mktemp("service"))
    service.start()
    yield service.url
    service.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield chromium
        chromium.close()


class Watch:
    """What a page must never do: fail, be refused by its own policy, or ask another host."""

    def __init__(self, page: Any, url: str) -> None:
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("console", lambda message: self._hear(message.text))
        page.on("request", lambda request: self._see(request.url, url))

    def _hear(self, text: str) -> None:
        if "Content Security Policy" in text or "Trusted" in text:
            self.complaints.append(text)

    def _see(self, asked: str, own: str) -> None:
        if not asked.startswith((own, "blob:", "data:")):
            self.complaints.append(f"asked {asked}")


@pytest.fixture
def page(browser: Any, service_url: str) -> Iterator[Any]:
    """The page, ready. What it must never do is checked when the test has ended."""
    context = browser.new_context(
        base_url=service_url,
        viewport={"width": 1300, "height": 900},
        permissions=["clipboard-read", "clipboard-write"],
    )
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    watch = Watch(opened, service_url)
    opened.goto("/")
    opened.wait_for_selector("html[data-ready]")
    yield opened
    context.close()
    assert watch.complaints == []
