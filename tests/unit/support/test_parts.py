"""Taking a message of several requests apart."""

import pytest

from bot.support.parts import Part, Served, body_of, choose, split

WHOLE = Part("…", "ask_invoice", 0.6)
BALANCE = Part("what do we owe", "ask_open_balance", 0.9)
HOURS = Part("when are you open", "ask_support_hours", 0.9)
COPY = Part("send CL-1", "request_invoice_copy", 0.9, {"invoice_number": ("CL-1",)})
SEATS = Part("two more E3", "change_seats", 0.9)
CANCEL = Part("cancel Visio", "cancel_subscription", 0.9)
THANKS = Part("thanks", "thank", 0.9)
REMARK = Part("my boss is asking", "nlu_fallback", 0.3)


class TestSplitting:
    @pytest.mark.parametrize(
        ("text", "parts"),
        [
            ("How much is it? When is it due?", ("How much is it?", "When is it due?")),
            ("send me the last invoice and take two seats off Power BI", ("send me the last invoice", "take two seats off Power BI")),
            ("számlát kérek, valamint mikor vannak nyitva?", ("számlát kérek, valamint mikor vannak nyitva?",)),
            ("kérem a legutóbbi számlát, valamint mikor vannak nyitva?", ("kérem a legutóbbi számlát", "mikor vannak nyitva?")),
            ("Word and Excel", ("Word and Excel",)),
            ("thanks and send me the bill, and when is it due?", ("thanks, send me the bill", "when is it due?")),
            ("CL-2026-0117 kell", ("CL-2026-0117 kell",)),
        ],
    )
    def test_takes_sentences_and_what_stands_around_an_and(self, text: str, parts: tuple[str, ...]) -> None:
        assert split(text) == parts

    def test_leaves_a_pasted_thread_whole(self) -> None:
        assert len(split("Fine. " * 30)) == 1


class TestBody:
    def test_of_a_pasted_mail_has_neither_head_nor_quotation(self) -> None:
        mail = "From: a@b.example\nSubject: RE: invoice\n\nHas CL-1 been paid?\n\n> It is due on 16 November.\nOn Monday, we wrote:\nold"

        assert body_of(mail) == "Has CL-1 been paid?"

    def test_is_all_of_it_where_nothing_else_is_left(self) -> None:
        assert body_of("> Has CL-1 been paid?") == "> Has CL-1 been paid?"

    def test_of_an_ordinary_message_is_the_message(self) -> None:
        assert body_of("How much is it?\nWe want to pay.") == "How much is it?\nWe want to pay."


class TestChoosing:
    def test_serves_the_one_plain_question_of_a_message_that_says_nothing_as_a_whole(self) -> None:
        assert choose(Part("…", "nlu_fallback", 0.3), [BALANCE, REMARK]) == Served((BALANCE,))

    def test_serves_two_questions(self) -> None:
        assert choose(WHOLE, [BALANCE, HOURS]) == Served((BALANCE, HOURS))

    def test_serves_a_change_last(self) -> None:
        assert choose(WHOLE, [SEATS, COPY]) == Served((COPY, SEATS))

    def test_names_what_is_too_much_for_one_answer(self) -> None:
        contact = Part("phone?", "ask_contact", 0.8)

        assert choose(WHOLE, [BALANCE, HOURS, COPY, contact]) == Served((BALANCE, HOURS, COPY), ("phone?",))

    def test_leaves_courtesies_out(self) -> None:
        assert choose(Part("…", "thank", 0.6), [THANKS, BALANCE]) == Served((BALANCE,))

    def test_serves_the_same_question_about_two_things(self) -> None:
        other = Part("and CL-2", "request_invoice_copy", 0.8, {"invoice_number": ("CL-2",)})

        assert choose(WHOLE, [COPY, other]) == Served((COPY, other))

    @pytest.mark.parametrize(
        ("whole", "parts"),
        [
            (WHOLE, [BALANCE]),
            (WHOLE, [BALANCE, REMARK]),
            (Part("…", "nlu_fallback", 0.3), [SEATS, REMARK]),
            (WHOLE, [BALANCE, Part("how much is open", "ask_open_balance", 0.9)]),
            (WHOLE, [SEATS, CANCEL]),
            (Part("…", "complain", 0.6), [BALANCE, HOURS]),
            (WHOLE, [BALANCE, HOURS, Part("a person please", "request_agent", 0.9)]),
            (Part("…", "report_payment_problem", 0.9), [BALANCE, HOURS]),
            (WHOLE, [THANKS, Part("hi", "greet", 0.9)]),
        ],
    )
    def test_leaves_a_message_whole_that_is_one_thing(self, whole: Part, parts: list[Part]) -> None:
        assert choose(whole, parts) is None
