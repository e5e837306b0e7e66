"""The verb `study`: a named analysis, its frames, fits and rules handed in, its options checked."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import ibis.expr.types as ir

from customary import dates, renamed
from customary import studies as _studies  # noqa: F401  (fills the list of studies)
from customary.columns import columns_of
from customary.dates import YEAR, Window, WindowLike, as_window
from customary.declare import FITS, FRAMES, STUDIES, Study
from customary.errors import Refused, unknown_name
from customary.metrics.aggregate import base_of
from customary.query.accounts import Accounts, accounts_of, customers_accounts_of, whole_accounts_of
from customary.query.answer import SHOWN, Answer
from customary.query.beside import Beside, beside_study, text_beside
from customary.query.conditions import check_conditions
from customary.query.cubes import answer_from_cubes
from customary.query.groups import merge_small_groups
from customary.query.known import BUYERS, OF_EVENTS, PROFILES, TIMES, check_days, check_known
from customary.query.lists import cut_to_list
from customary.query.parameters import NAMED, WHOLE, frames_of, tables_of, value_of
from customary.query.question import Definition, Question
from customary.query.recipes import Recipe, recipe_of
from customary.query.selection import Scope, Where, check_columns, check_values, column_names, scope_of, where_known
from customary.query.undated import UndatedRefunds, refunds_in_study
from customary.query.withholding import fewest_people, is_too_small, withhold_small_groups
from customary.shop import BOOKS, Shop

SPLITS = ("by", "and_by")  # the options that name columns
YES = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}  # by their text


def study_named(name: str) -> Study:
    """The study called `name`; otherwise an error with the nearest names."""
    name = renamed.STUDIES[name].name if name in renamed.STUDIES else name
    if name not in STUDIES:
        raise unknown_name(name, [*STUDIES, *renamed.STUDIES], "study")
    return STUDIES[name]


def _option(study: Study, name: str, value: Any) -> Any:
    """An option's value in the type of its default; text from a command line is cast, nonsense is refused."""
    if name not in study.options:
        raise unknown_name(name, study.options or ("no options",), "option of {study}", study=study.name)
    default = study.options[name]
    if name in ("during", "against") and default is None:
        return as_window(value) if value else None
    if isinstance(value, list) and not isinstance(default, tuple):
        raise Refused("{study} takes one {name}, not several: {names}", study=study.name, name=name, names=value)
    try:
        if isinstance(default, bool):
            return value if isinstance(value, bool) else YES[str(value).lower()]
        return value if default is None else type(default)(renamed.column(value) if name in SPLITS else value)
    except Refused:
        raise  # it says by itself what is wrong
    except (KeyError, TypeError, ValueError) as error:
        raise Refused(
            "option {name} of {study} is like {default}, not {value}",
            name=name,
            study=study.name,
            default=repr(default),
            value=repr(value),
        ) from error


def _with_windows(study: Study, options: dict[str, Any], as_of: date) -> dict[str, Any]:
    """The options of a comparison with both windows said: by default the last 365 days and those just before."""
    if study.options.get("against", "") is not None:
        return options
    during = options.get("during") or (as_of - timedelta(days=YEAR), as_of)
    return {**options, "during": during, "against": options.get("against") or dates.previous(during)}


def _rows_to_show(study: Study, options: dict[str, Any]) -> int:
    """How many rows a table shows: what the option `n` says, else what the study is made for; 0 is all."""
    given = options.pop("n", None)
    try:
        shown = study.shown if given is None else int(given)
    except (TypeError, ValueError) as error:
        raise Refused(
            "option n of {study} is a number of rows like {default}, not {given}",
            study=study.name,
            default=study.shown or SHOWN,
            given=repr(given),
        ) from error
    if shown < 0:
        raise Refused("option n of {study} is a number of rows, 0 for all, not {shown}", study=study.name, shown=shown)
    return shown


def _frames(study: Study) -> tuple[str, ...]:
    """The frames and books behind a study's parameters, each once."""
    return tuple(dict.fromkeys(frame for name in study.needs for frame in frames_of(name)))


def _is_of_customers(study: Study, frame: str) -> bool:
    """Whether a study reads of a frame only what names a customer."""
    read = {part for name in study.needs for part in tables_of(name) if part.removeprefix(NAMED) == frame}
    return read == {NAMED + frame}


def _base_name(frame: str) -> str:
    name = frame.removeprefix("all_").removeprefix(WHOLE)
    return base_of(FRAMES[name]) if name in FRAMES else name


def _check(shop: Shop, study: Study, scope: Scope) -> None:
    """Refuse a selection that a frame of the study does not know.

    For profiles it is enough that another one does; frames that it reads whole are not selected from.
    """
    frames = [_base_name(frame) for frame in _frames(study) if frame not in BOOKS and not frame.startswith(WHOLE)]
    if (scope.where or scope.during) and not frames:
        raise Refused(
            "{study} reads what the build counted, all of it: ask without `where` and `during`", study=study.name
        )
    if scope.during:
        check_days(shop, frames, "during")
    with_time = [frame for frame in frames if FRAMES[frame].time]
    for frame in with_time or frames:
        check_columns(shop, frame, [name for name, _wanted in scope.where])
    for name, wanted in scope.where:
        knowing = [frame for frame in frames if name in column_names(shop, frame)]
        check_values(shop, knowing, [(name, wanted)])


def _accounts(shop: Shop, study: Study, scope: Scope) -> tuple[Accounts, ...]:
    """Of each frame it reads: counted + left out = source rows; one that it reads both cut and whole is told as cut."""
    found: dict[str, Accounts] = {}
    for frame in sorted(_frames(study), key=lambda name: name.startswith(WHOLE)):
        count = whole_accounts_of if frame.startswith("all_") else accounts_of
        count = customers_accounts_of if _is_of_customers(study, frame) else count
        cut = Scope() if frame in BOOKS or frame.startswith(WHOLE) else where_known(shop, _base_name(frame), scope)
        found.setdefault(_base_name(frame), count(shop, _base_name(frame), cut))
    return tuple(found.values())


def define_study(study: Study) -> Definition:
    """A study in its own words."""
    return Definition(study.name, "study", study.definition, study.zh, study.source)


def study(
    shop: Shop,
    which: Study | str,
    *,
    during: WindowLike | None = None,
    where: Where | None = None,
    **options: Any,
) -> Answer:
    """The answer of a study.

    `during` and `where` cut the frames it looks at, as in `measure`; a parameter `all_…` sees left-out rows as well.
    `n` says how many rows a table shows; the answer has all of them. An option that Python keeps for itself, such as
    `as`, is written `as_`. Raises `UnknownName` or `Refused`.
    """
    asked = which if isinstance(which, str) else which.name
    found, earlier = study_named(asked), renamed.STUDIES.get(asked, renamed.Successor(asked))
    options = {**earlier.options, **{name.removesuffix("_"): value for name, value in options.items()}}
    given = {renamed.OPTIONS.get((found.name, name), name): value for name, value in options.items()}
    shown = _rows_to_show(found, given)
    if "during" in found.options:  # it looks at windows of its own, so its frames are not cut beforehand
        given, during = {**given, "during": during}, None
    chosen = _with_windows(found, {name: _option(found, name, value) for name, value in given.items()}, shop.as_of)
    chosen = check_conditions(shop, chosen)
    scope = scope_of(during=during, where=where)
    _check(shop, found, scope)
    answer = partial(
        Answer,
        shop,
        _question(shop, found, scope, chosen),
        accounts=lambda: _accounts(shop, found, scope),
        definitions=(define_study(found),),
        companions=_companions(shop, found, {"where": where, **chosen}, during),
        shown=shown,
        earlier_names=earlier.columns,
        is_withheld=lambda: _is_about_few(shop, found, scope, chosen),
        beside=lambda language: text_beside(_beside(shop, found, scope, chosen), shop.currency, language),
    )
    rows = _recipe(shop, found, scope, chosen)
    everybody = answer(rows)
    to_address = rows.then("list", lambda t: cut_to_list(shop, t))
    return answer(to_address, whole=everybody) if found.is_list else everybody


def _recipe(shop: Shop, found: Study, scope: Scope, chosen: Mapping[str, Any]) -> Recipe:
    """How the rows of a study are put together from its selection and its windows, its other options as they are."""
    windows = {name: chosen[name] for name in _windows(found) if name in chosen}

    def compose(scope: Scope, *given: Window | None) -> ir.Table:
        made = _make(shop, found, scope, {**chosen, **dict(zip(windows, given, strict=True))})
        return _rows_for_viewer(shop, found, made)

    options = {name: value for name, value in chosen.items() if name not in windows}
    return recipe_of(("study", found.name, options, tuple(windows)), compose, scope, *windows.values())


def _windows(found: Study) -> tuple[str, ...]:
    """The options of a study that are windows of its own."""
    return tuple(name for name in ("during", "against") if found.options.get(name, "") is None)


def _beside(shop: Shop, found: Study, scope: Scope, chosen: Mapping[str, Any]) -> tuple[Beside, UndatedRefunds]:
    own = Scope(during=chosen.get("during") or scope.during, where=scope.where)
    return beside_study(shop, found.name, own), refunds_in_study(shop, found, own)


def _question(shop: Shop, found: Study, scope: Scope, chosen: Mapping[str, Any]) -> Question:
    windows = _windows(found)
    return Question.to(
        shop,
        (found.name,),
        is_study=True,
        during=chosen.get("during") or scope.during,
        against=chosen["against"] if "against" in windows and "against" in chosen else None,
        where=scope.where,
        frame=next((_base_name(name) for name in _frames(found) if name not in BOOKS), ""),
        options={name: value for name, value in chosen.items() if name not in windows},
    )


def _make(shop: Shop, found: Study, scope: Scope, chosen: Mapping[str, Any]) -> ir.Table:
    check_known(shop, found.name, (*found.rests_on, *_people_behind(found), *_times_behind(found)))
    counted = answer_from_cubes(shop, found.name, scope, chosen)
    if counted is not None:
        return counted
    options = {**found.options, **chosen}
    parts = {name: shop if name == "shop" else value_of(shop, name, scope, options) for name in found.needs}
    table: ir.Table = found(*_with_merged_groups(shop, parts, options).values(), **chosen)
    return table


def _people_behind(found: Study) -> tuple[str, ...]:
    """The facts about people that a study rests on by what it reads."""
    read = {part for name in found.needs for part in tables_of(name)}
    if any(part.startswith(NAMED) for part in read):
        return (BUYERS,)
    return (PROFILES,) if read & {"customers", "portraits"} else ()


def _times_behind(found: Study) -> tuple[str, ...]:
    """When events happened, for a study that reads them or their visits and does not say that it needs less."""
    reads_events = bool({"events", "sessions"} & {_base_name(frame) for frame in _direct_frames(found)})
    return (TIMES,) if reads_events and not set(OF_EVENTS) & set(found.rests_on) else ()


def _direct_frames(found: Study) -> Iterator[str]:
    """The frames that a study is given itself, and not by a fit."""
    return (frame for name in found.needs if name not in FITS for frame in frames_of(name))


def _with_merged_groups(shop: Shop, parts: dict[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """What a study is given, for viewers with the small groups of a split by columns merged into “other” beforehand."""
    asked = [str(options[name]) for name in SPLITS if options.get(name)]
    by = list(dict.fromkeys(part.strip() for text in asked for part in text.split(",")))
    frames = {name: part for name, part in parts.items() if isinstance(part, ir.Table) and set(by) <= set(part.columns)}
    fewest = fewest_people(shop)
    return parts | merge_small_groups(frames, by, None, fewest) if by and fewest else parts


def _rows_for_viewer(shop: Shop, found: Study, rows: ir.Table) -> ir.Table:
    """The rows of a study, for viewers with a mark on those about few people."""
    fewest = fewest_people(shop)
    if not fewest:
        return rows
    return withhold_small_groups(rows, columns_of(rows.columns, found.name, shop.snapshot.own.columns), fewest)


def _is_about_few(shop: Shop, found: Study, scope: Scope, chosen: Mapping[str, Any]) -> bool:
    """Whether a few people stand behind a window and a selection in the frames that these cut."""
    names = [name for name in _frames(found) if name not in BOOKS and not name.startswith(WHOLE)]
    windows = [chosen.get("during") or scope.during, *([chosen["against"]] if chosen.get("against") else [])]
    parts = [replace(scope, during=window) for window in windows]
    return any(is_too_small(shop, tuple(map(_base_name, names)), part) for part in parts)


def _companions(shop: Shop, found: Study, asked: Mapping[str, Any], during: WindowLike | None) -> dict[str, Answer]:
    """What must stand beside a study's answer, such as a forecast's back-test, asked the same question.

    Options that a companion does not know are not passed on.
    """
    answers = {}
    for key, name in found.beside.items():
        companion = study_named(name)
        known = {option: value for option, value in asked.items() if option in companion.options}
        window = known.pop("during", None) or during
        answers[key] = study(shop, companion, during=window, where=asked.get("where"), **known)
    return answers


def beside(shop: Shop, which: Study | str, **asked: Any) -> Mapping[str, Answer]:
    """What must stand beside a study's answer: key → answer."""
    return study(shop, which, **asked).companions
