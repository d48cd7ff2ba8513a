"""How long requests are made from the document: for the tests a few, for `make test-contract` as long as it says."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--contract-seconds", type=int, default=0, help="make requests for so long, new ones each time")


@pytest.fixture
def how_many(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """What schemathesis is told about the number of requests."""
    seconds = request.config.getoption("--contract-seconds")
    few = ("--seed", "1", "--max-examples", "10")
    return ("--max-time", str(seconds)) if seconds else few
