"""One turn at a time in a conversation, in order, without waiting for a clock."""

import asyncio

from bot.engine.lock_store import WaitingLockStore


class TestLock:
    async def test_gives_turns_in_order_of_arrival(self) -> None:
        locks, order = WaitingLockStore(), list[str]()

        async def turn(name: str) -> None:
            async with locks.lock("cnv_1"):
                order.append(f"{name} begins")
                await asyncio.sleep(0)
                order.append(f"{name} ends")

        await asyncio.gather(turn("a"), turn("b"), turn("c"))

        assert order == ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]

    async def test_does_not_hold_up_another_conversation(self) -> None:
        locks = WaitingLockStore()

        async with locks.lock("cnv_1"), asyncio.timeout(30), locks.lock("cnv_2") as ticket:
            assert ticket.conversation_id == "cnv_2"

    async def test_is_free_again_after_a_failure_and_after_a_waiter_gave_up(self) -> None:
        locks = WaitingLockStore()

        async def fail() -> None:
            async with locks.lock("cnv_1"):
                raise ValueError("turn failed")

        async with locks.lock("cnv_1"):
            waiter = asyncio.ensure_future(fail())
            await asyncio.sleep(0)
            waiter.cancel()
        await asyncio.gather(waiter, fail(), return_exceptions=True)

        async with asyncio.timeout(30), locks.lock("cnv_1"):
            pass

    async def test_remembers_no_conversation_that_is_done(self) -> None:
        locks = WaitingLockStore()

        async with locks.lock("cnv_1"):
            pass

        assert locks._locks == {}
