"""Saved views of a shop: questions by name, each as the link that asks it, and the board that shows some of them.

They stand in `views.toml` in the shop's own folder. A view is nothing but a link with a title: it is read as any link
is, so that one whose column was renamed or is gone says so instead of failing.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from customary.errors import Refused, unknown_name
from customary.query.address import LONGEST, read_query
from customary.query.exploration import read_exploration
from customary.query.lists import ANALYST
from customary.rules.editing import replace_file
from customary.shop import Shop
from customary.wording import say

FILE = "views.toml"
MOST_VIEWS, MOST_ON_BOARD, MOST_LETTERS = 200, 8, 120
_HEAD = "# Saved views: `customary views SHOP`, or the chapter Explore in the editor. Each is the link that asks it.\n"


@dataclass(frozen=True)
class SavedView:
    """A question that the shop keeps: its name, its title, and the query of the link that asks it."""

    name: str
    title: str
    link: str


@dataclass(frozen=True)
class SavedViews:
    """All saved views of a shop in the order of their file, and the names of those on its board, in its order.

    `problem` says in a sentence what of the file could not be read; "" if all was.
    """

    views: tuple[SavedView, ...] = ()
    board: tuple[str, ...] = ()
    problem: str = ""

    @property
    def by_name(self) -> Mapping[str, SavedView]:
        """Name → view."""
        return {view.name: view for view in self.views}

    @property
    def on_board(self) -> tuple[SavedView, ...]:
        """The views of the board; a name that no view bears is passed over."""
        return tuple(self.by_name[name] for name in self.board if name in self.by_name)[:MOST_ON_BOARD]


def views_of(shop: Shop) -> SavedViews:
    """The saved views of a shop as its file has them now; a file that cannot be read is none, and says so."""
    return read_views(shop.snapshot.folder / FILE)


def read_views(path: Path) -> SavedViews:
    """The saved views of a file; one that is not there has none."""
    if not path.is_file():
        return SavedViews()
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        return SavedViews(problem=say("{file} cannot be read: {error}", file=FILE, error=str(error)))
    views, board = told.get("views"), told.get("board")
    found = [_view(name, each) for name, each in (views.items() if isinstance(views, dict) else ())]
    kept = tuple(view for view in found if view)
    problem = say("{file}: a view is a title and a link", file=FILE) if len(kept) < len(found) else ""
    names = tuple(name for name in board if isinstance(name, str)) if isinstance(board, list) else ()
    return SavedViews(kept, tuple(dict.fromkeys(names)), problem)


def _view(name: str, told: Any) -> SavedView | None:
    if not isinstance(told, dict) or not isinstance(told.get("link"), str):
        return None
    title = told.get("title")
    return SavedView(name, title if isinstance(title, str) and title.strip() else name, told["link"])


def notes_on(shop: Shop, view: SavedView) -> tuple[str, ...]:
    """What of a view this shop no longer knows, each in a sentence with the nearest name; nothing where all stands."""
    return read_exploration(shop, read_query(view.link)).notes


def save_view(shop: Shop, title: str, link: str) -> SavedView:
    """Keep a link as a view of the shop, in place of one of the same name; raises `Refused` for what asks nothing."""
    _check_audience(shop)
    query, said = link.partition("?")[2] or link, " ".join(title.split())
    if not said or len(said) > MOST_LETTERS:
        raise Refused("a view has a title of 1 to {most} letters", most=MOST_LETTERS)
    if len(query) > LONGEST or "ask" not in read_query(query):
        raise Refused("a view is a link of the chapter Explore, such as ask=net_revenue&by=country")
    view, known = SavedView(_name_of(said), said, query), views_of(shop)
    if notes := notes_on(shop, view):
        raise Refused("{title} was not saved – {notes}", title=said, notes=" ".join(notes))
    views = {**known.by_name, view.name: view}
    if len(views) > MOST_VIEWS:
        raise Refused("a shop keeps {most} views: remove one first", most=MOST_VIEWS)
    _store(shop, replace(known, views=tuple(views.values())))
    return view


def _name_of(title: str) -> str:
    """The name of a view: its title in small letters, digits and hyphens."""
    return re.sub(r"[^\w]+", "-", title.casefold()).strip("-_") or "view"


def remove_view(shop: Shop, name: str) -> SavedView:
    """Forget a view, on the board as well; raises `UnknownName` with the nearest."""
    _check_audience(shop)
    known = views_of(shop)
    view = view_named(known, name)
    kept = tuple(one for one in known.views if one.name != name)
    _store(shop, replace(known, views=kept, board=tuple(one for one in known.board if one != name)))
    return view


def arrange_board(shop: Shop, names: Iterable[str]) -> SavedViews:
    """Let the board show these views in this order; raises `UnknownName`, or `Refused` for too many."""
    _check_audience(shop)
    known, board = views_of(shop), tuple(dict.fromkeys(names))
    for name in board:
        view_named(known, name)
    if len(board) > MOST_ON_BOARD:
        raise Refused("a board shows {most} views", most=MOST_ON_BOARD)
    found = replace(known, board=board)
    _store(shop, found)
    return found


def view_named(known: SavedViews, name: str) -> SavedView:
    """The view called `name`; otherwise an error with the nearest names."""
    if name not in known.by_name:
        raise unknown_name(name, known.by_name, "saved view")
    return known.by_name[name]


def _check_audience(shop: Shop) -> None:
    if shop.audience != ANALYST:
        raise Refused("only analysts change the saved views of a shop")


def _store(shop: Shop, views: SavedViews) -> None:
    """Write all views in one step; a file that cannot be read is never written over."""
    path = shop.snapshot.folder / FILE
    if path.is_file() and (problem := read_views(path).problem):
        raise Refused("{problem}: nothing was saved", problem=problem)
    replace_file(path, views_toml(views))


def views_toml(views: SavedViews) -> str:
    """The text of the file."""
    lines = [f"board = [{', '.join(map(_text, views.board))}]"]
    for view in views.views:
        lines += ["", f"[views.{_text(view.name)}]", f"title = {_text(view.title)}", f"link = {_text(view.link)}"]
    return _HEAD + "\n".join(lines) + "\n"


def _text(value: str) -> str:
    """A text as TOML writes it: as JSON does, but for one letter that it forbids."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
