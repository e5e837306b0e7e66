"""The reference as one HTML file that needs nothing else: no request, no library, both languages."""

from collections.abc import Iterable, Mapping
from importlib.resources import files

from markupsafe import Markup, escape

from customary.columns import Column
from customary.places import DATA
from customary.query.reference.entries import UNIT, Entry, Fact, Link, Part, Section, Text, known_columns, sections
from customary.query.reference.rules import LabelSet, label_sets
from customary.rules.book import RuleBook
from customary.shop import Shop

_COLUMN = Text("Column", "列名")
_LABEL = Text("Label", "标签")
_CONDITION = Text("Whose", "条件")
_MEANING = Text("Meaning", "说明")
_PAGE = Markup(
    '<!doctype html><html lang="en" data-language="both"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light dark">'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'\">"
    "<title>customary – reference</title><style>{style}</style></head>"
    "<body><header>{header}</header><main>{main}</main><script>{script}</script></body></html>\n"
)


def both(text: Text) -> Markup:
    """The words in both languages, each marked as what it is; the same words once."""
    if text.en == text.zh:
        return escape(text.en)
    spans = Markup('<span class="en" lang="en">{}</span> <span class="zh" lang="zh">{}</span>')
    return spans.format(text.en, text.zh)


def _join(parts: Iterable[Markup], between: str = "") -> Markup:
    return Markup(between).join(parts)


def _anchor(kind: str, name: str) -> str:
    return f"{kind}-{name}"


def _part(part: Part) -> Markup:
    if isinstance(part, Text):
        return both(part)
    if isinstance(part, Link):
        return Markup('<a href="#{}"><code>{}</code></a>').format(_anchor(part.kind, part.name), part.name)
    return Markup("<code>{}</code>").format(part)


def _fact(fact: Fact) -> Markup:
    parts = _join(map(_part, fact.parts), " · ")
    return Markup("<dt>{}</dt><dd>{}</dd>").format(both(fact.label), parts)


def _table(headings: Iterable[Markup], rows: Iterable[Markup]) -> Markup:
    table = '<div class="wide" tabindex="0"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>'
    return Markup(table).format(_join(headings), _join(rows))


def _heading(text: Text) -> Markup:
    return Markup("<th>{}</th>").format(both(text))


def _column_headings() -> tuple[Markup, ...]:
    names = (Markup('<th class="en">English</th>'), Markup('<th class="zh">中文</th>'))
    return (_heading(_COLUMN), *names, _heading(UNIT), _heading(_MEANING))


def _column_row(name: str, column: Column, anchor: str = "") -> Markup:
    row = Markup('<td><code>{}</code></td><td class="en">{}</td><td class="zh" lang="zh">{}</td><td>{}</td><td>{}</td>')
    unit, meaning = Text(column.unit.name, column.unit.zh), Text(column.meaning, column.meaning_in("zh"))
    cells = row.format(name, column.en, column.zh, both(unit), both(meaning))
    return (
        Markup('<tr id="{}" data-find>{}</tr>').format(anchor, cells) if anchor else Markup("<tr>{}</tr>").format(cells)
    )


def _columns(columns: Iterable[Column]) -> Markup:
    rows = [_column_row(column.name, column) for column in columns]
    if not rows:
        return Markup()
    summary = Markup("<summary>{} ({})</summary>").format(both(Text("Columns", "列")), len(rows))
    return Markup("<details>{}{}</details>").format(summary, _table(_column_headings(), rows))


def entry_markup(entry: Entry) -> Markup:
    """One name: its titles, what it means, its facts, its formula and its columns."""
    head = Markup("<h3><code>{}</code> {}</h3><p>{}</p>").format(entry.name, both(entry.title), both(entry.meaning))
    facts = Markup("<dl>{}</dl>").format(_join(map(_fact, entry.facts)))
    code = Markup("<pre>{}</pre>").format(entry.code) if entry.code else Markup()
    article = Markup('<article id="{}" data-find>{}{}{}{}</article>')
    return article.format(_anchor(entry.kind, entry.name), head, facts, code, _columns(entry.columns))


def _section(kind: str, title: Text, intro: Text, inside: Markup) -> Markup:
    section = Markup('<section id="{}"><h2>{}</h2><p class="quiet">{}</p>{}</section>')
    return section.format(kind, both(title), both(intro), inside)


def _entries(section: Section) -> Markup:
    inside = _join(map(entry_markup, section.entries))
    return _section(section.kind, section.title, section.intro, inside)


def _all_columns(columns: Mapping[str, Column]) -> Markup:
    rows = (_column_row(key, column, _anchor("column", key)) for key, column in sorted(columns.items()))
    intro = Text(
        "A key with a dot speaks of one study or frame only; fields of the canonical tables stand in data/standard.",
        "带点的列名只对某个分析或数据表有效；标准表的字段见 data/standard。",
    )
    return _section("column", Text("Declared columns", "声明的列"), intro, _table(_column_headings(), rows))


def _label_row(label: Text, whose: Text) -> Markup:
    return Markup("<tr><td>{}</td><td>{}</td></tr>").format(both(label), both(whose))


def _label_set(found: LabelSet) -> Markup:
    idle = Text("not in force, shown to look at", "未启用，仅供查看")
    facts = [Fact(Text("File", "文件"), (found.file,))]
    facts += [] if found.is_in_force else [Fact(Text("State", "状态"), (idle,))]
    table = _table(
        (_heading(_LABEL), _heading(_CONDITION)), (_label_row(label, whose) for label, whose in found.labels)
    )
    article = Markup('<article id="{}" data-find><h3><code>{}</code> {}</h3><dl>{}</dl>{}</article>')
    anchor = _anchor("rules", found.name)
    return article.format(anchor, found.name, both(found.title), _join(map(_fact, facts)), table)


def _rules(book: RuleBook) -> Markup:
    intro = Text(
        "Read from the first label to the last: the first whose condition holds is the customer's.",
        "从上到下逐条判断：第一个满足条件的标签就是该客户的标签。",
    )
    file = Markup('<details id="{}" data-find><summary><code>{}</code></summary><pre>{}</pre></details>')
    texts = (file.format(_anchor("file", name), f"{name}.toml", book.text(name)) for name in book.names)
    whole = Markup("<h3>{}</h3>{}").format(both(Text("The files of rules", "规则文件")), _join(texts))
    return _section("rules", Text("Rules", "规则"), intro, _join(map(_label_set, label_sets(book))) + whole)


def _basis(shop: Shop | None) -> Text:
    """Whose answers the columns of frames and studies were read from."""
    if shop is None:
        return Text(
            "No shop was asked: of frames and studies only the columns that they declare for themselves are listed.",
            "未打开任何店铺：数据表和分析只列出各自声明的列。",
        )
    return Text(
        f"Columns of frames and studies as “{shop.name}” answers them, snapshot {shop.snapshot.version}.",
        f"数据表和分析的列取自“{shop.name}”的结果，快照 {shop.snapshot.version}。",
    )


def _link(kind: str, title: Text, count: int) -> Markup:
    return Markup('<a href="#{}">{} <small>{:,}</small></a>').format(kind, both(title), count)


def _switch() -> Markup:
    choice = Markup('<label><input type="radio" name="language" value="{}"{}> {}</label>')
    names = (("both", "English + 中文"), ("en", "English"), ("zh", "中文"))
    parts = (choice.format(value, Markup(" checked") if value == "both" else "", name) for value, name in names)
    return Markup('<fieldset class="switch"><legend>Language 语言</legend>{}</fieldset>').format(_join(parts))


def _header(links: Iterable[Markup], basis: Text) -> Markup:
    search = Markup(
        '<label class="search"><span>Search 搜索</span><input id="search" type="search" autocomplete="off"></label>'
        '<output id="found" for="search"></output>'
    )
    head = Markup('<h1>customary</h1><p class="quiet">{}</p><nav>{}</nav><div class="bar">{}{}</div>')
    return head.format(both(basis), _join(links), search, _switch())


def _own(name: str) -> Markup:
    """A file of ours beside this module, which stands in the page as it is."""
    return Markup(files("customary.query.reference").joinpath(name).read_text("utf-8"))


def reference(shop: Shop | None = None) -> str:
    """The whole reference as one HTML document; a shop lends the columns of its frames and answers, and its rules."""
    book = shop.rules if shop else RuleBook.from_files(DATA)
    found, columns = sections(shop), known_columns(shop)
    links = [_link(section.kind, section.title, len(section.entries)) for section in found]
    links.append(_link("column", Text("Columns", "列"), len(columns)))
    links.append(_link("rules", Text("Rules", "规则"), len(book.sets)))
    main = _join(map(_entries, found)) + _all_columns(columns) + _rules(book)
    header = _header(links, _basis(shop))
    return str(_PAGE.format(style=_own("page.css"), script=_own("page.js"), header=header, main=main))
