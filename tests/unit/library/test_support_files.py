"""What the partner writes about its support: read as meant, refused with the way out."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.library.policies import load_knowledge
from bot.library.support_files import SupportKnowledge, load_support, support_warnings
from bot.shared.errors import InvalidInput
from bot.support.catalogue import Area, areas_for
from bot.support.families import Platform
from bot.support.leads import hear
from bot.support.vehicles import Issue, IssueKind, Severity, choose_vehicle

SHIPPED = Path(__file__).parents[3] / "knowledge"
OFFERING = load_knowledge(SHIPPED).offering
SUPPORT = load_support(SHIPPED, offering=OFFERING)
DAY = date(2026, 3, 2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("vehicles.yml", "structure.yml", "needs.yml", "products.yml"):
        shutil.copy(SHIPPED / name, tmp_path / name)
    shutil.copytree(SHIPPED / "services", tmp_path / "services")
    return tmp_path


def load(folder: Path) -> SupportKnowledge:
    return load_support(folder, offering=OFFERING)


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} no longer has {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def areas() -> list[Area]:
    return [area for service in SUPPORT.catalogue for area in service.areas]


class TestShippedFiles:
    def test_have_nothing_to_warn_of(self) -> None:
        assert support_warnings(knowledge=SUPPORT, offering=OFFERING, today=DAY) == ()

    @pytest.mark.parametrize(
        ("kind", "product", "platform", "expected"),
        [
            (IssueKind.BILLING, "Visio Plan 2", Platform.CLOUD, "commercial"),
            (IssueKind.TECHNICAL, "Visio Plan 2", Platform.CLOUD, "signature"),
            (IssueKind.TECHNICAL, "Dynamics 365 Sales", Platform.CLOUD, "advanced"),
            (IssueKind.ADVICE, "Azure", Platform.CLOUD, "advanced"),
            (IssueKind.TECHNICAL, "Windows Server", Platform.ON_PREMISES, "product_incidents"),
        ],
    )
    def test_lead_each_case_to_a_vehicle(self, kind: IssueKind, product: str, platform: Platform, expected: str) -> None:
        case = Issue(kind=kind, product=product, platform=platform, severity=Severity.MODERATE)

        chosen = choose_vehicle(vehicles=SUPPORT.vehicles, issue=case, today=DAY).vehicle

        assert chosen is not None
        assert chosen.key == expected

    def test_keep_access_ids_out_of_what_is_printed(self) -> None:
        held = [vehicle.holding for vehicle in SUPPORT.vehicles if vehicle.holding is not None and vehicle.holding.access_id]

        assert held
        assert all(one.access_id not in repr(SUPPORT) for one in held)

    @pytest.mark.parametrize("area", areas(), ids=lambda area: area.key)
    def test_offer_a_fix_or_a_question_for_each_area_in_both_languages(self, area: Area) -> None:
        texts = [question.ask for question in area.questions] + [fix.say for fix in area.fixes] + list(area.collect)

        assert area.fixes
        assert all(text.en != text.hu for text in texts)

    @pytest.mark.parametrize(
        ("text", "language", "expected"),
        [
            ("my mails come back undelivered", "en", "mail"),
            ("nem megy a levelezes", "hu", "mail"),
            ("Nem tudok belépni, elfelejtettem a jelszavam", "hu", "sign_in"),
            ("the authenticator app is on my old phone", "en", "sign_in"),
            ("a Teams értekezleten nincs hang a mikrofonból", "hu", "teams"),
            ("onedrive nem szinkronizal", "hu", "files"),
            ("Word says unlicensed product", "en", "licences"),
            ("the laptop is not compliant in Intune", "en", "devices"),
            ("nem erem el a virtualis gepet rdp-n", "hu", "machines"),
            ("leállt a VPN az irodába", "hu", "network"),
            ("we need a higher quota in Azure", "en", "cost"),
            ("nem sikerul a mentes a tarfiokba", "hu", "storage"),
            ("Business Central nem enged be", "hu", "dynamics_sign_in"),
            ("everything is so slow, it hangs", "en", "dynamics_speed"),
            ("our power automate flow fails", "en", "power_platform"),
            ("a piactéren vett alkalmazás kiadója nem válaszol", "hu", "marketplace"),
            ("I cannot find the product key to download", "en", "software"),
        ],
    )
    def test_recognise_the_area_by_words(self, text: str, language: str, expected: str) -> None:
        found = areas_for(catalogue=SUPPORT.catalogue, product=None, text=text, language=language)

        assert found[0].key == expected

    @pytest.mark.parametrize(
        ("text", "language", "expected"),
        [
            ("We have two new colleagues from Monday, how is the invoice split?", "en", ["more_seats"]),
            ("jovo heten jon harom uj kollega", "hu", ["more_seats"]),
            ("Megtelt Kati postafiókja, és feltörték a fiókját", "hu", ["storage", "security"]),
            ("a file was accidentally deleted", "en", ["backup"]),
            ("Érdekelne a Copilot", "hu", ["copilot"]),
            ("nobody knows how to use Planner", "en", ["training"]),
            ("hamarosan lejár a csomagunk", "hu", ["renewal"]),
            ("our usage went up again", "en", ["usage"]),
            ("How much is invoice CL-2026-0117?", "en", []),
            ("Copilotot nem kérünk", "hu", []),
            ("we don't need any backup", "en", []),
        ],
    )
    def test_hear_needs_in_words(self, text: str, language: str, expected: list[str]) -> None:
        assert [heard.need.key for heard in hear(needs=SUPPORT.needs, text=text, language=language)] == expected


class TestLoadSupport:
    @pytest.mark.parametrize(
        ("file", "old", "new", "line"),
        [
            ("vehicles.yml", "kind: premier", "kind: premium", "vehicles.yml: vehicles[3].kind: input should be 'commercial'"),
            (
                "vehicles.yml",
                "    kind: commercial\n",
                "    kind: premier\n",
                "vehicles.yml: the file: there is no vehicle of kind commercial",
            ),
            (
                "vehicles.yml",
                "last_day: 2027-06-30",
                "last_day: 2025-06-30",
                "vehicles.yml: vehicles[2].held: last_day 2025-06-30 is before",
            ),
            (
                "vehicles.yml",
                "incidents_left: 17",
                "incidents_left: many",
                "vehicles.yml: vehicles[4].held.incidents_left: 'many' is not a number",
            ),
            ("vehicles.yml", "      incidents_left: 17\n", "", "vehicles.yml: vehicles[4]: it comes with a membership; give"),
            (
                "vehicles.yml",
                '      contract: "0007755310"\n',
                "",
                "vehicles.yml: vehicles[2]: it is held by a contract; give held.contract",
            ),
            (
                "vehicles.yml",
                "membership: solutions_partner",
                "membership: action_pack",
                "vehicles.yml: vehicles[1]: an Action Pack does not",
            ),
            ("vehicles.yml", "[Dynamics 365]", "[Dinamics]", "vehicles.yml: vehicles[1].covers.not_products: 'Dinamics' begins no product"),
            ("vehicles.yml", "key: premier", "key: signature", "vehicles.yml: the file: vehicles: 'signature' comes twice"),
            ("vehicles.yml", "zone: UTC", "zone: Mars", "vehicles.yml: vehicles[0].hours.zone: 'Mars' is not a time zone"),
            ("structure.yml", "  - helper: own\n", "", "structure.yml: the file: rules: none is without conditions"),
            ("structure.yml", "    helper: erp_house", "    helper: erp", "structure.yml: the file: rules: 'erp' is not among the helpers"),
            ("structure.yml", "products: [Dynamics 365]", "products: [SAP]", "structure.yml: rules[0].products: 'SAP' begins no product"),
            (
                "structure.yml",
                "plans: [care]",
                "plans: [gold]",
                "structure.yml: rules[1].plans: 'gold' is no plan of offering.yml; it has basic",
            ),
            (
                "structure.yml",
                "address: https://u",
                "address: http://u",
                "structure.yml: helpers[1]: 'http://ugyelet.dunakapu-felho.example/tickets'",
            ),
            (
                "structure.yml",
                "address: support@",
                "address: support",
                "structure.yml: helpers[2]: 'supportkaptar-erp.example' is not a mail",
            ),
            ("structure.yml", "when: closed", "when: night", "structure.yml: rules[1].when: input should be"),
            ("needs.yml", "key: backup", "key: storage", "needs.yml: the file: needs: 'storage' comes twice"),
            ("needs.yml", "said_as:\n      en: [copilot", "said_as:\n      de: [copilot", "needs.yml: needs[4].said_as.en: is missing"),
            ("services/azure.yml", "families: [Azure]", "families: [Azur]", "services/azure.yml: families: 'Azur' begins no product"),
            (
                "services/azure.yml",
                "work: azure_work",
                "work: magic",
                "services/azure.yml: area 'machines': ends[1].work: 'magic' is no work",
            ),
            (
                "services/azure.yml",
                "when: {state: stopped}",
                "when: {stat: stopped}",
                "services/azure.yml: the file: 'machines', fix 'start': there is no",
            ),
            (
                "services/azure.yml",
                "when: {state: stopped}",
                "when: {state: off}",
                "services/azure.yml: the file: 'machines', fix 'start': 'off' is no",
            ),
            (
                "services/azure.yml",
                "when: {state: stopped}",
                "when: {since: x}",
                "services/azure.yml: the file: 'machines', fix 'start': 'since' takes any",
            ),
            ("services/azure.yml", "key: network", "key: mail", "services/microsoft-365.yml: area 'mail' stands in azure.yml as well"),
            (
                "services/azure.yml",
                "with: chargeable, work: azure_work",
                "with: chargeable",
                "services/azure.yml: areas[0].ends[1]: work names what",
            ),
            ("services/azure.yml", "      - {with: own_staff}\n", "", "services/azure.yml: areas[0]: ends: none is without when"),
            (
                "services/azure.yml",
                "    answer: text\n",
                "    answer: choice\n",
                "services/azure.yml: first_questions[1]: a choice needs two options",
            ),
            (
                "services/azure.yml",
                "    answer: yes_no\n",
                "    answer: maybe\n",
                "services/azure.yml: first_questions[0].answer: input should be",
            ),
            (
                "services/azure.yml",
                "link: https://learn",
                "link: learn",
                "services/azure.yml: areas[0].fixes[0].link: 'learn.microsoft.com",
            ),
            ("products.yml", "products:", "goods:", "products.yml: products: names no product"),
        ],
    )
    def test_names_file_key_reason_and_way_out(self, folder: Path, file: str, old: str, new: str, line: str) -> None:
        change(folder / file, old, new)

        with pytest.raises(InvalidInput) as refused:
            load(folder)

        found = str(refused.value).replace(f"{folder}/", "").splitlines()
        assert any(problem.startswith(line) for problem in found), found

    def test_tells_of_all_files_at_once(self, folder: Path) -> None:
        change(folder / "vehicles.yml", "kind: premier", "kind: premium")
        change(folder / "needs.yml", "key: backup", "key: storage")
        shutil.rmtree(folder / "services")

        with pytest.raises(InvalidInput) as refused:
            load(folder)

        assert len(str(refused.value).splitlines()) == 3


class TestWarnings:
    def test_name_a_rule_that_never_applies_and_who_is_never_asked(self, folder: Path) -> None:
        change(folder / "structure.yml", "rules:\n", "rules:\n  - helper: own\n")

        warned = support_warnings(knowledge=load(folder), offering=OFFERING, today=DAY)

        assert [warning.split(",")[0] for warning in warned] == [f"structure.yml: rules[{index}]: never applies" for index in (1, 2, 3)]

    def test_name_a_helper_without_a_rule(self, folder: Path) -> None:
        change(folder / "structure.yml", "    helper: erp_house", "    helper: own")

        warned = support_warnings(knowledge=load(folder), offering=OFFERING, today=DAY)

        assert warned == ("structure.yml: helpers: 'erp_house' is named by no rule; name it or take it out",)

    def test_name_vehicles_that_ended_or_are_used_up(self, folder: Path) -> None:
        change(folder / "vehicles.yml", "incidents_left: 17", "incidents_left: 0")

        warned = support_warnings(knowledge=load(folder), offering=OFFERING, today=date(2027, 7, 1))

        assert [warning.split(" ")[1] for warning in warned] == ["'advanced'", "'product_incidents'"]
