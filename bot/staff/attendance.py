"""Whether anybody is there to answer chats."""

from __future__ import annotations

from collections.abc import Iterable

from bot.staff.model import Presence, StaffMember
from bot.staff.permissions import Permission, may


def someone_answers(members: Iterable[StaffMember]) -> bool:
    """Return whether somebody who may answer chats is available.

    A partner that has put nobody on the staff answers outside the desk, so nobody is known to be away.
    """
    those = [member for member in members if may(member, Permission.CHAT_ANSWER)]
    return not those or any(member.presence is Presence.AVAILABLE for member in those)
