"""What is shown at the door: the form to sign in, and why somebody does not come in. Plain HTML; data are escaped."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from markupsafe import Markup, escape

from customary.language import reader_language
from customary.page.reader import HTML
from customary.serve.assets import FONT_LINKS
from customary.serve.base import BASE
from customary.wording import say

_STYLE = files("customary.serve.access").joinpath("door.css").read_text(encoding="utf-8")
_FORM = Markup(
    '<form method="post" action="{action}"><input type="hidden" name="next" value="{aim}">'
    '<label>{name}<input name="person" autocomplete="username" required maxlength="100"></label>'
    '<label>{password}<input name="password" type="password" autocomplete="current-password" required></label>'
    '<button type="submit">{sign_in}</button></form>'
)


def sign_in_page(ways: Sequence[str], aim: str = "/", problem: str = "") -> str:
    """The form, where passwords are a way in, and what the other ways are; `problem` is why the last attempt failed."""
    parts = [Markup('<p class="bad" role="alert">{}</p>').format(problem) if problem else Markup()]
    if "password" in ways:
        parts += [
            _FORM.format(
                action=f"{BASE}/sign-in",
                aim=aim,
                name=say("Name"),
                password=say("Password"),
                sign_in=say("Sign in"),
            )
        ]
    if "link" in ways:
        parts += [_paragraph(say("Or open the link that was made for you; who runs this server sends a new one."))]
    if "proxy" in ways:
        parts += [_paragraph(say("Or come by the address at which your organisation asks who you are."))]
    return _page(say("Sign in"), Markup().join(parts))


def answer_page(title: str, text: str) -> str:
    """Why somebody is not let in, and what to do."""
    way = Markup('<p><a href="{}/sign-in">{}</a></p>').format(BASE, say("Sign in"))
    return _page(title, _paragraph(text) + way)


def _paragraph(text: str) -> Markup:
    return Markup("<p>{}</p>").format(text)


def _page(title: str, body: Markup) -> str:
    return f"""<!doctype html>
<html lang="{HTML[reader_language()]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">{FONT_LINKS}
<title>{escape(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>{escape(title)}</h1>
{body}
</main>
</body>
</html>
"""
