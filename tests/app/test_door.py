"""Who waits for room: clients take turns, and one that leaves leaves the door to the next."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from app.bodies import BodyBudget
from app.door import Door
from app.telemetry import Exchange
from verifiers.engine.judgement import client

MANY = ("gold", "gold", "gold", "silver", "copper")


async def standing(whose: str | None, inside: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
    """A task of a client's, once it has come as far as it can."""
    client.set(whose)
    task = asyncio.ensure_future(inside())
    await asyncio.sleep(0)
    return task


def test_the_next_is_of_the_next_client() -> None:
    async def order() -> list[str]:
        door, entered = Door(), list[str]()

        async def enter() -> None:
            async with door:
                entered.append(str(client.get()))

        async with door:
            tasks = [await standing(whose, enter) for whose in MANY]
        await asyncio.gather(*tasks)
        return entered

    assert asyncio.run(order()) == ["gold", "silver", "copper", "gold", "gold"]


def test_where_nobody_has_said_whose_they_are_they_enter_as_they_came() -> None:
    async def order() -> list[int]:
        door, entered = Door(), list[int]()

        async def enter(number: int) -> None:
            async with door:
                entered.append(number)

        async with door:
            tasks = [await standing(None, lambda number=number: enter(number)) for number in range(4)]
        await asyncio.gather(*tasks)
        return entered

    assert asyncio.run(order()) == [0, 1, 2, 3]


@pytest.mark.parametrize("has_its_turn", [False, True])
def test_one_that_leaves_holds_up_nobody(has_its_turn: bool) -> None:
    async def is_open() -> bool:
        door = Door()

        async def enter() -> None:
            async with door:
                pass

        async with door:
            leaving, staying = await standing("gold", enter), await standing("silver", enter)
            if not has_its_turn:
                leaving.cancel()
                await asyncio.sleep(0)
        leaving.cancel()  # its turn has come, and it has not looked yet
        async with asyncio.timeout(10):
            await staying
            async with door:
                return leaving.cancelled()

    assert asyncio.run(is_open())


def test_room_for_bodies_goes_round_and_a_large_one_is_not_passed_by() -> None:
    async def order() -> list[str]:
        budget, entered = BodyBudget(100), list[str]()

        async def enter(size: int) -> None:
            exchange = Exchange("id")
            await budget.enter_in_turn(exchange, size)
            entered.append(f"{client.get()} {size}")
            await asyncio.sleep(0)
            await budget.settle(exchange, 0)

        first = Exchange("id")
        await budget.enter_in_turn(first, 60)
        tasks = [
            await standing(whose, lambda size=size: enter(size))
            for whose, size in [("silver", 90), ("gold", 30), ("gold", 10), ("copper", 20)]
        ]
        assert entered == []
        await budget.settle(first, 0)
        await asyncio.gather(*tasks)
        return entered

    assert asyncio.run(order()) == ["silver 90", "gold 30", "copper 20", "gold 10"]
