"""The answer that both verbs give and every reader takes: a table, what its columns mean, and what it rests on."""

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import ibis.expr.types as ir
import pyarrow as pa

from customary.cache import as_key, shared
from customary.cell_texts import cell, sentence_text
from customary.columns import Column, columns_of, find
from customary.declare import HEADS, generation
from customary.frame_columns import DeclaredColumns
from customary.language import known_language
from customary.query.accounts import Accounts
from customary.query.lists import ANALYST, check_audience, count_omissions
from customary.query.notes import notes_beside
from customary.query.preview import html_table
from customary.query.question import Definition, Question
from customary.query.recipes import Recipe, column_names_of, fetch_rows, sql_of_rows
from customary.query.withholding import (
    MARKS,
    count_marked,
    empty_all,
    fetched_to_show,
    fewer_than,
    fewest_people,
    in_words,
    marks_in,
    rows_to_show,
    withhold_all,
)
from customary.shop import Shop
from customary.sight import viewer_key
from customary.units import is_nothing
from customary.wording import join_sentences, say, wording

if TYPE_CHECKING:
    import pandas as pd

_FIRST = object()  # stands for the value of the first row
MOST_FETCHED = 10_000  # rows of a list that are fetched to show a few of them, to count them and what is withheld
SHOWN = 50  # rows that a representation shows where a study does not say how many


class Answer:
    """A lazy answer: `table` is built when it is asked for, and fetched once however many readers want it.

    `columns` says what each column means, `question` what was asked, `accounts` which rows were counted and left out,
    `definitions` what its names mean, `companions` what must stand beside it (key → answer), `rows_total` how many rows
    there are before anything is cut, `shown` how many of them a table shows (0: all), `earlier_names` what its columns
    were called by a name that was changed (earlier name → name). A list of customers to address has a `whole`, the
    answer over everybody, and says in `omissions` whom it does not show. What few people did is not shown to viewers:
    `withheld_text` says how much that is; where they are all there is, `is_withheld` says so and no row is left.
    `beside_text` is what stands beside sales, and which refunds have no date of their own.
    """

    def __init__(
        self,
        shop: Shop,
        question: Question,
        recipe: Recipe,
        *,
        accounts: Callable[[], tuple[Accounts, ...]],
        definitions: tuple[Definition, ...],
        companions: "Mapping[str, Answer] | None" = None,
        shown: int = 0,
        earlier_names: Mapping[str, str] | None = None,
        whole: "Answer | None" = None,
        is_withheld: Callable[[], bool] = bool,
        beside: Callable[[str], str] = lambda language: "",
    ) -> None:
        self.shop, self.question, self.shown = shop, question, shown
        self.definitions, self.companions = definitions, companions or {}
        self.earlier_names = earlier_names or {}
        self._recipe, self._accounts, self._whole = recipe, accounts, whole
        self._is_withheld, self._beside = is_withheld, beside

    @cached_property
    def table(self) -> ir.Table:
        """The answer as an Ibis expression: filter it, join it, or read its SQL.

        Raises `Refused` where its rows are single customers and the viewer is no analyst.
        """
        check_audience(self.shop, self.name, self.is_about_single_people)
        return self._uncut.table()

    @cached_property
    def _uncut(self) -> Recipe:
        """The table for counting, in which nothing is marked for an analyst: no row of it leaves this class."""
        return self._with_marks.then("to show", rows_to_show) if fewest_people(self.shop) else self._with_marks

    @cached_property
    def _with_marks(self) -> Recipe:
        """The table with the rows that are withheld, and the marks that say which."""
        hide = withhold_all if self.question.is_study else partial(empty_all, keys=self.keys)
        return self._recipe.then("withheld", hide) if self.is_withheld else self._recipe

    @cached_property
    def is_withheld(self) -> bool:
        """Whether fewer people than may be shown stand behind all of it: its figures are not known to this viewer."""
        return self._is_withheld()

    @property
    def withheld_text(self) -> str:
        """What is not shown and why, in words: "2 rows not shown: fewer than 10 customers each"; "" where all is."""
        return in_words(self.shop, self.is_withheld, partial(self._once, self._count_marks, "marked"))

    def _count_marks(self) -> int:
        rows = self._all_rows()
        return count_marked(self.shop, self._with_marks) if rows is None else marks_in(rows)

    def _all_rows(self) -> pa.Table | None:
        """All rows, those withheld too, which do not leave this class; None where they are more than are fetched.

        To fetch a list that is long for a reader and short for a machine costs once what its first rows, their number
        and that of what is withheld would each cost again.
        """
        if not self.shown and (self.shop.audience == ANALYST or not self.is_about_single_people):
            return self._kept_rows("rows", self._with_marks)
        rows = self._kept_rows("first rows", self._with_marks, MOST_FETCHED + 1)
        return rows if rows.num_rows <= MOST_FETCHED else None

    def _kept_rows(self, part: str, recipe: Recipe, most: int = 0) -> pa.Table:
        return self._once(lambda: fetch_rows(self.shop, recipe, most), part)

    @cached_property
    def _names(self) -> tuple[str, ...]:
        """Its columns' names; a known answer is not composed again to hear them."""
        found = self._once(lambda: column_names_of(self.shop, self._with_marks), "names")
        return tuple(name for name in found if name not in MARKS)

    @cached_property
    def is_about_single_people(self) -> bool:
        """Whether each row is about one person, so that only analysts see it; how many there are is no secret."""
        return any(column.personal for column in self.columns)

    @property
    def whole(self) -> "Answer":
        """The answer over everybody, for totals and rates: itself, unless it is a list of customers to address."""
        return self._whole or self

    @cached_property
    def omissions(self) -> dict[str, int]:
        """Why customers are not on the list → how many; empty for an answer that is no list."""
        return self._once(lambda: count_omissions(self.shop, self.whole._uncut), "omissions") if self._whole else {}

    @property
    def omissions_text(self) -> str:
        """What is not shown, in words: "1,210 left off: refused marketing", and `withheld_text`; "" where all is."""
        fewest = fewest_people(self.shop)
        counts = {why: f"{n:,}" if n >= fewest else fewer_than(fewest) for why, n in self.omissions.items()}
        left_off = [say("{n} left off: {reason}", n=n, reason=wording(why)) for why, n in counts.items()]
        return say("; ").join([*left_off, *([self.withheld_text] if self.withheld_text else [])])

    def beside_text(self, language: str = "") -> str:
        """What its sales do not hold: "plus €200 (2 orders) without a customer"; what its refunds do not say; or ""."""
        return "" if self.is_withheld else self._beside(known_language(language))

    @property
    def name(self) -> str:
        """The study, or the first metric."""
        return self.question.names[0]

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that name a row: what it is split by."""
        question = self.question
        return (*question.by, question.every) if question.every else question.by

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The declarations of its columns, in their order."""
        question = self.question
        found = columns_of(self._names, self.name if question.is_study else "", self.shop.snapshot.own.columns)
        split = {name: column for name in question.by if (column := find(name, question.frame))}
        return tuple(split.get(column.name, column) for column in found)

    def column(self, name: str) -> Column:
        """The declaration of one column; KeyError if the answer has none of that name."""
        return self._columns_by_name[name]

    @cached_property
    def _columns_by_name(self) -> Mapping[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def accounts(self) -> tuple[Accounts, ...]:
        """Of each frame it reads: source rows = counted + left out by reason."""
        return () if self.is_withheld else self._accounts()

    @property
    def definition(self) -> str:
        """What it means, in the words of its study or metrics and in the reader's language."""
        named = [d for d in self.definitions if d.name in self.question.names]
        if len(named) == 1:
            return named[0].text_in()
        return join_sentences(say("{name}: {text}", name=d.label(), text=d.text_in()) for d in named)

    @cached_property
    def rows_total(self) -> int:
        """How many rows there are, before any cut."""
        rows = self._all_rows()
        if rows is not None:
            return int(fetched_to_show(rows).num_rows)
        asked = self._uncut.then("count", lambda t: t.count().as_table())
        return self._once(lambda: int(fetch_rows(self.shop, asked)[0][0].as_py()), "count")

    @property
    def size_text(self) -> str:
        """How many rows there are, as a sentence says it: of a list of people a viewer hears no small number."""
        fewest = fewest_people(self.shop)
        is_secret = self.is_about_single_people and 0 < self.rows_total < fewest
        return fewer_than(fewest) if is_secret else f"{self.rows_total:,}"

    def sum_of(self, name: str) -> float | None:
        """The sum of a column over all its rows, for a list that the viewer may not see; None where few stand behind.

        A sum says nothing of one person as long as it is of at least as many as may be shown.
        """
        if self.rows_total < max(fewest_people(self.shop), 1):
            return None
        asked = self._uncut.then(("sum", name), lambda t: t[name].sum().cast("float64").name("total").as_table())
        return self._once(lambda: fetch_rows(self.shop, asked)["total"][0].as_py(), "sum", name)

    def _once[Found](self, ask: Callable[[], Found], *part: object) -> Found:
        """What `ask` gives of a part of this answer – of its snapshot, viewer, rules and question – once a process."""
        shop, kind = self.shop, "list" if self._whole else "answer"
        code = generation(), shop.rules.hash, shop.snapshot.own.version
        key = kind, str(shop.snapshot.path), viewer_key(shop), *code, as_key(self.question), *part
        found: Found = shared.answer(key, ask)
        return found

    def to_pyarrow(self) -> pa.Table:
        """All its rows as Arrow."""
        check_audience(self.shop, self.name, self.is_about_single_people)
        rows = self._all_rows()
        return fetched_to_show(self._kept_rows("rows", self._with_marks) if rows is None else rows)

    def head(self, limit: int | None = None) -> pa.Table:
        """The first rows as Arrow: `limit` of them, by default as many as a table shows; 0 is all."""
        limit = self.shown if limit is None else limit
        check_audience(self.shop, self.name, self.is_about_single_people)
        if not limit or self._all_rows() is not None:
            return self.to_pyarrow().slice(0, limit or None)
        return self._kept_rows(f"first {limit}", self._uncut, limit)

    def to_pandas(self, limit: int | None = 0) -> "pd.DataFrame":
        """Its rows as a data frame of the caller's own, all or the first `limit`; its columns know what they mean."""
        frame: pd.DataFrame = self.head(limit).to_pandas()
        notes = notes_beside(self.shop, self.columns)
        frame.attrs[DeclaredColumns.NAME] = DeclaredColumns(
            self.columns, self.shop.currency, self.rows_total, self.keys, notes
        )
        return frame

    def to_pylist(self) -> list[dict[str, Any]]:
        """All its rows as dictionaries; what is unknown is None."""
        found: list[dict[str, Any]] = self.to_pyarrow().to_pylist()
        return found

    def sql(self) -> str:
        """The query that its rows come from."""
        check_audience(self.shop, self.name, self.is_about_single_people)
        return sql_of_rows(self.shop, self._uncut)

    def cell(self, name: str, row: Mapping[str, Any], language: str = "") -> str:
        """The text of one cell, alike on page, in the shell, in a workbook and in print."""
        return cell(self.column(name), row, self.shop.currency, language, self.keys)

    @property
    def first(self) -> dict[str, Any]:
        """Its first row; nothing is known of any column where it has none."""
        return next(iter(self.head(1).to_pylist()), dict.fromkeys(self._names))

    def text(self, name: str, value: Any = _FIRST, language: str = "") -> str:
        """A value in the unit of a column, as a sentence says it: by default the column's value in the first row."""
        row = {**self.first, name: value} if value is not _FIRST else self.first
        if self.column(name).people in HEADS and is_nothing(row.get(name)) and (fewest := fewest_people(self.shop)):
            return fewer_than(fewest, language)
        return sentence_text(self.column(name), row, self.shop.currency, language)

    def titles(self, language: str = "") -> dict[str, str]:
        """Column → heading with its unit, without the columns that only serve order."""
        currency = self.shop.currency
        return {column.name: column.title(currency, language) for column in self.columns if not column.hidden}

    def cells(self, limit: int | None = None, language: str = "") -> list[list[str]]:
        """The texts of its rows, the first `limit` of them, in the order of `titles`."""
        names = [column.name for column in self.columns if not column.hidden]
        rows = self.head(limit).to_pylist()
        return [[self.cell(name, row, language) for name in names] for row in rows]

    def __repr__(self) -> str:
        return f"Answer({self.question.text!r}, rows={self.rows_total})"

    def _repr_html_(self) -> str:
        texts = self.cells(self.shown or SHOWN)
        return html_table([*self.titles().values()], texts, self.rows_total, self.question.text)
