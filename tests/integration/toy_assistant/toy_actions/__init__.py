"""The toy assistant's actions: one that works, and fails or dawdles on request."""

import asyncio
from typing import Any

from rasa_sdk import Action
from rasa_sdk.events import SlotSet


class Balance(Action):
    def name(self) -> str:
        return "action_balance"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
        text = tracker.latest_message.get("text") or ""
        if "boom" in text:
            raise RuntimeError("private words")
        if "slow" in text:
            await asyncio.sleep(30)
        dispatcher.utter_message(response="utter_balance", amount="5 EUR")
        return [SlotSet("remembered", tracker.latest_message["language"])]


class Lost(Action):
    def name(self) -> str:
        return "action_lost"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
        dispatcher.utter_message(response="utter_lost")
        attachment = {"title": "a.pdf", "url": "http://127.0.0.1/a", "media_type": "application/pdf"}
        dispatcher.utter_message(text="And a file.", language="en", attachments=[attachment])
        return []
