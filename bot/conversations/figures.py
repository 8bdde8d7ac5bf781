"""How the bot and the desk did in a period, counted anew from the log. Pure but for the one read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from bot.conversations.desk_model import RatedParty
from bot.conversations.records_model import ConversationFacts, DeskLog, RatingFacts, topic_of
from bot.conversations.records_ports import RecordsStore
from bot.shared.errors import InvalidInput
from bot.staff.model import StaffMember
from bot.staff.permissions import Permission, require
from bot.support.hours import open_time_between
from bot.support.model import OpeningHours, Ticket, TicketState

LONGEST_PERIOD = 366  # days
SCORES = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Spans:
    """How long something took: the median as time passed and in open hours; None when there is nothing to count."""

    count: int
    wall: timedelta | None
    open_hours: timedelta | None


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """What customers said when they were asked.

    Attributes:
        skipped: Answered without a score.
        scores: How often each of 1 to 5 was given, in this order.
    """

    asked: int
    skipped: int
    scores: tuple[int, ...]

    @property
    def answered(self) -> int:
        """How many gave a score."""
        return sum(self.scores)

    @property
    def mean(self) -> float | None:
        """The mean score, or None when nobody gave one."""
        return sum(score * count for score, count in zip(SCORES, self.scores, strict=True)) / self.answered if self.answered else None


@dataclass(frozen=True, slots=True)
class Counted:
    """The figures of a set of conversations, tickets and ratings.

    Attributes:
        conversations: In which a customer wrote something.
        bot_alone: Of these, answered by the bot, with neither a hand-over nor a person's message.
        handed_over: Tickets of hand-overs.
        tickets: All tickets, hand-overs among them.
        promised: Tickets that were answered, or whose promised time has passed.
        kept: Of these, answered by the promised time.
        reopened: Tickets that were opened again at least once.
    """

    conversations: int
    bot_alone: int
    handed_over: int
    tickets: int
    first_answer: Spans
    resolution: Spans
    promised: int
    kept: int
    reopened: int
    with_bot: Satisfaction
    with_people: Satisfaction


@dataclass(frozen=True, slots=True)
class Day:
    """Conversations begun on a day: answered by the bot alone, and all the others."""

    day: date
    bot_alone: int
    others: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything about a period.

    Attributes:
        start: First day.
        end: Day after the last one.
        reasons: Hand-overs by reason, most frequent first; may be empty.
        days: Every day of the period, in order.
        languages: By language, in alphabetical order; may be empty.
        topics: Tickets and ratings by topic, most tickets first; may be empty. Conversations without a ticket have no topic.
    """

    start: date
    end: date
    total: Counted
    reasons: tuple[tuple[str, int], ...]
    days: tuple[Day, ...]
    languages: tuple[tuple[str, Counted], ...]
    topics: tuple[tuple[str, Counted], ...]


class DeskFigures:
    """Reads the log and counts."""

    def __init__(self, *, store: RecordsStore, hours: OpeningHours) -> None:
        """Count open hours by ``hours``; days are those of its zone."""
        self._store = store
        self._hours = hours

    def of(self, *, by: StaffMember, start: date, end: date, now: datetime) -> Figures:
        """Return the figures of the days from ``start`` to before ``end``.

        Raises:
            InvalidInput: The period is empty or longer than 366 days.
            PermissionMissing.
        """
        require(by, Permission.FIGURES_READ)
        if not timedelta(0) < end - start <= timedelta(days=LONGEST_PERIOD):
            raise InvalidInput(f"choose a period of 1 to {LONGEST_PERIOD} days")
        zone = ZoneInfo(self._hours.zone)
        with self._store.begin() as tx:
            log = tx.log(start=datetime.combine(start, time(), zone), end=datetime.combine(end, time(), zone))
        return count(log=log, start=start, end=end, hours=self._hours, now=now)


def count(*, log: DeskLog, start: date, end: date, hours: OpeningHours, now: datetime) -> Figures:
    """Return the figures of ``log``, which holds what belongs to the days from ``start`` to before ``end``."""
    zone = ZoneInfo(hours.zone)
    spoken = tuple(one for one in log.conversations if one.from_customer)

    def counted(conversations: Sequence[ConversationFacts], tickets: Sequence[Ticket], ratings: Sequence[RatingFacts]) -> Counted:
        return _counted(conversations, tickets, ratings, hours, now)

    reasons = Counter(ticket.reason.value for ticket in log.tickets if ticket.reason is not None)
    languages = sorted({one.language for one in spoken} | {one.language for one in log.tickets} | {one.language for one in log.ratings})
    by_topic = Counter(map(topic_of, log.tickets))
    alone = Counter(_day(one, zone) for one in spoken if _is_bot_alone(one))
    others = Counter(_day(one, zone) for one in spoken if not _is_bot_alone(one))
    days = tuple(start + timedelta(days=offset) for offset in range((end - start).days))
    return Figures(
        start=start,
        end=end,
        total=counted(spoken, log.tickets, log.ratings),
        reasons=_most_first(reasons),
        days=tuple(Day(day, alone[day], others[day]) for day in days),
        languages=tuple(
            (
                language,
                counted(
                    [one for one in spoken if one.language == language],
                    [one for one in log.tickets if one.language == language],
                    [one for one in log.ratings if one.language == language],
                ),
            )
            for language in languages
        ),
        topics=tuple(
            (topic, counted((), [one for one in log.tickets if topic_of(one) == topic], [one for one in log.ratings if one.topic == topic]))
            for topic, _ in _most_first(by_topic)
        ),
    )


def _counted(
    conversations: Sequence[ConversationFacts],
    tickets: Sequence[Ticket],
    ratings: Sequence[RatingFacts],
    hours: OpeningHours,
    now: datetime,
) -> Counted:
    due = [one for one in tickets if one.first_answered_at is not None or one.answer_by < now]
    return Counted(
        conversations=len(conversations),
        bot_alone=sum(_is_bot_alone(one) for one in conversations),
        handed_over=sum(one.reason is not None for one in tickets),
        tickets=len(tickets),
        first_answer=_spans(tickets, lambda one: one.first_answered_at, hours),
        resolution=_spans(tickets, lambda one: one.closed_at if one.state is TicketState.CLOSED else None, hours),
        promised=len(due),
        kept=sum(one.first_answered_at is not None and one.first_answered_at <= one.answer_by for one in due),
        reopened=sum(one.reopened > 0 for one in tickets),
        with_bot=_satisfaction(one for one in ratings if one.about is RatedParty.BOT),
        with_people=_satisfaction(one for one in ratings if one.about is RatedParty.AGENT),
    )


def _is_bot_alone(conversation: ConversationFacts) -> bool:
    return conversation.from_bot > 0 and conversation.from_agent == 0 and not conversation.was_handed_over


def _spans(tickets: Iterable[Ticket], ended: Callable[[Ticket], datetime | None], hours: OpeningHours) -> Spans:
    pairs = [(one.opened_at, end) for one in tickets if (end := ended(one)) is not None]
    if not pairs:
        return Spans(0, None, None)
    return Spans(
        len(pairs),
        _median(end - start for start, end in pairs),
        _median(open_time_between(hours=hours, start=start, end=end) for start, end in pairs),
    )


def _median(spans: Iterable[timedelta]) -> timedelta:
    return timedelta(seconds=median(span.total_seconds() for span in spans))


def _satisfaction(ratings: Iterable[RatingFacts]) -> Satisfaction:
    asked = tuple(ratings)
    scores = Counter(one.score for one in asked if one.score is not None)
    skipped = sum(one.is_answered and one.score is None for one in asked)
    return Satisfaction(len(asked), skipped, tuple(scores[score] for score in SCORES))


def _most_first(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _day(conversation: ConversationFacts, zone: ZoneInfo) -> date:
    return conversation.created_at.astimezone(zone).date()
