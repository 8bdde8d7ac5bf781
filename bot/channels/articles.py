"""The knowledge articles as plain pages, for those who follow the link under an answer."""

from __future__ import annotations

import html
from pathlib import Path

from aiohttp import web

from bot.channels.web import SERVICES
from bot.services import ArticleNotFound, ArticlePage, Services
from bot.shared.formats import show_date

_PAGE = Path(__file__).parent / "page"
_LANGUAGES = ("en", "hu")


def routes() -> list[web.RouteDef]:
    """Return the routes of the articles."""
    return [web.get("/articles/{language}/{name}", get_article), web.get("/article.css", get_style)]


async def get_article(request: web.Request) -> web.Response:
    """Return one article as a page; 404 where there is none of that name in that language."""
    services = request.app[SERVICES]
    language = request.match_info["language"]
    try:
        if language not in _LANGUAGES:
            raise ArticleNotFound("no article is written in that language")
        page = services.articles.page(name=request.match_info["name"], language=language)
    except ArticleNotFound as error:
        raise web.HTTPNotFound(text="There is no such article. Ask again in the chat.\n") from error
    return web.Response(text=_page(services, page), content_type="text/html", charset="utf-8", headers={"Cache-Control": "max-age=300"})


async def get_style(request: web.Request) -> web.FileResponse:
    """Return the style of the pages."""
    return web.FileResponse(_PAGE / "article.css", headers={"Cache-Control": "no-cache"})


def _page(services: Services, page: ArticlePage) -> str:
    """Return the page; everything that comes from a file is escaped."""
    say, title, partner = services.phrases.say, html.escape(page.title), html.escape(services.partner.name)
    paragraphs = "\n".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in page.paragraphs)
    others = "\n".join(
        f'<a href="/articles/{other}/{html.escape(page.name)}" hreflang="{other}" lang="{other}">'
        f"{html.escape(say('utter_article_read', other).text)}</a>"
        for other in page.languages
        if other != page.language
    )
    reviewed = say("utter_article_reviewed", page.language, {"date": show_date(page.reviewed, page.language)}).text
    return f"""<!doctype html>
<html lang="{page.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} – {partner}</title>
<link rel="stylesheet" href="/article.css">
</head>
<body>
<main>
<h1>{title}</h1>
{paragraphs}
</main>
<footer>
<p>{partner}. {html.escape(reviewed)}</p>
{others}
</footer>
</body>
</html>
"""
