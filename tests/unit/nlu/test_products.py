"""Products as people name them."""

from pathlib import Path

import pytest

from bot.nlu.folding import fold
from bot.nlu.products import Product, ProductFinder, load_products
from bot.nlu.words import split
from bot.shared.errors import InvalidInput

CATALOGUE = Path(__file__).parents[3] / "knowledge" / "products.yml"
FOUND = [
    ("en", "M365 Business Prem licences", "Microsoft 365 Business Premium"),
    ("en", "how many E3 licences do we have", "Microsoft 365 E3"),
    ("en", "O365 E3 end date?", "Office 365 E3"),
    ("en", "M365-E5", "Microsoft 365 E5"),
    ("en", "powerbi", "Power BI"),
    ("en", "Exchange Online (Plan 1)", "Exchange Online (Plan 1)"),
    ("en", "microsoft 365 buisness standard seats?", "Microsoft 365 Business Standard"),
    ("en", "D365 Business Central", "Dynamics 365 Business Central"),
    ("hu", "az E3-at kérem", "Microsoft 365 E3"),
    ("hu", "E3ast", "Microsoft 365 E3"),
    ("hu", "a Teamst lemondanám", "Microsoft Teams"),
    ("hu", "az office mennyibe kerül", "Office 365"),
    ("hu", "Office-t is", "Office 365"),
    ("hu", "biznisz prémiumot", "Microsoft 365 Business Premium"),
    ("hu", "biznisz premium", "Microsoft 365 Business Premium"),
    ("hu", "a Visiót is", "Visio"),
    ("hu", "Project Plan 3-at", "Project Plan 3"),
    ("hu", "az azure-fogyasztásunk", "Azure"),
    ("en", "is defender for business in it", "Microsoft Defender for Business"),
    ("en", "defender for office 365", "Microsoft Defender"),
    ("en", "our teams licences", "Microsoft Teams"),
    ("en", "our Teams in the plan", "Microsoft Teams"),
    ("en", "we use teams in every office", "Microsoft Teams"),
    ("hu", "defender for business-t", "Microsoft Defender for Business"),
    ("hu", "businessstandardból", "Microsoft 365 Business Standard"),
    ("hu", "bizniszprémiumra váltanánk", "Microsoft 365 Business Premium"),
    ("hu", "biznisz bézikre váltanánk", "Microsoft 365 Business Basic"),
    ("hu", "exchange-es fiókok", "Exchange Online"),
    ("hu", "óneDrive nem megy", "OneDrive for business"),
    ("hu", "a power bi-os számla", "Power BI"),
    ("hu", "Aktív még a Power BI Prónk?", "Power BI Pro"),
]


@pytest.fixture(scope="module")
def finder() -> ProductFinder:
    return ProductFinder(load_products(CATALOGUE))


class TestProductFinder:
    @pytest.mark.parametrize(("language", "text", "name"), FOUND)
    def test_knows_the_product(self, finder: ProductFinder, language: str, text: str, name: str) -> None:
        assert [span.value for span in finder.find(text, language)] == [name]

    @pytest.mark.parametrize(
        "text",
        [
            *("what are your office hours", "what is the exchange rate", "the project is late", "mennyi a számlám", ""),
            *("two teams at one site", "the teams that work remotely", "the sky was azure blue"),
        ],
    )
    def test_leaves_everyday_words_alone(self, finder: ProductFinder, text: str) -> None:
        assert finder.find(text, "en") == ()

    def test_prefers_the_longest_name(self, finder: ProductFinder) -> None:
        found = finder.find("Microsoft 365 Business Premium and Visio Plan 2", "en")

        assert [span.value for span in found] == ["Microsoft 365 Business Premium", "Visio Plan 2"]

    def test_knows_each_name_of_the_list_by_itself(self, finder: ProductFinder) -> None:
        for product in load_products(CATALOGUE):
            for language, phrase in product.phrases:
                spoken = "en" if language == "any" else language
                assert [span.value for span in finder.find(fold(phrase), spoken)], phrase

    def test_matches_a_partners_own_product(self) -> None:
        own = ProductFinder([Product("Backup Plus", (("any", "Backup Plus"),))])

        assert [span.value for span in own.find("a backup plusról kérdeznék", "hu")] == ["Backup Plus"]


class TestLoadProducts:
    @pytest.mark.parametrize("content", ["products: [{nam: x}]", "products: [{name: x, any: y}]", "other: []", "products: ["])
    def test_names_the_file_that_cannot_be_used(self, tmp_path: Path, content: str) -> None:
        path = tmp_path / "products.yml"
        path.write_text(content, encoding="utf-8")

        with pytest.raises(InvalidInput, match=r"products\.yml"):
            load_products(path)


class TestSplit:
    def test_keeps_the_place_of_each_word(self) -> None:
        text = "az E3-at, kérem."

        assert [text[word.start : word.end] for word in split(text, "hu")] == ["az", "E3", "-", "at", ",", "kérem", "."]
