"""Fingerprints of training messages, made faster than Rasa makes them.

Rasa's trainer asks for the fingerprint of all training data after every component, to know what it need not train again
next time. Rasa's own goes through each message and each token in Python and is a third of the training; ours writes the
same content out as JSON once and hashes that.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.training_data.message import Message

_original = Message.fingerprint


def install() -> None:
    """Use our fingerprints in this process. Calling it again changes nothing."""
    Message.fingerprint = fingerprint


def fingerprint(self: Message) -> str:
    """Return the hash of a message's content, in place of rasa/shared/nlu/training_data/message.py:145 ``Message.fingerprint``.

    Rasa forgets the kept one when a component adds to the message. Content that JSON has no form for is left to Rasa's own.
    """
    if self._cached_fingerprint is None and not self.features:
        try:
            written = json.dumps(self.data, sort_keys=True, default=_plain)
        except TypeError:
            return str(_original(self))
        self._cached_fingerprint = hashlib.md5(written.encode(), usedforsecurity=False).hexdigest()
    return str(_original(self))


def _plain(value: Any) -> Any:  # noqa: ANN401 -- whatever a component put into a message
    if isinstance(value, Token):
        return [value.text, value.start, value.end, value.lemma, value.data]
    raise TypeError(f"a {type(value).__name__} has no form in JSON")
