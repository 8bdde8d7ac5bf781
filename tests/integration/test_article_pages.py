"""The pages under the links of knowledge answers, over real HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.billing.model import CommerceKind
from bot.services import ArticlePage, Passage
from bot.web import make_app
from bot.wiring import Wired
from tests.scripted_engine import ScriptedEngine

Client = TestClient[web.Request, web.Application]
MakeClient = Callable[[web.Application], Awaitable[Client]]


@pytest.fixture
async def client(wired: Wired, aiohttp_client: MakeClient) -> Client:
    engine = ScriptedEngine()
    return await aiohttp_client(make_app(services=wired.services, engine=engine, actions=engine, store=wired.store, metrics_token=""))


class TestArticlePage:
    @pytest.mark.parametrize(
        ("language", "title", "other"),
        [
            ("en", "What is the 7-day cancellation window?", '<a href="/articles/hu/seven-day-window" hreflang="hu" lang="hu">'),
            ("hu", "Mi az a 7 napos lemondási időszak?", '<a href="/articles/en/seven-day-window" hreflang="en" lang="en">'),
        ],
    )
    async def test_shows_title_text_and_the_other_language(self, client: Client, language: str, title: str, other: str) -> None:
        response = await client.get(f"/articles/{language}/seven-day-window")
        text = await response.text()

        assert (response.status, response.content_type) == (200, "text/html")
        assert f"<h1>{title}</h1>" in text
        assert f'<html lang="{language}">' in text
        assert text.count("<p>") == 4
        assert other in text

    async def test_brings_no_script_and_no_style_of_its_own(self, client: Client) -> None:
        response = await client.get("/articles/en/seven-day-window")
        text = await response.text()

        assert "style-src 'self'" in response.headers["Content-Security-Policy"]
        assert "<script" not in text
        assert "<style" not in text
        assert "style=" not in text

    async def test_finds_its_style(self, client: Client) -> None:
        response = await client.get("/article.css")

        assert (response.status, response.content_type) == (200, "text/css")

    @pytest.mark.parametrize(
        "path", ["/articles/en/no-such-article", "/articles/de/seven-day-window", "/articles/en/..%2FREADME", "/articles/en/"]
    )
    async def test_that_is_not_there_is_not_found(self, client: Client, path: str) -> None:
        response = await client.get(path)

        assert response.status == 404

    async def test_escapes_what_an_article_holds(self, wired: Wired, aiohttp_client: MakeClient) -> None:
        engine = ScriptedEngine()
        services = replace(wired.services, articles=_OneArticle())
        app = make_app(services=services, engine=engine, actions=engine, store=wired.store, metrics_token="")

        text = await (await (await aiohttp_client(app)).get("/articles/en/one")).text()

        assert "<b>" not in text
        assert "<p>1 &lt; 2 &amp; &lt;b&gt;3&lt;/b&gt;</p>" in text
        assert "<h1>&lt;b&gt;title&lt;/b&gt;</h1>" in text


@dataclass(frozen=True)
class _OneArticle:
    """Knowledge of one article that holds signs with a meaning in HTML."""

    def answer(self, *, question: str, language: str, topics: tuple[str, ...] = (), commerce: CommerceKind | None = None) -> Passage | None:
        return None

    def page(self, *, name: str, language: str) -> ArticlePage:
        return ArticlePage(name, language, ("en",), "<b>title</b>", ("1 < 2 & <b>3</b>",), date(2026, 1, 1))
