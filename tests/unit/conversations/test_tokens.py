"""Who may speak, by signed tokens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from bot.conversations.tokens import DocumentGrant, TokenRefused, Tokens, Visitor
from bot.shared.errors import InvalidInput
from bot.shared.ids import CustomerId

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
KEY = "k" * 40
VISITOR = Visitor(CustomerId("cus_1"), "anna@minta.example")
QUARTER = timedelta(minutes=15)


@pytest.fixture
def tokens() -> Tokens:
    return Tokens(key=KEY)


class TestVisitorToken:
    def test_names_the_person_it_was_made_for(self, tokens: Tokens) -> None:
        token = tokens.for_visitor(visitor=VISITOR, now=NOW, valid_for=QUARTER)

        assert tokens.read_visitor(token, now=NOW + timedelta(minutes=14)) == VISITOR

    def test_is_refused_from_the_moment_it_expires(self, tokens: Tokens) -> None:
        token = tokens.for_visitor(visitor=VISITOR, now=NOW, valid_for=QUARTER)

        with pytest.raises(TokenRefused, match="expired"):
            tokens.read_visitor(token, now=NOW + QUARTER)

    def test_is_refused_when_signed_with_another_key(self, tokens: Tokens) -> None:
        token = Tokens(key="x" * 40).for_visitor(visitor=VISITOR, now=NOW, valid_for=QUARTER)

        with pytest.raises(TokenRefused):
            tokens.read_visitor(token, now=NOW)

    @pytest.mark.parametrize("algorithm", ["none", "HS384", "HS512"])
    def test_is_refused_under_another_algorithm(self, tokens: Tokens, algorithm: str) -> None:
        claims = {"aud": "clearline:visitor", "sub": "cus_1", "contact": None, "iat": NOW, "exp": NOW + QUARTER}
        token = jwt.encode(claims, "" if algorithm == "none" else KEY * 2, algorithm=algorithm)

        with pytest.raises(TokenRefused):
            tokens.read_visitor(token, now=NOW)

    @pytest.mark.parametrize("missing", ["aud", "sub", "iat", "exp"])
    def test_is_refused_without_a_claim(self, tokens: Tokens, missing: str) -> None:
        claims = {"aud": "clearline:visitor", "sub": "cus_1", "contact": None, "iat": NOW, "exp": NOW + QUARTER}
        del claims[missing]

        with pytest.raises(TokenRefused):
            tokens.read_visitor(jwt.encode(claims, KEY, algorithm="HS256"), now=NOW)

    @pytest.mark.parametrize("garbage", ["", "a", "a.b.c", "é" * 50, "null"])
    def test_is_refused_when_it_is_garbage(self, tokens: Tokens, garbage: str) -> None:
        with pytest.raises(TokenRefused):
            tokens.read_visitor(garbage, now=NOW)


class TestDocumentToken:
    def test_does_not_sign_anyone_in(self, tokens: Tokens) -> None:
        token = tokens.for_document(grant=DocumentGrant(CustomerId("cus_1"), "CL-1", "hu"), now=NOW, valid_for=QUARTER)

        with pytest.raises(TokenRefused):
            tokens.read_visitor(token, now=NOW)

    def test_opens_what_it_was_made_for(self, tokens: Tokens) -> None:
        grant = DocumentGrant(CustomerId("cus_1"), "CL-2026-0117", "hu")

        assert tokens.read_document(tokens.for_document(grant=grant, now=NOW, valid_for=QUARTER), now=NOW) == grant


class TestKey:
    def test_must_be_long_enough(self) -> None:
        with pytest.raises(InvalidInput, match="CLEARLINE_SECRET_KEY"):
            Tokens(key="short")
