"""Identifying the visitor: customer number, then a code sent to a contact on file."""

from __future__ import annotations

import json
import re
import threading

import structlog

from actions.base import AWAITED, Turn
from actions.handover import hand_over
from bot.conversations.identification import CODE_VALID_FOR, CodeMail, CodeOutcome
from bot.shared.errors import BotError
from bot.support.model import HandoverReason

_BARE_NUMBER = re.compile(r"(?=.*\d)[\w./-]{3,32}")
_LOG = structlog.get_logger(__name__)


def take_identification(turn: Turn) -> bool:
    """Use a customer number or code in the message of an unknown visitor; return whether there was one to use."""
    if turn.conversation.customer_id is not None:
        return False
    code = turn.entity("login_code")
    if code is not None and _check_code(turn, code):
        return True
    number = turn.entity("customer_number") or _awaited_number(turn)
    if number is None:
        return False
    mail = turn.services.identification.start(conversation_id=turn.conversation_id, customer_number=number, now=turn.now)
    if mail is not None:
        # Sent beside the answer, so that how long it takes does not tell whether the number exists.
        threading.Thread(target=_send, args=(turn, mail), daemon=False, name="login-code-mail").start()
    turn.say("utter_identify_code_sent", number=number, minutes=str(int(CODE_VALID_FOR.total_seconds() // 60)))
    return True


def _awaited_number(turn: Turn) -> str | None:
    """Return the message itself when it answers the question for the customer number and looks like one, however partners form them."""
    text = turn.text.strip()
    return text if turn.slots.get("offered") == AWAITED and _BARE_NUMBER.fullmatch(text) else None


def _send(turn: Turn, mail: CodeMail) -> None:
    language = mail.contact.language
    values = {
        "code": mail.code,
        "name": mail.contact.name,
        "minutes": str(int(CODE_VALID_FOR.total_seconds() // 60)),
        "partner": turn.services.partner.name,
    }
    phrases = turn.services.phrases
    try:
        turn.services.mailer.send(
            to=mail.contact.email,
            subject=phrases.say("utter_mail_code_subject", language, values).text,
            body=phrases.say("utter_mail_code_body", language, values).text,
            idempotency_key=mail.idempotency_key,
        )
    except BotError:
        _LOG.exception("login_code.not_mailed", conversation=turn.conversation_id)


def _check_code(turn: Turn, code: str) -> bool:
    outcome = turn.services.identification.check(conversation_id=turn.conversation_id, code=code, now=turn.now)
    match outcome:
        case CodeOutcome.NONE_PENDING:
            return False
        case CodeOutcome.VERIFIED:
            turn.say("utter_identified")
            turn.forget_who()
        case CodeOutcome.WRONG:
            turn.say("utter_identify_code_wrong")
        case CodeOutcome.EXPIRED:
            turn.say("utter_identify_code_expired")
        case CodeOutcome.OUT_OF_TRIES:
            turn.say("utter_identify_out_of_tries")
            hand_over(turn, reason=HandoverReason.IDENTIFICATION_FAILED)
    return True


def parked_question(turn: Turn) -> tuple[str, dict[str, tuple[str, ...]]] | None:
    """Return the action and entities of the question that waited for identification, or None."""
    parked = turn.slots.get("parked")
    if not parked:
        return None
    content = json.loads(parked)
    return content["action"], {name: tuple(values) for name, values in content["entities"].items()}
