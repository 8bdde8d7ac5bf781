"""One message in, one answer out, whoever speaks."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels.switchboard import Switchboard, UnknownButton
from bot.conversations.model import Button, Reply, Sender, Speaker
from bot.conversations.ports import ConversationNotFound
from bot.engine.client import EngineReply, EngineTurn
from bot.services import Services
from bot.shared.ids import ConversationId, StaffId
from bot.support.model import HandoverReason, TicketKind
from tests.conftest import NOW
from tests.scripted_engine import ScriptedEngine


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine()


@pytest.fixture
def switchboard(services: Services, engine: ScriptedEngine) -> Switchboard:
    return Switchboard(services=services, engine=engine)


@pytest.fixture
def conversation(services: Services) -> ConversationId:
    return services.conversations.open(channel="web", language="en", now=NOW, secret="s").id


def claim(services: Services, conversation: ConversationId) -> None:
    with services.conversation_store.begin() as tx:
        version = tx.conversation(conversation).version
        tx.set_speaker(conversation_id=conversation, version=version, speaker=Speaker.AGENT, agent_id=StaffId("stf_1"))


def log(services: Services, conversation: ConversationId) -> list[tuple[str, str]]:
    messages = services.conversations.messages_after(conversation_id=conversation, after=0)
    return [(message.sender.value, message.text) for message in messages]


class TestBotsTurn:
    async def test_stores_the_message_and_the_answer(
        self, switchboard: Switchboard, services: Services, conversation: ConversationId
    ) -> None:
        answered = await switchboard.on_customer_message(conversation_id=conversation, text="hi")

        assert (answered.speaker, [message.text for message in answered.messages]) == (Speaker.BOT, ["echo: hi"])
        assert log(services, conversation) == [("customer", "hi"), ("bot", "echo: hi")]

    async def test_answers_a_repeat_with_what_was_answered_before(
        self, switchboard: Switchboard, engine: ScriptedEngine, services: Services, conversation: ConversationId
    ) -> None:
        first = await switchboard.on_customer_message(conversation_id=conversation, text="hi", client_id="1")

        again = await switchboard.on_customer_message(conversation_id=conversation, text="hi", client_id="1")

        assert again.messages == first.messages
        assert len(engine.asked) == 1

    async def test_finishes_a_message_whose_first_try_was_cut_off(
        self, switchboard: Switchboard, services: Services, conversation: ConversationId
    ) -> None:
        services.conversations.take_message(conversation_id=conversation, text="hi", now=NOW, holder="gone", client_id="1", payload=None)
        services.conversations.end_turn(conversation_id=conversation, holder="gone")

        answered = await switchboard.on_customer_message(conversation_id=conversation, text="hi", client_id="1")

        assert [message.text for message in answered.messages] == ["echo: hi"]
        assert len(log(services, conversation)) == 2

    async def test_takes_messages_sent_at_once_one_after_the_other_in_order(
        self, switchboard: Switchboard, engine: ScriptedEngine, services: Services, conversation: ConversationId
    ) -> None:
        engine.seconds = 0.01

        await asyncio.gather(*(switchboard.on_customer_message(conversation_id=conversation, text=str(n)) for n in range(6)))

        assert engine.most_running == 1
        assert [text for sender, text in log(services, conversation) if sender == "customer"] == [str(n) for n in range(6)]

    async def test_shares_the_turn_with_another_front_door(self, services: Services, conversation: ConversationId) -> None:
        engine = ScriptedEngine(seconds=0.1)
        doors = [Switchboard(services=services, engine=engine) for _ in range(2)]

        answers = await asyncio.gather(*(door.on_customer_message(conversation_id=conversation, text="hi") for door in doors))

        assert engine.most_running == 1
        assert [len(answer.messages) for answer in answers] == [1, 1]

    async def test_refuses_a_conversation_that_does_not_exist(self, switchboard: Switchboard) -> None:
        with pytest.raises(ConversationNotFound):
            await switchboard.on_customer_message(conversation_id=ConversationId("cnv_none"), text="hi")


class TestSilence:
    @pytest.mark.parametrize("typed", ["hi", "/restart", "I want the bot back", "123456"])
    async def test_is_kept_while_the_queue_has_the_conversation(
        self, switchboard: Switchboard, engine: ScriptedEngine, services: Services, conversation: ConversationId, typed: str
    ) -> None:
        services.conversations.ask_for_agent(
            conversation_id=conversation, reason=HandoverReason.ASKED, kind=TicketKind.BILLING, now=NOW, answer_by=NOW
        )

        answered = await switchboard.on_customer_message(conversation_id=conversation, text=typed)

        assert (answered.speaker, answered.messages) == (Speaker.QUEUE, ())
        assert engine.asked == []
        assert log(services, conversation) == [("customer", typed)]

    async def test_falls_on_an_answer_that_comes_after_an_agent_has_claimed(
        self, switchboard: Switchboard, engine: ScriptedEngine, services: Services, conversation: ConversationId
    ) -> None:
        engine.during = lambda: claim(services, conversation)

        answered = await switchboard.on_customer_message(conversation_id=conversation, text="hi")

        assert (answered.speaker, answered.messages) == (Speaker.AGENT, ())
        assert log(services, conversation) == [("customer", "hi")]


class TestWithoutEngine:
    @pytest.mark.parametrize("broken", ["dead", "silent"])
    async def test_says_so_and_offers_a_person(
        self, switchboard: Switchboard, engine: ScriptedEngine, services: Services, conversation: ConversationId, broken: str
    ) -> None:
        setattr(engine, broken, True)

        answered = await switchboard.on_customer_message(conversation_id=conversation, text="what do I owe?")

        said = services.phrases.say("utter_unavailable", "en")
        assert [(message.text, message.buttons) for message in answered.messages] == [(said.text, said.buttons)]
        assert ("customer", "what do I owe?") in log(services, conversation)

    async def test_still_hands_over_to_a_person(
        self, switchboard: Switchboard, engine: ScriptedEngine, services: Services, conversation: ConversationId
    ) -> None:
        engine.dead = True
        await switchboard.on_customer_message(conversation_id=conversation, text="what do I owe?")

        answered = await switchboard.on_customer_message(conversation_id=conversation, text="Talk to a person", payload="/request_agent")

        tickets = services.conversations.tickets()
        assert answered.speaker is Speaker.QUEUE
        assert [(ticket.reason, ticket.subject) for ticket in tickets] == [(HandoverReason.UNAVAILABLE, "what do I owe?")]
        assert tickets[0].number in answered.messages[0].text

    async def test_answers_again_when_the_engine_is_back(
        self, switchboard: Switchboard, engine: ScriptedEngine, conversation: ConversationId
    ) -> None:
        engine.dead = True
        await switchboard.on_customer_message(conversation_id=conversation, text="hi")
        engine.dead = False

        answered = await switchboard.on_customer_message(conversation_id=conversation, text="hi again")

        assert [message.text for message in answered.messages] == ["echo: hi again"]


class OfferingEngine(ScriptedEngine):
    """Offers a button under each answer."""

    async def ask(
        self, *, conversation_id: str, text: str, language: str, payload: str | None = None, number: int | None = None
    ) -> EngineTurn:
        turn = await super().ask(conversation_id=conversation_id, text=text, language=language, payload=payload, number=number)
        button = Button("What do I owe?", "/ask_open_balance")
        return EngineTurn(tuple(EngineReply(one.text, one.language, (button,)) for one in turn.replies), turn.language)


class TestButtons:
    async def test_that_were_offered_reach_the_engine_as_payload(self, services: Services, conversation: ConversationId) -> None:
        engine = OfferingEngine()
        switchboard = Switchboard(services=services, engine=engine)
        await switchboard.on_customer_message(conversation_id=conversation, text="hi")

        await switchboard.on_customer_message(conversation_id=conversation, text="What do I owe?", payload="/ask_open_balance")
        await switchboard.on_customer_message(conversation_id=conversation, text="/ask_open_balance")

        assert [payload for _, _, payload in engine.asked] == [None, "/ask_open_balance", "/ask_open_balance"]

    async def test_that_were_never_offered_are_refused(self, switchboard: Switchboard, conversation: ConversationId) -> None:
        with pytest.raises(UnknownButton):
            await switchboard.on_customer_message(conversation_id=conversation, text="x", payload="/restart")

    @pytest.mark.parametrize("typed", ["/restart", '/inform{"customer_number":"C-10002"}', "/ask_open_balance"])
    async def test_typed_by_hand_are_plain_text(
        self, switchboard: Switchboard, engine: ScriptedEngine, conversation: ConversationId, typed: str
    ) -> None:
        await switchboard.on_customer_message(conversation_id=conversation, text=typed)

        assert engine.asked == [(conversation, typed, None)]

    async def test_of_another_conversation_do_not_count(self, services: Services, conversation: ConversationId) -> None:
        engine = ScriptedEngine()
        other = services.conversations.open(channel="web", language="en", now=NOW, secret="s").id
        with services.conversation_store.begin() as tx:
            tx.append(conversation_id=other, reply=Reply(Sender.BOT, "hi", "en", (Button("x", "/ask_invoice"),)), at=NOW)

        with pytest.raises(UnknownButton):
            await Switchboard(services=services, engine=engine).on_customer_message(
                conversation_id=conversation, text="x", payload="/ask_invoice"
            )


class TestMisunderstandings:
    async def test_are_counted_in_a_row_and_forgotten_by_an_understood_message(
        self, switchboard: Switchboard, engine: ScriptedEngine, services: Services, conversation: ConversationId
    ) -> None:
        counts = []
        for understood in (False, False, True, False):
            engine.understood = understood
            await switchboard.on_customer_message(conversation_id=conversation, text="x")
            counts.append(services.conversations.get(conversation_id=conversation).misunderstandings)

        assert counts == [1, 2, 0, 1]


class TestCardNumber:
    async def test_is_masked_before_it_is_stored_or_understood_and_the_customer_is_told(
        self, switchboard: Switchboard, engine: ScriptedEngine, services: Services, conversation: ConversationId
    ) -> None:
        answered = await switchboard.on_customer_message(conversation_id=conversation, text="my card is 4111 1111 1111 1111, charge it")

        assert "4111 1111" not in str(log(services, conversation)) + str(engine.asked)
        assert answered.messages[0].text.startswith(services.phrases.say("utter_masked", "en").text)
        assert answered.messages[0].text.endswith("We do not take cards. Please pay by bank transfer.")

    async def test_of_the_partners_own_account_stays(
        self, switchboard: Switchboard, engine: ScriptedEngine, services: Services, conversation: ConversationId
    ) -> None:
        iban = services.partner.bank_accounts[0].printed_iban

        await switchboard.on_customer_message(conversation_id=conversation, text=f"is {iban} yours?")

        assert engine.asked[0][1] == f"is {iban} yours?"


class TestLanguage:
    async def test_of_the_last_message_is_kept(
        self, switchboard: Switchboard, engine: ScriptedEngine, services: Services, conversation: ConversationId
    ) -> None:
        engine.language = "hu"

        await switchboard.on_customer_message(conversation_id=conversation, text="jó napot")

        assert services.conversations.get(conversation_id=conversation).language == "hu"
