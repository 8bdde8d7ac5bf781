"""What is kept of a conversation: enough to go on as before, and no more at turn 200 than at turn 5."""

import pytest
from rasa.shared.core.events import ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine.compaction import compact, dump, load
from tests.unit.engine.talks import DOMAIN, answered, form_start, lost_turn, said, start, tracker_of, turn

TURNS = 3


def stored_and_read(tracker: DialogueStateTracker) -> DialogueStateTracker:
    return tracker_of(load(dump(compact(tracker, turns=TURNS))))


def goes_on_alike(tracker: DialogueStateTracker, again: DialogueStateTracker) -> None:
    """Check all that a rule or a form looks at."""
    assert again.current_slot_values() == tracker.current_slot_values()
    assert again.active_loop_name == tracker.active_loop_name
    assert again.latest_action_name == tracker.latest_action_name
    assert again.latest_message.intent_name == tracker.latest_message.intent_name
    before, after = tracker.past_states(DOMAIN), again.past_states(DOMAIN)
    # The oldest kept state may lack what led to it; each one after it is the same.
    assert after[1:] == before[len(before) - len(after) + 1 :]


CONVERSATIONS: dict[str, list[Event]] = {
    "new": start(),
    "one turn": [*start(), *turn(1)],
    "many turns": [*start(), *(event for number in range(30) for event in turn(number))],
    "lost in between": [*start(), *turn(1), *lost_turn(), *lost_turn(), *turn(2), *lost_turn()],
    "lost at first": [*start(), *lost_turn()],
    "in a form": [*start(), *turn(1), *turn(2), *turn(3), *turn(4), *form_start()],
    "form left": [
        *start(),
        *form_start(),
        *said("ask"),
        *answered(SlotSet("size", "xl"), SlotSet("requested_slot", None), ActiveLoop(None), by="order_form"),
        *turn(1),
    ],
    "second session": [*start(), *turn(1), *start(), *answered(SlotSet("size", "s")), *turn(2)],
}


@pytest.mark.parametrize("name", CONVERSATIONS)
class TestCompacting:
    def test_lets_the_dialogue_go_on_as_before(self, name: str) -> None:
        tracker = tracker_of(CONVERSATIONS[name])

        goes_on_alike(tracker, stored_and_read(tracker))

    def test_changes_nothing_the_second_time(self, name: str) -> None:
        once = stored_and_read(tracker_of(CONVERSATIONS[name]))

        assert dump(compact(once, turns=TURNS)) == dump(once.events)


class TestWhatIsKept:
    def test_stays_the_same_size_however_long_the_conversation(self) -> None:
        tracker = tracker_of(start())
        sizes = []
        for number in range(200):
            tracker = tracker_of([*load(dump(compact(tracker, turns=TURNS))), *turn(100 + number)])
            sizes.append(len(dump(compact(tracker, turns=TURNS))))

        assert sizes[199] <= sizes[4] * 1.05

    def test_has_the_last_turns_whole(self) -> None:
        events = compact(tracker_of(CONVERSATIONS["many turns"]), turns=TURNS)

        assert sum(isinstance(event, UserUttered) for event in events) == TURNS

    def test_has_not_what_anybody_said(self) -> None:
        content = dump(compact(tracker_of(CONVERSATIONS["in a form"]), turns=TURNS))

        assert "private" not in content
        assert "EUR" not in content

    def test_has_the_language_of_the_last_message(self) -> None:
        tracker = tracker_of([*start(), *said("ask", language="hu"), *answered()])

        assert stored_and_read(tracker).latest_message.parse_data["language"] == "hu"

    def test_has_a_long_forms_first_turn(self) -> None:
        asked_again = [*said("ask"), *answered(SlotSet("requested_slot", "size"), by="order_form")]
        tracker = tracker_of([*start(), *turn(1), *form_start(), *asked_again * 5])

        again = stored_and_read(tracker)

        assert again.active_loop_name == "order_form"
        assert "order" in [event.intent_name for event in again.events if isinstance(event, UserUttered)]

    def test_has_each_slot_once_after_many_sessions(self) -> None:
        tracker = tracker_of(start())
        for number in range(10):
            carried = [SlotSet(key, value) for key, value in tracker.current_slot_values().items() if value]
            fresh = [*start()[:2], *carried, start()[2], *turn(number)]
            tracker = tracker_of([*load(dump(compact(tracker, turns=TURNS))), *fresh])

        slots = [event.key for event in compact(tracker, turns=TURNS) if isinstance(event, SlotSet)]
        assert len(slots) <= 2


class TestReading:
    @pytest.mark.parametrize("content", ["", "[[]]", '[["u", 1]]', '[["x", 1, 2]]', "{"])
    def test_refuses_what_it_did_not_write(self, content: str) -> None:
        with pytest.raises(ValueError, match=r".*"):
            load(content)
