"""Full names anywhere in a message, in both orders, with and without endings and capitals."""

import pytest

from bot.nlu.contacts import find_people
from bot.nlu.names import given_of

IN_ENGLISH = {
    "Please forward it to Daniel Okafor and Grace Lindqvist": ["Daniel Okafor", "Grace Lindqvist"],
    "Ask Oliver Brandt, he knows": ["Oliver Brandt"],
    "Dear Martin Keller": ["Martin Keller"],
    "sarah thompson is no longer with us": ["Sarah Thompson"],
    "peter schmidt's address is wrong": ["Peter Schmidt"],
    "Tell Anna Fischer's team": ["Anna Fischer"],
    "Katalin Németh from our office and Wolfgang Huber": ["Katalin Németh", "Wolfgang Huber"],
    "add Jean-Pierre Dubois as contact": ["Jean-Pierre Dubois"],
    "Elizabeth Anne Taylor signs": ["Elizabeth Anne Taylor"],
    "meet in Vienna Thomas Berger said": ["Thomas Berger"],
    "HELENA WAGNER must get it": ["Helena Wagner"],
    "to Mr. Patrick Doyle": ["Patrick Doyle"],
    "Will Turner is on holiday": ["Will Turner"],
    "Thanks Kevin": ["Kevin"],
}
IN_HUNGARIAN = {
    "Tegnap Szűcs Gáborral beszéltem": ["Szűcs Gábor"],
    "Bíró Györggyel egyeztettünk": ["Bíró György"],
    "Fazekas Balázzsal és Lukács Ágnessel": ["Fazekas Balázs", "Lukács Ágnes"],
    "kérdezzék meg Orsós Katalintól": ["Orsós Katalin"],
    "Vincze Péternének menjen": ["Vincze Péterné"],
    "Pintér Józseféknek": ["Pintér József"],
    "bodnár zsuzsanna és sipos ádám": ["Bodnár Zsuzsanna", "Sipos Ádám"],
    "Gulyas Ilonanak kuldjek": ["Gulyas Ilona"],
    "Andreas Müllernek küldjék": ["Andreas Müller"],
    "Stefan Hoffmanntól jött": ["Stefan Hoffmann"],
    "Hidasi Gergő küldte": ["Hidasi Gergő"],
    "Bognár Anna Mária helyett": ["Bognár Anna Mária"],
    "Szabóné Tóth Eszter": ["Szabóné Tóth Eszter"],
    "Szilágyi Edina helyett Veres Dávidot vegyék fel": ["Szilágyi Edina", "Veres Dávid"],
}
NOBODY = {
    "en": (
        "Will Clearline refund us",
        "Mark Invoice as paid",
        "is the Victoria Hotel billed",
        "Anna Bakery Ltd has moved",
        "Thomas Miller GmbH needs it",
        "George Street 5, London",
        "frank long ago told",
        "invoices for April Business Premium",
        "Microsoft Teams Premium for us",
    ),
    "hu": (
        "Tegnap Gábor hívott",
        "Mészáros Tamás Kft. számlája",
        "Kossuth Lajos utca 12",
        "a Petőfi Sándor utcába költöztünk",
        "Szent István tér",
        "Varga Bt. és Kiss Kft.",
        "Szilárd és Társa Kft",
        "Tisztelt Molnár Úr",
        "Kovácsnak és Szabónak",
    ),
}


class TestFullNames:
    @pytest.mark.parametrize(("text", "names"), IN_ENGLISH.items())
    def test_are_found_anywhere_in_english(self, text: str, names: list[str]) -> None:
        assert [span.value for span in find_people(text, "en")] == names

    @pytest.mark.parametrize(("text", "names"), IN_HUNGARIAN.items())
    def test_are_found_without_their_ending_in_hungarian(self, text: str, names: list[str]) -> None:
        assert [span.value for span in find_people(text, "hu")] == names

    @pytest.mark.parametrize(("language", "text"), [(language, text) for language, texts in NOBODY.items() for text in texts])
    def test_are_no_firms_places_products_or_single_names(self, language: str, text: str) -> None:
        assert find_people(text, language) == ()


class TestGivenOf:
    @pytest.mark.parametrize(
        ("word", "name"),
        [("Annát", "Anna"), ("Zoénak", "Zoé"), ("Imrével", "Imre"), ("peterrel", "Peter"), ("számla", None), ("Clarke", None)],
    )
    def test_takes_the_ending_off(self, word: str, name: str | None) -> None:
        assert given_of(word) == name
