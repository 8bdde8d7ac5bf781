"""Single days as people name them, seen from Tuesday, 10 March 2026."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.dates import find_dates
from bot.nlu.folding import fold

TODAY = date(2026, 3, 10)
DAYS = {
    "en": {
        "on Friday": "2026-03-13",
        "I paid on Friday": "2026-03-06",
        "did you receive it on Friday": "2026-03-06",
        "we wired it on Friday, why is it open": "2026-03-06",
        "it will be paid on Monday": "2026-03-16",
        "I promised to pay on Friday": "2026-03-13",
        "next Monday": "2026-03-16",
        "next Friday": "2026-03-20",
        "this Friday": "2026-03-13",
        "last Friday": "2026-03-06",
        "Wednesday next week": "2026-03-18",
        "by Fri": "2026-03-13",
        "on Tuesday": "2026-03-17",
        "we paid on Tuesday": "2026-03-03",
        "Friday, 13 March 2026": "2026-03-13",
        "today": "2026-03-10",
        "tomorrow": "2026-03-11",
        "tommorow": "2026-03-11",
        "the day after tomorrow": "2026-03-12",
        "the day before yesterday": "2026-03-08",
        "in two weeks": "2026-03-24",
        "in a month": "2026-04-10",
        "a week from now": "2026-03-17",
        "in 5 working days": "2026-03-17",
        "3 days ago": "2026-03-07",
        "the 15th": "2026-03-15",
        "by the 5th": "2026-04-05",
        "we got it on the 20th": "2026-02-20",
        "the 5th of next month": "2026-04-05",
        "March 15": "2026-03-15",
        "15th of March": "2026-03-15",
        "8 July": "2026-07-08",
        "due on 12 December": "2026-12-12",
        "the bill of 12 December": "2025-12-12",
        "8 July 2025": "2025-07-08",
        "15/03/2026": "2026-03-15",
        "03/25/2026": "2026-03-25",
        "2026-03-15": "2026-03-15",
        "on 15/03": "2026-03-15",
        "end of the month": "2026-03-31",
        "by month end": "2026-03-31",
        "eom": "2026-03-31",
        "the end of next month": "2026-04-30",
        "end of the week": "2026-03-13",
        "end of the quarter": "2026-03-31",
        "by the end of the year": "2026-12-31",
        "beginning of next month": "2026-04-01",
        "early next week": "2026-03-16",
        "end of April": "2026-04-30",
        "mid-April": "2026-04-15",
    },
    "hu": {
        "pénteken": "2026-03-13",
        "pénteken utaltunk": "2026-03-06",
        "pénteken utalunk": "2026-03-13",
        "péntekig fizetjük": "2026-03-13",
        "pénteken fizettük ki": "2026-03-06",
        "pénteken fogjuk kifizetni": "2026-03-13",
        "jövő pénteken": "2026-03-20",
        "a jövő héten kedden": "2026-03-17",
        "kedden, jövő héten": "2026-03-17",
        "múlt csütörtökön": "2026-03-05",
        "péntek, március 13.": "2026-03-13",
        "ma": "2026-03-10",
        "a mai napon": "2026-03-10",
        "holnap": "2026-03-11",
        "holnap 5-ig": "2026-03-11",
        "holnapután": "2026-03-12",
        "tegnapelőtt": "2026-03-08",
        "két hét múlva": "2026-03-24",
        "3 nap múlva": "2026-03-13",
        "két munkanap múlva": "2026-03-12",
        "egy hónap múlva": "2026-04-10",
        "3 nappal ezelőtt": "2026-03-07",
        "két hete fizettünk": "2026-02-24",
        "15-én": "2026-03-15",
        "15-ig": "2026-03-15",
        "20-áig": "2026-03-20",
        "5-ére": "2026-04-05",
        "elsején": "2026-04-01",
        "tizenötödikéig": "2026-03-15",
        "jövő hónap 5-én": "2026-04-05",
        "jövő hó 5-ig": "2026-04-05",
        "március 15-ig": "2026-03-15",
        "március 15.": "2026-03-15",
        "márc. 15-én": "2026-03-15",
        "április 1-jével": "2026-04-01",
        "március huszadikán": "2026-03-20",
        "december 12-i számla": "2025-12-12",
        "2026.03.15": "2026-03-15",
        "2026. 03. 15-én": "2026-03-15",
        "2026. március 15-ig": "2026-03-15",
        "03.15-ig": "2026-03-15",
        "hónap végén": "2026-03-31",
        "a hónap végével": "2026-03-31",
        "március végével": "2026-03-31",
        "hónap végén fizettünk": "2026-02-28",
        "hó végéig": "2026-03-31",
        "jövő hónap végén": "2026-04-30",
        "a hónap közepén": "2026-03-15",
        "jövő hét elején": "2026-03-16",
        "év végéig": "2026-12-31",
        "március végén": "2026-03-31",
    },
}
NOTHING = {
    "en": (
        "Monday to Friday",
        "Mon-Fri 8-16",
        "Monday-Friday",
        "on Fridays",
        "every Friday",
        "every second Thursday",
        "within 30 days",
        "the 2nd invoice",
        "the 15th user",
        "30 February",
        "we got three mails in one week",
        "last weekend",
        "he sat in the sun",
        "CL-2026-0315",
        "2026/117",
        "in May",
        "24/7",
    ),
    "hu": (
        "hétfőtől péntekig",
        "minden pénteken",
        "péntekenként",
        "30 napos határidő",
        "két hete várok",
        "8-ig vannak nyitva?",
        "a Március 15. téren",
        "mar kifizettem",
        "a 3-as emeleten",
        "15 felhasználó",
        "márciusban",
        "február 30-án",
        "a 4iG a szállítónk",
    ),
}


class TestFindDates:
    @pytest.mark.parametrize(
        ("language", "text", "day"), [(lang, text, day) for lang, cases in DAYS.items() for text, day in cases.items()]
    )
    def test_reads_the_day(self, language: str, text: str, day: str) -> None:
        assert [span.value for span in find_dates(text, TODAY, language)] == [day]

    @pytest.mark.parametrize(("language", "text"), [(language, text) for language, texts in NOTHING.items() for text in texts])
    def test_leaves_alone_what_is_no_single_day(self, language: str, text: str) -> None:
        assert find_dates(text, TODAY, language) == ()

    @pytest.mark.parametrize("text", DAYS["hu"])
    def test_reads_hungarian_without_accents_alike(self, text: str) -> None:
        assert [span.value for span in find_dates(fold(text), TODAY, "hu")] == [DAYS["hu"][text]]

    def test_reads_each_verb_with_the_day_beside_it(self) -> None:
        found = find_dates("we paid the first on Monday and will pay the second on Friday", TODAY)

        assert [span.value for span in found] == ["2026-03-09", "2026-03-13"]

    def test_covers_the_words_of_the_day_alone(self) -> None:
        (found,) = find_dates("please wait until next Monday, ok?", TODAY)

        assert (found.entity, found.start, found.end) == ("date", 18, 29)

    @given(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
    def test_names_a_weekday_to_come_never_today(self, today: date) -> None:
        (found,) = find_dates("on Friday", today)

        assert today < date.fromisoformat(found.value) <= today + timedelta(days=7)
        assert date.fromisoformat(found.value).weekday() == 4

    @given(
        st.lists(st.sampled_from([*DAYS["en"], *DAYS["hu"], *NOTHING["en"], "12", ".", "x"]), max_size=6).map(" ".join)
        | st.text(max_size=200),
        st.dates(date(2020, 1, 1), date(2040, 1, 1)),
        st.sampled_from(["en", "hu"]),
    )
    def test_never_fails_and_overlaps_nothing(self, text: str, today: date, language: str) -> None:
        found = find_dates(text, today, language)

        assert all(one.end <= other.start for one, other in pairwise(found))
        assert all(text[span.start : span.end] and date.fromisoformat(span.value) for span in found)
