"""What the contract tests of the desk share: staff, a desk over a store, and chats in every hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.conversations.desk import Desk
from bot.conversations.desk_model import Outgoing
from bot.conversations.desk_replies import DeskReplies
from bot.conversations.desk_views import DeskViews
from bot.conversations.model import Conversation, Speaker
from bot.conversations.ratings import Ratings
from bot.conversations.service import Conversations
from bot.library.phrasebook import Phrasebook
from bot.library.policies import load_knowledge
from bot.shared.ids import ConversationId, StaffId
from bot.staff.model import Presence, Role, StaffMember
from bot.store import Store
from bot.support.model import HandoverReason, Ticket, TicketKind
from tests.contract.conversation_things import NOW, opened

ROOT = Path(__file__).parents[2]
PHRASES = Phrasebook.load(ROOT / "data" / "responses")
OFFERING = load_knowledge(ROOT / "knowledge").offering
UNDO = timedelta(seconds=10)
AFTER_UNDO = NOW + UNDO


def agent(name: str, role: Role = Role.HELPDESK_AGENT, presence: Presence = Presence.AVAILABLE) -> StaffMember:
    """Return a member of staff."""
    return StaffMember(StaffId(f"stf_{name.lower()}"), name, f"{name.lower()}@clearline.example", role, "-", NOW, presence=presence)


ANNA, BELA, CILI = agent("Anna"), agent("Bela"), agent("Cili", Role.BILLING_ADMIN)


@dataclass(frozen=True)
class DeskOver:
    """The desk over one store."""

    store: Store

    @property
    def desk(self) -> Desk:
        return Desk(store=self.store.conversations, sentences=PHRASES, offering=OFFERING)

    @property
    def replies(self) -> DeskReplies:
        return DeskReplies(store=self.store.conversations, undo=UNDO)

    @property
    def views(self) -> DeskViews:
        return DeskViews(self.store.conversations)

    @property
    def conversations(self) -> Conversations:
        return Conversations(self.store.conversations)

    @property
    def ratings(self) -> Ratings:
        return Ratings(self.store.conversations)

    def queued(self, *, minutes_ago: int = 0) -> ConversationId:
        """Return a chat that the customer has asked a person for."""
        conversation_id = opened(self.store)
        self.says(conversation_id, "Why is the invoice so high?", minutes_ago=minutes_ago)
        self.conversations.end_turn(conversation_id=conversation_id, holder="here")
        self.hand_over(conversation_id, minutes_ago=minutes_ago)
        return conversation_id

    def hand_over(self, conversation_id: ConversationId, *, minutes_ago: int = 0) -> Ticket:
        at = NOW - timedelta(minutes=minutes_ago)
        return self.conversations.ask_for_agent(
            conversation_id=conversation_id, reason=HandoverReason.ASKED, kind=TicketKind.BILLING, now=at, answer_by=at + timedelta(hours=4)
        )

    def claimed(self, by: StaffMember = ANNA, *, minutes_ago: int = 0) -> ConversationId:
        """Return a chat that is ``by``'s."""
        conversation_id = self.queued(minutes_ago=minutes_ago)
        self.desk.claim(by=by, conversation_id=conversation_id, now=NOW)
        return conversation_id

    def says(self, conversation_id: ConversationId, text: str, *, minutes_ago: int = 0, client_id: str | None = None) -> None:
        """Let the customer write."""
        self.conversations.take_message(
            conversation_id=conversation_id,
            text=text,
            now=NOW - timedelta(minutes=minutes_ago),
            holder="here",
            client_id=client_id,
            payload=None,
        )

    def writes(self, conversation_id: ConversationId, text: str, *, client_id: str | None = None, by: StaffMember = ANNA) -> Outgoing:
        """Let the agent write; the reply is on its way."""
        sent = self.replies.reply(by=by, conversation_id=conversation_id, text=text, client_id=client_id or text, now=NOW)
        assert isinstance(sent, Outgoing)
        return sent

    def log(self, conversation_id: ConversationId) -> list[tuple[str, str]]:
        """Return the log as pairs of sender and text."""
        with self.store.conversations.begin() as tx:
            return [(message.sender.value, message.text) for message in tx.messages(conversation_id=conversation_id)]

    def texts_of_agents(self, conversation_id: ConversationId) -> list[str]:
        """Return what agents said, in order."""
        return [text for sender, text in self.log(conversation_id) if sender == "agent"]

    def history(self, conversation_id: ConversationId) -> list[str]:
        """Return the actions in the history of the newest ticket."""
        return [event.action for event in self.views.chat(by=ANNA, conversation_id=conversation_id, now=NOW).history]

    def now_of(self, conversation_id: ConversationId) -> Conversation:
        """Return the conversation as it is."""
        return self.conversations.get(conversation_id=conversation_id)

    def speaker(self, conversation_id: ConversationId) -> Speaker:
        """Return who speaks."""
        return self.now_of(conversation_id).speaker
