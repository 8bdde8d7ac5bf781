"""The demo partner and its sixty customers. Every company and person is invented; mail goes to ``.example`` only."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.billing.model import Address, Contact, Customer
from bot.demo.identifiers import foreign_vat_id, guid, hungarian_tax_number, hungarian_vat_id, iban, rng
from bot.shared.ids import CustomerId

# Name | postal code | city | street | country | currency | language; numbers are given in this order from C-10001.
_COMPANIES = """
Tiszavirág Fuvarszervező Kft.|6725|Szeged|Kócsag sor 14.|HU|EUR|hu
Kőrisfa Bútormanufaktúra Kft.|7622|Pécs|Gyalupad utca 3.|HU|HUF|hu
Zsombékos Vendéglátó Kft.|8360|Keszthely|Nádas sétány 9.|HU|HUF|hu
Harmatcsepp Öntözéstechnika Kft.|5000|Szolnok|Zsilip utca 27.|HU|HUF|hu
Bakancsos Túrabolt Bt.|3300|Eger|Ösvény köz 2.|HU|HUF|hu
Vadkörte Pékműhely Kft.|9400|Sopron|Kovász utca 11.|HU|HUF|hu
Rézkakas Épületgépész Zrt.|1097|Budapest|Csőszerelő út 40.|HU|HUF|hu
Lidérc Játékstúdió Kft.|1066|Budapest|Pixel köz 5.|HU|EUR|en
Kanyargó Kerékpárút Kft.|9021|Győr|Küllő tér 8.|HU|HUF|hu
Mézesvölgy Méhészeti Zrt.|8900|Zalaegerszeg|Hárs fasor 33.|HU|HUF|hu
Tűzmadár Kerámia Kft.|6800|Hódmezővásárhely|Agyag utca 19.|HU|HUF|hu
Északi Delta Mérnökiroda Kft.|3530|Miskolc|Szintező utca 6.|HU|EUR|en
Pörgettyű Nyomdaipari Zrt.|1139|Budapest|Festékhenger út 71.|HU|HUF|hu
Sárgarigó Könyvelő Bt.|2600|Vác|Tartozik sor 4.|HU|HUF|hu
Kékfény Optika Kft.|4025|Debrecen|Dioptria utca 12.|HU|HUF|hu
Szélkiáltó Vitorlás Kft.|8230|Balatonfüred|Bója sétány 1.|HU|EUR|en
Tarka Lepke Magánóvoda Kft.|2040|Budaörs|Kisvonat utca 16.|HU|HUF|hu
Gólyahír Bababolt Kft.|7400|Kaposvár|Bölcső köz 7.|HU|HUF|hu
Fagyöngy Kertészet Zrt.|6000|Kecskemét|Melegház dűlő 55.|HU|HUF|hu
Csillagpor Rendezvény Kft.|1052|Budapest|Függöny utca 10.|HU|HUF|hu
Hétmérföld Cipőgyár Zrt.|7100|Szekszárd|Kaptafa út 21.|HU|HUF|hu
Vasderes Lovarda Kft.|4200|Hajdúszoboszló|Patkó utca 2.|HU|HUF|hu
Dióhéj Ügyvédi Iroda|1055|Budapest|Paragrafus tér 3.|HU|HUF|hu
Bükkalja Faipari Kft.|3400|Mezőkövesd|Fűrész utca 44.|HU|HUF|hu
Liliputi Modellvasút Bt.|1149|Budapest|Talpfa utca 18.|HU|HUF|hu
Selyemhernyó Textil Kft.|6720|Szeged|Gombolyag utca 23.|HU|HUF|hu
Holdudvar Csillagvizsgáló Kft.|8420|Zirc|Távcső sétány 1.|HU|HUF|hu
Mohos Tanya Sajtkészítő Kft.|6728|Szeged|Oltó dűlő 8.|HU|HUF|hu
Aranyhíd Fordítóiroda Kft.|1024|Budapest|Szótár utca 30.|HU|EUR|en
Szürkebegy Gépkölcsönző Kft.|2030|Érd|Markoló utca 13.|HU|HUF|hu
Pipacs Egészségház Kft.|5600|Békéscsaba|Kamilla utca 6.|HU|HUF|hu
Jégcsap Hűtéstechnika Zrt.|1211|Budapest|Kompresszor út 88.|HU|HUF|hu
Kavics Biztosításközvetítő Kft.|1132|Budapest|Kötvény utca 15.|HU|HUF|hu
Napfonat Energetika Zrt.|9700|Szombathely|Inverter út 24.|HU|EUR|en
Tengelic Zeneiskola Kft.|7621|Pécs|Kotta köz 9.|HU|HUF|hu
Rostélyos Húsüzem Zrt.|4400|Nyíregyháza|Bárd utca 62.|HU|HUF|hu
Vízimalom Szállodák Kft.|8380|Hévíz|Zsilipkerék utca 5.|HU|EUR|en
Borostyán Ékszerműves Bt.|2000|Szentendre|Foglalat köz 3.|HU|HUF|hu
Toronyóra Ingatlan Kft.|1118|Budapest|Alaprajz utca 48.|HU|HUF|hu
Cinege Postázó Kft.|2220|Vecsés|Bélyeg utca 17.|HU|HUF|hu
Búzakék Malomipari Zrt.|5700|Gyula|Garat utca 29.|HU|HUF|hu
Mókuskerék Fitnesz Kft.|1037|Budapest|Súlyzó utca 20.|HU|HUF|hu
Havasi Gyopár Panzió Bt.|3233|Mátraszentimre|Hófehér út 4.|HU|HUF|hu
Szemfüles Biztonságtechnika Kft.|1108|Budapest|Zárlat utca 36.|HU|HUF|hu
Kéményseprő Szoftverműhely Kft.|1085|Budapest|Fordító utca 64.|HU|EUR|en
Égerláp Természetvédő Kft.|9431|Fertőd|Tőzike út 2.|HU|HUF|hu
Rókalyuk Pincészet Kft.|3910|Tokaj|Dugóhúzó utca 7.|HU|HUF|hu
Gyertyaláng Múzeumi Bolt Bt.|1014|Budapest|Vitrin utca 1.|HU|HUF|hu
Lapozgató Könyvkiadó Kft.|1075|Budapest|Gerinc utca 25.|HU|HUF|hu
Steinkauz Metallbau GmbH|4020|Linz|Ambossweg 12|AT|EUR|en
Wachholderhof Feinkost GmbH|1160|Wien|Kapernplatz 3|AT|EUR|en
Nebelkrähe Verlag GmbH|04109|Leipzig|Druckbogenstraße 28|DE|EUR|en
Zinnteller Maschinen GmbH|93047|Regensburg|Fräsergasse 9|DE|EUR|en
Vlčí Mak Logistika s.r.o.|949 01|Nitra|Paletová 18|SK|EUR|en
Modrý Kocúr Media s.r.o.|811 02|Bratislava|Titulková 6|SK|EUR|en
Kapradí Laboratoř s.r.o.|602 00|Brno|Zkumavková 21|CZ|EUR|en
Ursul Vesel Tipografie S.R.L.|400001|Cluj-Napoca|Strada Cernelii 33|RO|EUR|en
Greylag Quay Freight Ltd.|D02 X285|Dublin|5 Lanternmaker Row|IE|EUR|en
Thistledown Ledgers Ltd.|LS1 4AP|Leeds|17 Inkwell Yard|GB|EUR|en
Murmeltier Präzision AG|8005|Zürich|Zahnradweg 40|CH|EUR|en
""".strip().splitlines()

_FAMILY = (
    "Bodnár", "Csiszár", "Dombi", "Erdélyi", "Faragó", "Gulyás", "Hegedűs", "Illés", "Juhász", "Kelemen",
    "Lakatos", "Mészáros", "Nyári", "Orosz", "Pintér", "Rácz", "Somogyi", "Takács", "Ujvári", "Vámos",
)  # fmt: skip
_GIVEN = (
    "Anikó", "Balázs", "Csilla", "Dániel", "Emese", "Ferenc", "Gréta", "Huba", "Ildikó", "Jácint",
    "Kinga", "Levente", "Magdolna", "Nándor", "Orsolya", "Piroska", "Richárd", "Sarolta", "Tamás", "Virág",
)  # fmt: skip
_FOREIGN = {
    "AT": ["Amelie Brandner", "Jonas Feldhuber"],
    "DE": ["Greta Lindwurm", "Malte Osterkamp"],
    "SK": ["Matej Hruška", "Lucia Bednárová"],
    "CZ": ["Zuzana Kvapilová"],
    "RO": ["Ioana Pădureanu"],
    "IE": ["Fionn Halloran"],
    "GB": ["Harriet Winslade"],
    "CH": ["Reto Zurflüh"],
}

# The seller is the partner of knowledge/partner.yml; a test holds the two together.
SELLER_NAME = "Dunakapu Felhő Kft."
SELLER_LEGAL_NAME = "Dunakapu Felhő Szolgáltató Korlátolt Felelősségű Társaság"
SELLER_VAT_ID = "HU99184274"
SELLER_COMPANY_NUMBER = "01-09-999184"
SELLER_ADDRESS = Address(street="Rakpart köz 12.", postal_code="1117", city="Budapest", country="HU")
SELLER_MAIL = "szamlazas@dunakapu-felho.example"
SELLER_ACCOUNTS = {"HUF": "HU61999010551004273819000001", "EUR": "HU80999010552004273819000002"}
SELLER_BIC = "FOLYHUHB"


@dataclass(frozen=True, slots=True)
class Company:
    """A customer with what its documents need.

    Attributes:
        terms_days: Days from issue to due.
    """

    customer: Customer
    currency: str
    terms_days: int

    @property
    def number(self) -> str:
        """Return the customer number."""
        return self.customer.number

    @property
    def country(self) -> str:
        """Return the country of the seat, ISO 3166 alpha-2."""
        return self.customer.address.country


def _plain(text: str) -> str:
    """Return ``text`` in lower-case ASCII letters and digits, words joined by hyphens."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", folded).strip("-")


def _contacts(number: str, domain: str, *, country: str, language: str) -> tuple[Contact, ...]:
    source = rng("contacts", number)
    if country == "HU":
        names = [f"{family} {given}" for family, given in zip(source.sample(_FAMILY, 2), source.sample(_GIVEN, 2), strict=True)]
    else:
        names = [source.choice(_FOREIGN[country])]
    # The main customer has one contact for each language, so that both can be tried as the same company.
    languages = ("hu", "en") if number == "C-10001" else (language, language)
    return tuple(
        Contact(name=name, email=f"{_plain(name).replace('-', '.')}@{domain}", language=spoken)
        for name, spoken in zip(names, languages, strict=False)
    )


def _company(index: int, row: str) -> Company:
    name, postal_code, city, street, country, currency, language = row.split("|")
    number = f"C-{10001 + index}"
    domain = "-".join(_plain(name).split("-")[:2]) + ".example"
    domestic = hungarian_tax_number(name)
    taxes = (domestic, hungarian_vat_id(domestic)) if country == "HU" else (foreign_vat_id(name, country=country),)
    customer = Customer(
        id=CustomerId(f"cus_{guid('customer', number).replace('-', '')}"),
        number=number,
        name=name,
        language=language,
        tenant_id=guid("tenant", number),
        tax_numbers=taxes,
        identifiers=(domain,),
        bank_accounts=(iban(name, country=country),),
        address=Address(street=street, postal_code=postal_code, city=city, country=country),
        contacts=_contacts(number, domain, country=country, language=language),
        # Every third has the plan with a monthly fee; the others pay by the case.
        support_plan="care" if index % 3 == 2 else None,
    )
    return Company(customer=customer, currency=currency, terms_days=15 if index < 20 else (8, 15, 30)[index % 3])


def companies() -> tuple[Company, ...]:
    """Return the sixty customers in the order of their numbers, C-10001 first."""
    return tuple(_company(index, row) for index, row in enumerate(_COMPANIES))
