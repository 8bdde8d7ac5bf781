"""What the partner configures: read as meant, refused with the way out."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest

from bot.library.policies import load_knowledge
from bot.overdue.model import StepKind
from bot.shared.errors import InvalidInput
from bot.shared.money import Money
from bot.support.model import TicketKind
from bot.support.offering import ContactKind

SHIPPED = Path(__file__).parents[3] / "knowledge"
FILES = ("partner.yml", "payment.yml", "offering.yml", "collections-policy.yml", "portals.yml", "canned-replies.yml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(SHIPPED / name, tmp_path / name)
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} no longer has {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems(folder: Path) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        load_knowledge(folder)
    return str(refused.value).replace(f"{folder}/", "").splitlines()


class TestShippedKnowledge:
    def test_describes_the_partner(self) -> None:
        partner = load_knowledge(SHIPPED).partner

        assert (partner.name, partner.time_zone, partner.default_language) == ("Dunakapu Felhő Kft.", "Europe/Budapest", "hu")
        assert {account.currency for account in partner.bank_accounts} == set(partner.currencies)
        assert partner.accounts_for("EUR")[0].printed_iban == "HU80 9990 1055 2004 2738 1900 0002"

    def test_says_which_ways_of_paying_are_taken(self) -> None:
        partner = load_knowledge(SHIPPED).partner

        assert partner.payment_method("bank_transfer").accepted
        assert not partner.payment_method("card").accepted

    def test_describes_the_offering(self) -> None:
        offering = load_knowledge(SHIPPED).offering

        assert (4, time(8, 30), time(15, 30)) in offering.hours.week
        assert date(2026, 12, 28) in offering.hours.extra_closed
        assert offering.first_answer_minutes(TicketKind.COMPLAINT) == 120
        assert offering.plans[1].price.amount == Money(Decimal(18500), "HUF")

    def test_names_portals_for_what_was_bought_elsewhere(self) -> None:
        portals = {portal.key: portal for portal in load_knowledge(SHIPPED).portals}

        assert portals["azure_direct"].families == ("Azure",)
        assert "mennyisegi" in portals["volume_licensing"].said_as
        assert [key for key, portal in portals.items() if portal.usual] == ["online_services_direct", "azure_direct", "another_partner"]
        assert portals["mpsa"].link == ""

    def test_gives_each_contact_method_its_hours(self) -> None:
        offering = load_knowledge(SHIPPED).offering
        by_kind = {method.kind: method for method in offering.contact_methods}

        assert by_kind[ContactKind.PHONE].hours == offering.hours
        assert by_kind[ContactKind.MAIL].hours is None
        office = by_kind[ContactKind.ADDRESS].hours
        assert office is not None
        assert office.week[0] == (1, time(9, 0), time(12, 0))
        assert office.extra_closed == offering.hours.extra_closed

    def test_promises_a_first_answer_in_open_hours(self) -> None:
        offering = load_knowledge(SHIPPED).offering

        # A Friday, an hour before closing; Monday is a holiday.
        promised = offering.answer_by(kind=TicketKind.BILLING, opened_at=datetime(2026, 5, 22, 12, 30, tzinfo=UTC))

        assert promised == datetime(2026, 5, 26, 9, 30, tzinfo=UTC)

    def test_has_the_steps_of_the_ladder(self) -> None:
        steps = load_knowledge(SHIPPED).collections[0].steps

        assert [step.days for step in steps] == [-5, 3, 10, 20, 30, 90]
        assert steps[4].kind is StepKind.PROPOSE_SUSPENSION
        assert steps[3].label.say("hu") == "Utolsó felszólítás"


class TestLoadKnowledge:
    @pytest.mark.parametrize(
        ("file", "old", "new", "line"),
        [
            ("partner.yml", "default_language: hu", "default_langauge: hu", "partner.yml: default_language: is missing; add the key"),
            (
                "partner.yml",
                "website:",
                "webside: https://a.example\nwebsite:",
                "partner.yml: webside: is not a known key; did you mean website?",
            ),
            (
                "partner.yml",
                "Europe/Budapest ",
                "Europe/Buda ",
                "partner.yml: time_zone: 'Europe/Buda' is not a time zone; use an IANA name such as Europe/Budapest",
            ),
            ("partner.yml", "Europe/Budapest ", "../../etc/passwd ", "partner.yml: time_zone: '../../etc/passwd' is not a time zone"),
            (
                "partner.yml",
                "HU61 9990",
                "HU62 9990",
                "partner.yml: bank_accounts[0].iban: 'HU62 9990 1055 1004 2738 1900 0001' is not an IBAN",
            ),
            ("partner.yml", "[HUF, EUR]", "[HUF, EUR, CHF]", "partner.yml: the file: there is no bank account in CHF; add one"),
            ("partner.yml", "([0-9]{4,6})", "([0-9]{4,6}", "partner.yml: customer_numbers.pattern: "),
            (
                "partner.yml",
                "patterns: []",
                'patterns: ["[A-Z]*"]',
                "partner.yml: invoice_number_patterns[0]: '[A-Z]*' matches an empty text",
            ),
            ("partner.yml", "name: Dunakapu Felhő Kft.", "name:", "partner.yml: name: is empty; fill it in"),
            (
                "partner.yml",
                "country: HU\ndef",
                "country: Hungary\ndef",
                "partner.yml: country: 'Hungary' is not a country",
            ),
            (
                "offering.yml",
                '"08:30-17:00"]\n    tuesday',
                '"25:30-17:00"]\n    tuesday',
                "offering.yml: hours.week.monday[0]: '25:30' is not a time of the day",
            ),
            (
                "offering.yml",
                '"08:30-17:00"]\n    tuesday',
                '"17:00-08:30"]\n    tuesday',
                "offering.yml: hours.week.monday[0]: '17:00-08:30' closes before it opens",
            ),
            (
                "offering.yml",
                '"08:30-17:00"]\n    tuesday',
                '"08:30-12:00", "11:00-17:00"]\n    tuesday',
                "offering.yml: hours.week.monday: two spans of one day overlap",
            ),
            ("offering.yml", "  tuesday: [", "  tusday: [", "offering.yml: hours.week.tusday: is not a known key; did you mean tuesday?"),
            (
                "offering.yml",
                '      tuesday: ["09',
                '      tusday: ["09',
                "offering.yml: contact_methods[4].hours.tusday: is not a known key; did you mean tuesday?",
            ),
            (
                "offering.yml",
                "142\n    hours: desk",
                "142\n    hours: dsek",
                "offering.yml: contact_methods[1].hours: input should be 'desk' or 'always'",
            ),
            (
                "offering.yml",
                "[2025-12-29,",
                "[2025-02-29,",
                "offering.yml: hours.extra_closed[0]: '2025-02-29' is not a day of the calendar",
            ),
            ("offering.yml", "[2025-12-29,", "[2026-12-12,", "offering.yml: hours: extra_closed and extra_open: '2026-12-12' comes twice"),
            ("offering.yml", "+36 1 555 0142", "call us", "offering.yml: contact_methods[1]: 'call us' is not a telephone number"),
            ("offering.yml", "  request: 8", "", "offering.yml: the file: first_answer_open_hours says nothing about request"),
            ("offering.yml", "  request: 8", "  request: soon", "offering.yml: first_answer_open_hours.request: 'soon' is not an amount"),
            ("offering.yml", "{model: free}", "{model: free, amount: 1}", "offering.yml: plans[0].price: a free plan has no amount"),
            ("offering.yml", "18500, currency: HUF", "18500, currency: USD", "offering.yml: plans[1].price.currency: USD is not among"),
            ("payment.yml", "accepted: true", "accepted: maybe", "payment.yml: methods[0].accepted: is neither true nor false"),
            ("payment.yml", "label: {en: Cash, hu: Készpénz}", "label: Cash", "payment.yml: methods[3].label: needs keys below it"),
            ("collections-policy.yml", " days: 10", " days: 2", "collections-policy.yml: policies[0]: step 'second_reminder' is not after"),
            (
                "collections-policy.yml",
                " days: 10",
                " days: ten",
                "collections-policy.yml: policies[0].steps[2].days: is not a whole number",
            ),
            (
                "collections-policy.yml",
                "version:",
                "version: a\n    version:",
                "collections-policy.yml: line 16, column 5: the key 'version' comes twice",
            ),
            ("collections-policy.yml", "policies:", "policies: [", "collections-policy.yml: line"),
            (
                "collections-policy.yml",
                "kind: final_notice",
                "kind: notice",
                "collections-policy.yml: policies[0]: step 'suspension' stops access without a final_notice before it",
            ),
            (
                "collections-policy.yml",
                "kind: reminder\n        days: 3",
                "kind: final_notice\n        days: 3",
                "collections-policy.yml: policies[0]: the notices do not get firmer",
            ),
            (
                "collections-policy.yml",
                "grace_days: 0",
                "customers: [C-10002]",
                "collections-policy.yml: the file: every policy is for named customers only",
            ),
            (
                "collections-policy.yml",
                "minimum: {EUR: 5",
                "minimum: {EUR: -5",
                "collections-policy.yml: policies[0]: an amount below zero",
            ),
            (
                "portals.yml",
                "    link_text:",
                "    link_txt:",
                "portals.yml: portals[0].link_txt: is not a known key; did you mean link_text?",
            ),
            ("portals.yml", "key: mpsa", "key: retail", "portals.yml: the file: portals: 'retail' comes twice"),
            ("portals.yml", "link: https://admin", "link: admin", "portals.yml: portals[0].link: 'admin.microsoft.com' is not a link"),
            ("portals.yml", "said_as: {en: [mpsa", "said_as: {ens: [mpsa", "portals.yml: portals[4].said_as.en: is missing; add the key"),
            ("portals.yml", "      - Visio", "      - Visio\n      - Visio", "portals.yml: portals[0]: families: 'Visio' comes twice"),
        ],
    )
    def test_names_file_key_reason_and_way_out(self, folder: Path, file: str, old: str, new: str, line: str) -> None:
        change(folder / file, old, new)

        found = problems(folder)

        assert any(problem.startswith(line) for problem in found), found
        # Two of the mistakes above are a missing and an unknown key at once.
        assert len(found) <= 2

    def test_tells_all_problems_of_all_files_at_once(self, folder: Path) -> None:
        change(folder / "partner.yml", "time_zone: Europe/Budapest", "time_zone: Nowhere")
        change(folder / "offering.yml", "holidays_of: HU", "holidays_of: XX")
        change(folder / "payment.yml", "accepted: true", "accepted: maybe")
        change(folder / "portals.yml", "key: mpsa", "key: volume_licensing")
        change(folder / "canned-replies.yml", "shortcut: moment", "shortcut: one moment")
        (folder / "collections-policy.yml").unlink()

        found = problems(folder)

        assert sorted(line.split(":")[0] for line in found) == sorted(FILES)

    def test_refuses_portals_of_which_none_is_usual(self, folder: Path) -> None:
        path = folder / "portals.yml"
        path.write_text(path.read_text(encoding="utf-8").replace("    usual: true\n", ""), encoding="utf-8")

        assert problems(folder) == ["portals.yml: the file: no portal is a usual one; set usual: true on at least one"]

    def test_refuses_a_file_that_is_not_utf8(self, folder: Path) -> None:
        (folder / "payment.yml").write_bytes("methods: készpénz".encode("latin-1"))

        assert problems(folder) == ["payment.yml: byte 10 is not UTF-8; save the file as UTF-8"]

    @pytest.mark.parametrize("content", ["", "just words", "- a\n- list", "# a comment\n"])
    def test_refuses_a_file_without_keys(self, folder: Path, content: str) -> None:
        (folder / "payment.yml").write_text(content)

        assert problems(folder) == ["payment.yml: holds no keys; copy it from the repository and fill it in"]

    def test_reads_values_that_yaml_would_turn_into_something_else(self, folder: Path) -> None:
        # YAML 1.1 would read NO as false, 1117 as a number and 16:30 as 990.
        change(folder / "partner.yml", 'postal_code: "1117"', "postal_code: 0117")
        change(folder / "partner.yml", "  country: HU", "  country: NO")

        address = load_knowledge(folder).partner.address

        assert (address.postal_code, address.country) == ("0117", "NO")

    def test_sorts_versions_of_the_collections_policy(self, folder: Path) -> None:
        path = folder / "collections-policy.yml"
        head, first = path.read_text(encoding="utf-8").split("policies:\n")
        later = first.replace('"2020-01"', '"2027-01"').replace("2020-01-01", "2027-01-01")
        path.write_text(f"{head}policies:\n{later}{first}", encoding="utf-8")

        assert [policy.version for policy in load_knowledge(folder).collections] == ["2020-01", "2027-01"]


class TestPlans:
    def test_have_prices_and_times_of_their_own(self) -> None:
        offering = load_knowledge(SHIPPED).offering
        care = next(plan for plan in offering.plans if plan.key == "care")

        assert care.includes == ("repair", "licence_review")
        assert care.included_minutes == 120
        assert dict(care.prices)["setup"].amount == Money(Decimal(14000), "HUF")
        assert offering.first_answer_minutes(TicketKind.TECHNICAL, plan=care) == 240
        assert offering.first_answer_minutes(TicketKind.BILLING, plan=care) == 240

    @pytest.mark.parametrize(
        ("old", "new", "line"),
        [
            (
                "includes: [repair,",
                "includes: [repare,",
                "offering.yml: the file: plan 'care' names the work 'repare', which is not under work",
            ),
            ("includes: [repair,", "includes: [setup,", "offering.yml: plans[2]: 'setup' stands under includes and under prices"),
            ("included_hours: 2", "included_hours: -2", "offering.yml: plans[2].included_hours: '-2' is not an amount of 0 or more"),
            ("    included_hours: 2\n", "    contact_methods: [phone, fax]\n", "offering.yml: plans[2].contact_methods[1]:"),
            (
                "price: {model: free}",
                "price: {model: free}\n    included_hours: 1",
                "offering.yml: plans[0]: included_hours are paid for by",
            ),
            ("amount: 35000, currency: HUF}", "amount: 90, currency: USD}", "offering.yml: work[3].price.currency: USD is not among"),
            (
                "amount: 35000, currency: HUF}",
                "amount: 35000, currency: HUF, step_minutes: 15}",
                "offering.yml: work[3].price: step_minutes is",
            ),
        ],
    )
    def test_are_refused_with_the_way_out(self, folder: Path, old: str, new: str, line: str) -> None:
        change(folder / "offering.yml", old, new)

        found = problems(folder)

        assert any(problem.startswith(line) for problem in found), found
