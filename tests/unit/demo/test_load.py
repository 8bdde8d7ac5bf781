"""The demo data goes through the importers and comes out with a part for everybody."""

from __future__ import annotations

from bot.billing.allocation import UnallocatedReason
from bot.billing.intake_report import IntakeReport
from bot.billing.model import Standing
from bot.demo.cast import OVERDUE_DAYS, PARTLY_PAID
from bot.demo.load import is_loaded, load
from bot.overdue.ladder import ladder_of
from bot.overdue.model import StepKind
from tests.unit.demo.conftest import Loaded


class TestLoad:
    def test_imports_every_file_without_inventing_customers(self, loaded: Loaded) -> None:
        with loaded.services.ledger.begin() as tx:
            customers = tx.all_customers()

        assert len(customers) == loaded.customers
        assert loaded.report.created_customers == ()
        assert loaded.report.unchanged == 0
        assert is_loaded(loaded.services)

    def test_places_every_payment_but_the_strays(self, loaded: Loaded) -> None:
        assert loaded.report.unallocated == (
            (UnallocatedReason.ALREADY_PAID, 1),
            (UnallocatedReason.NO_MATCHING_INVOICE, 1),
            (UnallocatedReason.UNKNOWN_PAYER, 3),
        )

    def test_settles_two_invoices_with_one_payment(self, loaded: Loaded) -> None:
        with loaded.services.ledger.begin() as tx:
            payer = tx.customer_by_number("C-10013")
            received, invoices = tx.payments(customer_id=payer.id), tx.invoices(customer_id=payer.id)
            settled = tx.settlements(customer_id=payer.id, invoices=invoices)

        paid = [item for item in invoices if settled[item.id].paid == item.payable]
        assert len(received) < len(paid)
        assert sum(payment.amount.amount for payment in received) == sum(item.payable.amount for item in paid)

    def test_changes_nothing_the_second_time(self, loaded: Loaded) -> None:
        with loaded.services.conversation_store.begin() as tx:
            before = tx.tickets(include_closed=True)

        again = load(loaded.files, services=loaded.services)

        with loaded.services.conversation_store.begin() as tx:
            after = tx.tickets(include_closed=True)
        assert again == IntakeReport(known_files=again.known_files)
        assert after == before
        assert len(loaded.services.staff.list()) == 5


class TestStandings:
    def test_are_all_there(self, loaded: Loaded) -> None:
        assert {item.standing for _, item in loaded.views} == set(Standing)

    def test_are_overdue_for_debtors_only(self, loaded: Loaded) -> None:
        overdue = {number for number, item in loaded.views if item.standing is Standing.OVERDUE}

        assert overdue == {"C-10001", *(number for number, since in OVERDUE_DAYS.items() if since > 0)}

    def test_count_the_days_that_the_parts_ask_for(self, loaded: Loaded) -> None:
        oldest: dict[str, int] = {}
        for number, item in loaded.views:
            if item.open_amount:
                oldest[number] = max(oldest.get(number, -99), (loaded.services.today() - item.invoice.due_on).days)

        assert {number: oldest[number] for number in OVERDUE_DAYS} == OVERDUE_DAYS

    def test_leave_a_part_open_where_a_part_was_paid(self, loaded: Loaded) -> None:
        partly = [(number, item) for number, item in loaded.views if item.standing is Standing.PARTLY_PAID]

        assert [number for number, _ in partly] == [PARTLY_PAID]
        assert partly[0][1].paid
        assert partly[0][1].open_amount


class TestLadder:
    def test_has_a_case_at_every_step_up_to_suspension(self, loaded: Loaded) -> None:
        services = loaded.services
        current = set()
        for _, item in loaded.views:
            state = ladder_of(view=item, policies=services.collections, today=services.today())
            if state.current:
                current.add(state.current.step.key)

        steps = {step.key for step in services.collections[-1].steps if step.kind is not StepKind.PROPOSE_TERMINATION}
        assert current == steps
