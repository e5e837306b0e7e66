"""What the reference says, as plain data: an entry for each name, read from the registries and from nowhere else."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from customary import standard
from customary.columns import Column, all_columns, columns_of, of_metric, overrides_of
from customary.declare import FRAMES, METRICS, SEGMENTS, STUDIES, Frame, Metric, Segment, Study
from customary.errors import Refused
from customary.language import translate
from customary.places import DATA
from customary.query.parameters import NAMED
from customary.query.passport import formula_of
from customary.query.study import study as ask
from customary.rules.book import RuleBook
from customary.shop import Shop


@dataclass(frozen=True)
class Text:
    """The same words in both languages."""

    en: str
    zh: str


@dataclass(frozen=True)
class Link:
    """The name of another entry."""

    kind: str
    name: str


type Part = Text | Link | str


@dataclass(frozen=True)
class Fact:
    """A label and what there is to say under it; a plain string is code, alike in both languages."""

    label: Text
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Entry:
    """One name of the library: what it is called, what it means, its facts, its columns, and its source text."""

    kind: str
    name: str
    title: Text
    meaning: Text
    facts: tuple[Fact, ...] = ()
    columns: tuple[Column, ...] = ()
    code: str = ""


@dataclass(frozen=True)
class Section:
    """All entries of a kind under a heading, and a word on how to read them."""

    kind: str
    title: Text
    intro: Text
    entries: tuple[Entry, ...]


UNIT = Text("Unit", "单位")
NEEDS = Text("Reads", "数据来源")
SOURCE = Text("Method", "方法条目")
OWN_COLUMNS = Text(
    "Only the columns that this study declares for itself are listed: all of them are known with an answer.",
    "这里只列出该分析专门声明的列；全部的列要有分析结果才能列出。",
)


def english(name: str) -> str:
    """A name as a heading: "Net revenue"."""
    return name.replace("_", " ").capitalize()


def _meaning(kind: str, name: str, text: str) -> Text:
    return Text(text, translate(f"{kind}:{name}", text, "zh"))


def _keep_known(*facts: Fact) -> tuple[Fact, ...]:
    """The facts that have something to say."""
    return tuple(fact for fact in facts if any(fact.parts))


def _needs_text(names: Iterable[str]) -> tuple[Part, ...]:
    """What a formula takes: frames and metrics as links, everything else by its name."""
    known = {**dict.fromkeys(FRAMES, "frame"), **dict.fromkeys(METRICS, "metric")}
    bases = ((name, name.removeprefix("all_").removeprefix(NAMED) if name not in METRICS else name) for name in names)
    return tuple(Link(known[base], base) if base in known else name for name, base in bases)


def of_a_metric(metric: Metric) -> Entry:
    """A metric: definition, unit, what it is a share of, and its formula."""
    facts = _keep_known(
        Fact(UNIT, (Text(metric.unit.name, metric.unit.zh),)),
        Fact(NEEDS, _needs_text(metric.needs)),
        Fact(Text("Share of", "分母"), (Link("metric", metric.per),) if metric.per else ()),
        Fact(Text("Adds up over groups", "可加"), (Text("yes", "是"),) if metric.additive else ()),
        Fact(SOURCE, (metric.source,)),
    )
    title = Text(of_metric(metric).en, metric.zh)
    return Entry(
        "metric",
        metric.name,
        title,
        _meaning("metric", metric.name, metric.definition),
        facts,
        code=formula_of(metric),
    )


def option_text(name: str, default: Any) -> str:
    """An option as the shell takes it: "--max-age 12"."""
    return f"--{name.replace('_', '-')} {'DAY..DAY' if default is None else default}"


def of_a_study(study: Study, shop: Shop | None) -> Entry:
    """A study: definition, options with their defaults, what stands beside it, and the columns of its answer."""
    columns, is_whole = study_columns(study, shop)
    facts = _keep_known(
        Fact(Text("Options", "选项"), tuple(option_text(name, value) for name, value in study.options.items())),
        Fact(Text("Always beside it", "同时给出"), tuple(Link("study", name) for name in study.beside.values())),
        Fact(NEEDS, _needs_text(study.needs)),
        Fact(SOURCE, (study.source,)),
        Fact(Text("Columns", "列"), () if is_whole else (OWN_COLUMNS,)),
    )
    title = Text(english(study.name), study.zh)
    return Entry("study", study.name, title, _meaning("study", study.name, study.definition), facts, columns)


def study_columns(study: Study, shop: Shop | None) -> tuple[tuple[Column, ...], bool]:
    """The columns of a study's answer, and whether these are all of them.

    Without a shop, or where the shop cannot answer it, they are those that data/columns declares for this study alone.
    """
    own = tuple(column for _name, column in overrides_of(study.name))
    if shop is None:
        return own, False
    try:
        return columns_of(ask(shop, study).table.columns, study.name, shop.snapshot.own.columns), True
    except Refused:  # a forecast that this shop's data do not identify, for one
        return own, False


def of_a_segment(segment: Segment, book: RuleBook) -> Entry:
    """A segment: definition, and its labels in their order."""
    labels = tuple(Text(label.name, label.zh) for label in book.set(segment.name).in_order)
    facts = _keep_known(
        Fact(Text("Labels", "标签"), labels),
        Fact(Text("Rules", "规则"), (Link("rules", segment.name),)),
        Fact(SOURCE, (segment.source,)),
    )
    title = Text(english(segment.name), segment.zh)
    return Entry("segment", segment.name, title, _meaning("segment", segment.name, segment.definition), facts)


def of_a_frame(frame: Frame, shop: Shop | None) -> Entry:
    """A frame: grain, key, and the columns of its rows."""
    facts = _keep_known(
        Fact(Text("Key", "主键"), frame.key),
        Fact(Text("Made of", "由来"), _needs_text(frame.needs)),
        Fact(
            Text("Made", "生成"),
            (Text("for each question, after its window was cut", "按所选时间窗截取后当场生成"),)
            if frame.derived
            else (),
        ),
    )
    table = standard.tables().get(frame.name)
    title = Text(english(frame.name), table.zh if table else english(frame.name))
    return Entry(
        "frame",
        frame.name,
        title,
        _meaning("frame", frame.name, frame.grain),
        facts,
        frame_columns(frame, shop),
    )


def frame_columns(frame: Frame, shop: Shop | None) -> tuple[Column, ...]:
    """The columns of a frame that the shop's snapshot holds; else those that data/columns declares for it alone."""
    if shop is None or frame.name not in shop.snapshot.rows:
        return tuple(column for _name, column in overrides_of(frame.name))
    return columns_of(shop.frame(frame.name).columns, frame.name, shop.snapshot.own.columns)


def known_columns(shop: Shop | None) -> Mapping[str, Column]:
    """Every declared column by its key, `study.name` where it speaks of one study only; a shop's own with them."""
    return {**all_columns(), **(shop.snapshot.own.columns if shop else {})}


def _sections(shop: Shop | None) -> Iterator[Section]:
    book = shop.rules if shop else RuleBook.from_files(DATA)
    metrics = {**(shop.snapshot.own.metrics if shop else {}), **METRICS}
    yield Section(
        "metric",
        Text("Metrics", "指标"),
        Text("A named function of one frame, or of other metrics.", "由一张数据表或其他指标算出的数。"),
        tuple(of_a_metric(metrics[name]) for name in sorted(metrics)),
    )
    yield Section(
        "study",
        Text("Studies", "专题分析"),
        Text("A question whose answer is a table of its own.", "结果自成一张表的问题。"),
        tuple(of_a_study(STUDIES[name], shop) for name in sorted(STUDIES)),
    )
    yield Section(
        "segment",
        Text("Segments", "客户分群"),
        Text("Exactly one label for every customer, by rules.", "按规则给每位客户一个且仅一个标签。"),
        tuple(of_a_segment(SEGMENTS[name], book) for name in sorted(SEGMENTS)),
    )
    yield Section(
        "frame",
        Text("Frames", "数据表"),
        Text(
            "One row per thing, with a key; what `--by` and `--where` name.",
            "每行一个对象，有主键；`--by` 和 `--where` 使用它们的列。",
        ),
        tuple(of_a_frame(FRAMES[name], shop) for name in sorted(FRAMES)),
    )


def sections(shop: Shop | None) -> tuple[Section, ...]:
    """Metrics, studies, segments and frames, each in the order of their names."""
    return tuple(_sections(shop))
