"""Messages in neither English nor Hungarian."""

from __future__ import annotations

import pytest

from bot.shared.foreign import is_in_third_language


class TestThirdLanguage:
    @pytest.mark.parametrize(
        "text",
        [
            "Wann muss ich das bezahlen?",
            "Bitte schicken Sie mir eine Kopie der Rechnung",
            "Cand trebuie sa platim factura?",
            "Prečo je naša faktúra vyššia?",
            "Dlaczego faktura jest wyższa?",
            "Pourquoi notre facture est plus élevée ?",
            "Cuando tenemos que pagar la factura?",
            "Perché la nostra fattura è così alta?",
            "Когда нужно платить?",
            "请把发票发给我",
            "Πότε πρέπει να πληρώσω;",
        ],
    )
    def test_is_recognised(self, text: str) -> None:
        assert is_in_third_language(text)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "12345 ???",
            "CL-2026-0001",
            "why is our bill so high",
            "did you bill us for Das Keyboard and die Maus",
            "miert ilyen magas a szamlank",
            "Kovács Je Kft. számlája",
            "a Škoda Plzeň számláját kérem",
            "de nem is ez volt a kérdés",
            "por favor, why is it so high",
            "nu akkor mi van a szamlaval",
            "blorp the frindle under zappo",
        ],
    )
    def test_is_not_found_in_our_own(self, text: str) -> None:
        assert not is_in_third_language(text)
