"""What short answers mean."""

from __future__ import annotations

import pytest

from bot.support.answers import (
    asks_how_many_then,
    choose,
    corrects,
    does_not_know,
    gives_up,
    is_question,
    is_request,
    points_at_matter,
    renewal_wanted,
    yes_or_no,
)

NAMES = ("Microsoft 365 Business Premium", "Microsoft 365 E3", "Visio Plan 2")


class TestGivingUp:
    @pytest.mark.parametrize(
        "text",
        [
            "forget it",
            "Forget about it, please",
            "never mind",
            "actually, leave it",
            "I've changed my mind",
            "no, forget it",
            "mégse",
            "Mégsem kell",
            "hagyjuk",
            "nem, hagyjuk az egészet",
            "felejtsük el",
            "meggondoltam magam",
            "inkább ne",
        ],
    )
    def test_is_heard_in_both_languages(self, text: str) -> None:
        assert gives_up(text)
        assert gives_up(text, cancelling=True)

    @pytest.mark.parametrize("text", ["cancel that", "please cancel the request", "cancel it", "visszavonom"])
    def test_by_cancelling_is_none_where_the_matter_is_a_cancellation(self, text: str) -> None:
        assert gives_up(text)
        assert not gives_up(text, cancelling=True)

    @pytest.mark.parametrize(
        "text", ["cancel the E3", "mégse 12, hanem 10", "no, I meant 12", "12", "the backup stops every night", "hagyjuk meg a Visiót"]
    )
    def test_is_not_heard_in_what_says_more(self, text: str) -> None:
        assert not gives_up(text)

    @pytest.mark.parametrize(
        "text",
        ["nem, megse. elobb megkerdezem a fonokomet", "hagyjuk. majd a kollégám jelentkezik", "stop. it is too expensive for us"],
    )
    def test_may_be_followed_by_the_reason(self, text: str) -> None:
        assert gives_up(text)

    @pytest.mark.parametrize(
        "text",
        ["mégse. inkább az E3-at", "never mind. 12 then", "forget it. send me the invoice instead", "hagyjuk. mennyi a tartozásom?"],
    )
    def test_is_no_end_where_something_else_is_wanted(self, text: str) -> None:
        assert not gives_up(text)


class TestAskingAfter:
    @pytest.mark.parametrize("text", ["so how many will we have then?", "akkor hány licencünk lesz?", "how many is that in total"])
    def test_how_many_it_comes_to_is_seen(self, text: str) -> None:
        assert asks_how_many_then(text)

    @pytest.mark.parametrize(
        "text", ["how many invoices are open now?", "mennyi lesz?", "how many days will it take?", "hány számlánk lesz?"]
    )
    def test_how_many_of_something_else_is_not(self, text: str) -> None:
        assert not asks_how_many_then(text)

    @pytest.mark.parametrize("text", ["will that change the old ones?", "ez mennyibe kerül?", "és utána visszavonható?"])
    def test_the_matter_in_hand_is_seen(self, text: str) -> None:
        assert points_at_matter(text)

    @pytest.mark.parametrize("text", ["what does proration mean", "mikor ujul meg a Visio?"])
    def test_another_matter_is_not(self, text: str) -> None:
        assert not points_at_matter(text)


class TestYesAndNo:
    @pytest.mark.parametrize(
        "text", ["yes", "Yes, please", "ok", "go ahead", "that's right", "igen", "Igen, kérem", "mehet", "rendben", "jó így"]
    )
    def test_yes_is_heard(self, text: str) -> None:
        assert yes_or_no(text) is True

    @pytest.mark.parametrize("text", ["no", "nope, thanks", "nem", "nem, köszönöm", "dehogy"])
    def test_no_is_heard(self, text: str) -> None:
        assert yes_or_no(text) is False

    @pytest.mark.parametrize(
        "text", ["yes, but make it 12", "jó, de csak kettőt", "12", "the second", "yes we have had this trouble since the last update"]
    )
    def test_a_but_and_a_longer_sentence_are_neither(self, text: str) -> None:
        assert yes_or_no(text) is None


class TestCorrecting:
    @pytest.mark.parametrize("text", ["no, I meant 12", "inkább 12", "nem, az E3-at", "sorry, 12", "12 helyett 10", "make it 7"])
    def test_is_heard(self, text: str) -> None:
        assert corrects(text)

    @pytest.mark.parametrize("text", ["12", "az E3", "yes"])
    def test_is_not_heard_in_a_plain_answer(self, text: str) -> None:
        assert not corrects(text)


class TestQuestionsAndRequests:
    @pytest.mark.parametrize(
        "text",
        [
            "when does it end?",
            "how much do we owe",
            "mikor jár le",
            "és mennyi a tartozásunk",
            "no, when is it due",
            "lehetséges-e",
            "hol van?",
        ],
    )
    def test_a_question_is_heard(self, text: str) -> None:
        assert is_question(text)

    @pytest.mark.parametrize("text", ["12", "hétfő óta", "Outlook asks for a password", "minden felhasználó", "do it", "kell 5 licenc"])
    def test_a_statement_is_no_question(self, text: str) -> None:
        assert not is_question(text)

    @pytest.mark.parametrize("text", ["send me the invoice", "we want to cancel", "küldjék el a számlát", "szeretném lemondani"])
    def test_a_request_is_heard(self, text: str) -> None:
        assert is_request(text)

    @pytest.mark.parametrize("text", ["I don't know", "no idea", "nem tudom", "fogalmam sincs"])
    def test_not_knowing_is_heard(self, text: str) -> None:
        assert does_not_know(text)


class TestChoosing:
    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ("2", 1),
            ("the second one", 1),
            ("a 3.", 2),
            ("az elsőt", 0),
            ("the last", 2),
            ("az utolsót", 2),
            ("E3-at", 1),
            ("premium", 0),
            ("a visio legyen", 2),
        ],
    )
    def test_by_place_or_by_a_word_of_the_name_is_understood(self, text: str, place: int) -> None:
        assert choose(text, NAMES) == place

    @pytest.mark.parametrize("text", ["microsoft", "9", "the fourth", "something else", ""])
    def test_that_is_not_clear_picks_none(self, text: str) -> None:
        assert choose(text, NAMES) is None


class TestRenewal:
    @pytest.mark.parametrize(
        "text",
        ["turn off auto-renew", "we don't want it to renew", "ne újuljon meg", "kapcsolják ki a megújítást", "nem kérjük a megújítást"],
    )
    def test_off_is_heard(self, text: str) -> None:
        assert renewal_wanted(text) is False

    @pytest.mark.parametrize("text", ["turn renewal back on", "kapcsolják vissza", "újuljon meg automatikusan", "it should renew again"])
    def test_on_is_heard(self, text: str) -> None:
        assert renewal_wanted(text) is True

    def test_neither_is_heard_in_a_mere_wish_for_change(self) -> None:
        assert renewal_wanted("I want to change the renewal") is None
