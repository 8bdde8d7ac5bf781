"""The command line beside a running Clearline."""

from __future__ import annotations

import json
import re

import pytest

from bot.settings import SECRETS_FILE
from tests.e2e.conftest import amount
from tests.e2e.system import Json, System, Talk, free_ports

pytestmark = pytest.mark.slow

# The least macro-F1 on the held-out messages; raise it as understanding gets better, never lower it.
LEAST_MACRO_F1 = {"en": 0.90, "hu": 0.91}
# Shares (0-1) of the held-out messages: caught of what is out of scope at least, refused of what is in scope at most.
LEAST_CAUGHT, MOST_REFUSED = 0.85, 0.05


class TestAsk:
    def test_prints_the_answer_in_the_language_of_the_question(self, system: System, facts: Json) -> None:
        english = system.output_of("ask", "How much is our newest invoice?", "--customer", facts["customer"]["number"])
        hungarian = system.output_of("ask", "Mennyi a legújabb számlánk?", "--customer", facts["customer"]["number"])

        assert amount(facts["latest_invoice"], "en") in english
        assert amount(facts["latest_invoice"], "hu") in hungarian

    def test_goes_on_with_a_conversation(self, system: System, facts: Json) -> None:
        customer = ("--customer", facts["customer"]["id"])
        first = json.loads(system.output_of("ask", "How much is our newest invoice?", "--json", *customer))

        answer = system.output_of("ask", "and the previous one?", "--conversation", first["conversation"], *customer)

        assert amount(facts["previous_invoice"], "en") in answer

    def test_says_where_nobody_answers(self, system: System) -> None:
        (port,) = free_ports(1)

        done = system.command("ask", "hello", env={"CLEARLINE_HTTP_PORT": str(port)})

        assert done.returncode == 1
        assert re.fullmatch(rf"clearline: no front door answers at http://127\.0\.0\.1:{port}/\S+; .*\n", done.stderr)

    def test_says_that_a_customer_is_not_known(self, system: System) -> None:
        done = system.command("ask", "hello", "--customer", "C-98765")

        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("clearline: ")
        assert done.stderr.count("\n") == 1


class TestToken:
    def test_signs_the_customer_in(self, system: System, facts: Json) -> None:
        bearer = system.output_of("token", facts["customer"]["number"]).strip()

        answer = Talk(system, bearer=bearer).say("What do we owe you?")

        assert amount(facts["open_balance"], "en") in answer.text

    def test_of_no_minutes_has_expired(self, system: System, facts: Json) -> None:
        bearer = system.output_of("token", facts["customer"]["number"], "--minutes", "0").strip()

        answer = Talk(system, bearer=bearer).say("What do we owe you?")

        assert answer.status == 401
        assert "expired" in answer.content["error"]["message"]

    def test_is_refused_for_a_contact_not_on_file(self, system: System, facts: Json) -> None:
        done = system.command("token", facts["customer"]["number"], "--contact", "nobody@tiszavirag.example")

        assert (done.returncode, done.stdout) == (1, "")
        assert "is not a billing contact" in done.stderr


class TestUp:
    @pytest.mark.parametrize(("place", "name"), [(0, "CLEARLINE_HTTP_PORT"), (1, "CLEARLINE_RASA_PORT"), (2, "CLEARLINE_ACTIONS_PORT")])
    def test_on_a_taken_port_says_which_setting_to_change(self, system: System, place: int, name: str) -> None:
        ports = free_ports(3)
        ports[place] = system.ports[place]

        done = System(system.var, ports=ports).command("up", seconds=60)

        assert done.returncode == 1
        (line,) = done.stderr.splitlines()
        assert f"port {system.ports[place]} " in line
        assert name in line

    def test_without_a_usable_port_number_names_the_setting(self, system: System) -> None:
        done = system.command("up", env={"CLEARLINE_HTTP_PORT": "http"})

        assert (done.returncode, done.stderr) == (1, "clearline: CLEARLINE_HTTP_PORT is 'http', not a port number between 1 and 65535\n")


class TestSecondRun:
    def test_of_setup_changes_nothing(self, system: System) -> None:
        secrets = (system.var / SECRETS_FILE).read_bytes()

        system.output_of("setup")

        assert (system.var / SECRETS_FILE).read_bytes() == secrets

    def test_of_demo_load_changes_nothing(self, system: System, facts: Json) -> None:
        system.output_of("demo", "load")

        # The newest open ticket may be one that another test has opened meanwhile.
        changing = {"open_ticket", "other_customer"}
        after = json.loads(system.output_of("demo", "facts", "--json"))
        assert {role: fact for role, fact in after.items() if role not in changing} == {
            role: fact for role, fact in facts.items() if role not in changing
        }


@pytest.fixture(scope="module")
def evaluated(system: System) -> str:
    """Return what ``clearline evaluate nlu`` prints."""
    return system.output_of("evaluate", "nlu")


class TestEvaluateNlu:
    def test_finds_understanding_above_the_floors(self, evaluated: str) -> None:
        found = {language: float(score) for language, score in re.findall(r"^(en|hu): macro-F1 ([\d.]+)", evaluated, re.MULTILINE)}

        assert found.keys() == LEAST_MACRO_F1.keys()
        assert all(found[language] >= floor for language, floor in LEAST_MACRO_F1.items()), f"macro-F1 {found}, floors {LEAST_MACRO_F1}"

    def test_finds_most_of_what_is_out_of_scope_caught_and_little_else_refused(self, evaluated: str) -> None:
        shares = re.findall(r"^(?:en|hu):.* out of scope caught ([\d.]+), in scope refused ([\d.]+)$", evaluated, re.MULTILINE)

        assert len(shares) == len(LEAST_MACRO_F1)
        assert all(float(caught) >= LEAST_CAUGHT and float(refused) <= MOST_REFUSED for caught, refused in shares), shares
