"""The customer data standards manual: every table and field, who keeps it and how it stands, in either language."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from customary import columns, standard
from customary.intake.settings import read_settings
from customary.intake.source import source_of
from customary.own import tables_of
from customary.publish.inspections import Inspection

LANGUAGES = ("en", "zh")
_WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("Customer data standards", "客户数据标准手册"),
    "owner": ("Kept by", "责任部门"),
    "cadence": ("Updated", "更新频率"),
    "coding": ("Key", "编码规则"),
    "counting": ("Counting basis", "统计口径"),
    "wanted": ("Wanted", "标准"),
    "complete": ("complete", "完整率"),
    "accurate": ("accurate", "准确率"),
    "today": ("Today", "现状"),
    "field": ("Field", "字段"),
    "meaning": ("Meaning", "含义"),
    "type": ("Type", "类型"),
    "unit": ("Unit", "单位"),
    "rules": ("Rules", "规则"),
    "filled": ("Filled", "填写率"),
    "required": ("required", "必填"),
    "personal": ("personal, never published", "个人信息，不发布"),
    "one of": ("one of", "取值"),
    "from": ("from", "不早于"),
    "to": ("to", "不晚于"),
    "own": ("the shop's own", "本店自有"),
    "none": ("not in this shop", "本店暂无"),
    "sources": ("Source register", "数据来源登记"),
    "file": ("File", "文件"),
    "system": ("System", "来源系统"),
    "tables": ("Tables", "数据表"),
    "basis": ("Lawful basis", "合法依据"),
}
_TYPES = {
    "string": ("text", "文本"),
    "integer": ("whole number", "整数"),
    "money": ("amount", "金额"),
    "timestamp": ("time", "时间"),
    "date": ("date", "日期"),
    "boolean": ("yes or no", "是/否"),
    "number": ("number", "数值"),
}


@dataclass(frozen=True)
class ManualPart:
    """A part of the manual: its heading, facts of one line each, a table."""

    heading: str
    facts: Sequence[tuple[str, str]]
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def _word(key: str, language: str) -> str:
    return _WORDS[key][LANGUAGES.index(language)]


def _manual_text(table: standard.CanonicalTable, key: str, language: str) -> str:
    return table.manual[f"{key}_zh" if language == "zh" else key]


def _interval(count: int, of: int) -> str:
    """A share with its 95 % interval by Wilson (1927) and what it is of."""
    from scipy.stats import binomtest

    if not of:
        return "–"
    low, high = binomtest(count, of).proportion_ci(method="wilson")
    return f"{count / of:.1%} [{low:.1%}, {high:.1%}], n = {of:,}"


def _facts(table: standard.CanonicalTable, found: Mapping[str, Any] | None, language: str) -> Iterator[tuple[str, str]]:
    for key in ("owner", "cadence", "coding", "counting"):
        yield _word(key, language), _manual_text(table, key, language)
    complete, accurate = _word("complete", language), _word("accurate", language)
    yield _word("wanted", language), f"{complete} {table.completeness:.0%}, {accurate} {table.accuracy:.0%}"
    if found is None:
        return
    if not found:
        yield _word("today", language), _word("none", language)
        return
    judged = found["judged_count"]
    told = (_interval(judged - found[f"{part}_count"], judged) for part in ("missing", "faulty"))
    yield (
        _word("today", language),
        "; ".join(f"{name} {text}" for name, text in zip((complete, accurate), told, strict=True)),
    )


def _rules(field: standard.Field, language: str) -> str:
    """What a value must be, in words."""
    told = [_word("required", language)] if field.required else []
    told += [_word("personal", language)] if field.personal else []
    told += [f"{_word('one of', language)} {', '.join(field.allowed)}"] if field.allowed else []
    told += [f"{_word('from', language)} {field.low}"] if field.low is not None else []
    told += [f"{_word('to', language)} {field.high}"] if field.high is not None else []
    told += [_word("own", language)] if field.is_own else []
    return "; ".join(told)


def _row(field: standard.Field, found: Mapping[str, Any] | None, language: str, currency: str) -> tuple[str, ...]:
    place = LANGUAGES.index(language)
    known = columns.find(field.name)
    unit = known.unit.heading(currency, language) if known and field.type in ("money", "integer", "number") else ""
    filled = _interval(found["fields"].get(field.name, 0), found["row_count"]) if found else "–"
    label = field.zh if language == "zh" else field.en
    return field.name, label, _TYPES[field.type][place], unit, _rules(field, language), filled


def _sources(folder: Path, language: str) -> ManualPart:
    """Where the shop's files come from: what its source.toml says of each raw table."""
    settings = read_settings(folder)
    source = source_of(folder, settings["source"])
    files = [file["raw"] for file in settings.get("files", [])]
    head = [_word(key, language) for key in ("file", "system", "owner", "cadence", "tables", "basis")]
    rows = [
        (
            f"{raw.name} ({files.count(raw.name)})",
            raw.system or source.title,
            raw.owner or "–",
            raw.cadence or "–",
            ", ".join((*raw.becomes, *raw.feeds)) or "–",
            raw.basis or "–",
        )
        for raw in source.raw
    ]
    return ManualPart(_word("sources", language), (), head, rows)


def sections(folder: Path | None, found: Inspection | None, language: str, currency: str = "") -> Iterator[ManualPart]:
    """The parts of the manual: a table or feed each, then the register of the shop's sources where there is a shop."""
    canonical = tables_of(folder) if folder else standard.tables()
    for table in (*canonical.values(), *standard.feeds().values()):
        facts = found.tables.get(table.name, {}) if found else None
        grain = table.manual["grain_zh"] if language == "zh" else table.grain
        title = f"{table.zh} {table.name}" if language == "zh" else table.name.replace("_", " ").capitalize()
        head = [_word(key, language) for key in ("field", "meaning", "type", "unit", "rules", "filled")]
        rows = [_row(field, facts, language, currency) for field in table.columns if field.is_kept]
        yield ManualPart(f"{title} – {grain}", list(_facts(table, facts, language)), head, rows)
    if folder:
        yield _sources(folder, language)


def title_of(shop: str, found: Inspection | None, language: str) -> str:
    """The manual's title: whose it is, and as of when."""
    told = [_word("title", language), *([shop] if shop else []), *([found.as_of.isoformat()] if found else [])]
    return " · ".join(told)


def as_markdown(title: str, parts: Sequence[ManualPart]) -> str:
    """The manual as Markdown."""
    lines = [f"# {title}"]
    for part in parts:
        lines += ["", f"## {part.heading}", "", *(f"* **{name}**: {text}" for name, text in part.facts), ""]
        lines += [_markdown_row(part.head), _markdown_row(["---"] * len(part.head)), *map(_markdown_row, part.rows)]
    return "\n".join([*lines, ""])


def _markdown_row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


_STYLE = """body{font:15px/1.5 "Source Sans 3",system-ui,"PingFang SC","Microsoft YaHei",sans-serif;color:#1b1f24;
max-width:1100px;margin:32px auto;padding:0 16px}table{border-collapse:collapse;width:100%;font-size:13px}
th,td{text-align:left;vertical-align:top;border-bottom:1px solid #e3e6ea;padding:4px 8px}h2{margin-top:32px}
dt{color:#59626e}dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px}dd{margin:0}
@media(max-width:600px){table{display:block;overflow-x:auto}}"""


def as_html(title: str, parts: Sequence[ManualPart], language: str) -> str:
    """The manual as one HTML file that needs no network."""
    body = Markup("").join(_html_section(part) for part in parts)
    lang = "zh-Hans" if language == "zh" else "en"
    return (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style><h1>{escape(title)}</h1>{body}</html>\n"
    )


def _html_section(part: ManualPart) -> Markup:
    facts = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(name, text) for name, text in part.facts)
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(cell) for cell in part.head)
    rows = Markup("").join(
        Markup("<tr>{}</tr>").format(Markup("").join(Markup("<td>{}</td>").format(cell) for cell in row))
        for row in part.rows
    )
    return Markup("<h2>{}</h2><dl>{}</dl><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(
        part.heading, facts, head, rows
    )
