"""Which language a reader gets who has not said: the one chosen last in this browser, else the one it prefers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from customary.language import LANGUAGES
from customary.page.reader import LINK
from customary.serve.base import BASE

COOKIE = "customary_language"
_YEAR = 365 * 24 * 3600
_CHOSEN = re.compile(rf"(?:^|;)\s*{COOKIE}=({'|'.join(LANGUAGES)})\s*(?=;|$)", re.ASCII)
_PART = re.compile(r"\s*([A-Za-z]{1,8})(?:-[\w-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*\Z", re.ASCII)


def asked_language(query: Mapping[str, Sequence[str]]) -> str:
    """The language that a link asks for, as a page reads it; "" where it asks for none."""
    return next(reversed(query.get(LINK, [])), "")


def preferred_language(headers: Mapping[bytes, str]) -> str:
    """What is shown to whoever comes by a link without a language: English unless cookie or browser prefer another."""
    chosen = _CHOSEN.search(headers.get(b"cookie", ""))
    return chosen[1] if chosen else _of_browser(headers.get(b"accept-language", ""))


def _of_browser(accepted: str) -> str:
    """The known language that a browser prefers, the earlier of two with one weight."""
    found = [_PART.match(part) for part in accepted.split(",")]
    wanted = [(-float(part[2] or 1), part[1].lower()) for part in found if part and float(part[2] or 1) > 0]
    return next((name for _weight, name in sorted(wanted, key=lambda one: one[0]) if name in LANGUAGES), LANGUAGES[0])


def cookie_of(language: str, headers: Mapping[bytes, str]) -> bytes:
    """The header by which a browser remembers the language for a year; nothing for one that nobody speaks."""
    if language not in LANGUAGES:
        return b""
    secure = "; Secure" if headers.get(b"x-forwarded-proto", "").strip().lower() == "https" else ""
    return f"{COOKIE}={language}; Path={BASE}/; Max-Age={_YEAR}; HttpOnly; SameSite=Lax{secure}".encode()
