"""Numbers as shops write them: which mark is the decimal one, and SQL that reads them; two readings are never guessed.

A value with both marks, with one mark repeated, or with other than three digits after its only mark says itself what
its marks are. `1.234` and `1,234` do not: there the other values of the column decide, or the shop is asked.
"""

from dataclasses import dataclass

DOT, COMMA = "1,234.56", "1.234,56"
# What may stand around an amount: a sign, a currency's symbol or code, brackets for "less".
_WORDS = r"kr\.?|RM|Rs\.?|руб\.?|р\.|zł|Kč|Ft|лв\.?|грн\.?"
_CURRENCY = rf"(?:[A-Z]{{3}}|R\$|US\$|A\$|C\$|HK\$|NT\$|S\$|{_WORDS}|[$€£¥￥₽₹৳₩₺元円₴₪₫₱₦฿])"
# What pieces are called behind their number: 2 pcs, 3 Stk., 2件.
PIECES = (
    r"(?i:pcs?|pieces?|units?|ea|ct|stk|st|stück|pièces?|uds?|unid(?:ad(?:es)?|ades?)?|un|piezas?|pz|pezzi|szt|ks|шт|[xх×])"
    r"\.?|[件个個双套瓶包盒箱支条本枚台点]"
)
_MINUS = "[-−]"
_BLANK = r"['’\x{a0}\x{202f}\x{2009} ]"
_DIGITS = rf"(?:[0-9]{{1,3}}(?:{_BLANK}[0-9]{{3}})+(?:[.,][0-9]*)?|[0-9][0-9.,]*|[.,][0-9]+)"
_SIGNED = rf"(?:[-+−]\s*(?:{_CURRENCY}\s*)?|{_CURRENCY}\s*[-+−]?\s*|[xX×]\s*)?"
_INNER = rf"\s*{_SIGNED}{_DIGITS}\s*(?:{_CURRENCY}|{PIECES})?\s*"
_SHAPE = rf"(?:{_INNER}[-−]?\s*|\({_INNER}\))"
_WIDE, _NARROW = "０１２３４５６７８９．，－＋", "0123456789.,-+"
PLAIN = r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
# Plain, and no 1.234, which could be thousands.
_UNDOUBTED = r"[-+]?(?:[0-9]+(?:\.(?:[0-9]{0,2}|[0-9]{4,}))?|(?:0[0-9]*|[0-9]{4,})?\.[0-9]{3}|\.[0-9]+)"


def _narrow(text: str) -> str:
    """SQL for an amount in letters of usual width, without the dash for no cents: 12.– is 12, not less than nothing."""
    return f"regexp_replace(translate({text}, '{_WIDE}', '{_NARROW}'), '[.,][-–—]+', '')"


def _digits(text: str) -> str:
    """SQL for the digits and marks of an amount, without signs, symbols and grouping that cannot be a decimal mark."""
    return f"regexp_replace({_narrow(text)}, '\\p{{L}}[.]|[^0-9.,]', '', 'g')"


def _groups(group: str, mark: str) -> str:
    """The pattern of digits with groups of three (or, as in India, of two and a last one of three) and decimals."""
    grouped = rf"[0-9]{{1,3}}(?:\{group}[0-9]{{3}})+|[0-9]{{1,2}}(?:\{group}[0-9]{{2}})+\{group}[0-9]{{3}}"
    return rf"(?:(?:[0-9]+|{grouped})(?:\{mark}[0-9]*)?|\{mark}[0-9]+)"


def _sure(group: str, mark: str) -> str:
    """The pattern of digits that can only be read with this decimal mark."""
    several = rf"[0-9]{{1,3}}(?:\{group}[0-9]{{3}}){{2,}}|[0-9]{{1,2}}(?:\{group}[0-9]{{2}})+\{group}[0-9]{{3}}"
    once = rf"[0-9]+\{mark}(?:[0-9]{{1,2}}|[0-9]{{4,}})|0+\{mark}[0-9]+|[0-9]{{4,}}\{mark}[0-9]+|\{mark}[0-9]+"
    both = rf"[0-9]{{1,3}}(?:\{group}[0-9]{{2,3}})*\{group}[0-9]{{3}}\{mark}[0-9]*"
    return f"(?:{once}|{both}|{several})"


@dataclass(frozen=True)
class AmountEvidence:
    """What the values of a column say: how many can only be read with a dot, only with a comma, with either."""

    dot: int
    comma: int
    either: int


def is_plain(text: str) -> str:
    """SQL: whether a value is digits with at most a sign and a dot."""
    return f"regexp_full_match({text}, '{PLAIN}')"


def is_undoubted(text: str) -> str:
    """SQL: whether a value is plain and can be nothing but what it seems; the same as plain and not doubtful."""
    return f"regexp_full_match({text}, '{_UNDOUBTED}')"


def is_marked(text: str) -> str:
    """SQL: whether a value has a dot or a comma."""
    return f"regexp_matches({text}, '[.,]')"


def is_doubtful(text: str) -> str:
    """SQL: whether a value could be thousands or decimals, such as 1.234 or 1,234."""
    return rf"regexp_full_match({_digits(text)}, '[1-9][0-9]{{0,2}}[.,][0-9]{{3}}')"


def evidence(text: str) -> str:
    """SQL for the three counts of `AmountEvidence` over a column."""
    body = _digits(text)
    return f"""count(*) filter (where regexp_full_match({body}, '{_sure(",", ".")}')),
        count(*) filter (where regexp_full_match({body}, '{_sure(".", ",")}')),
        count(*) filter (where {is_doubtful(text)})"""


def _in_quotes(pattern: str) -> str:
    return pattern.replace("'", "''")


def number_text(text: str, reading: str) -> str:
    """SQL for a value as plain digits with a dot, by this reading; NULL where it is no such amount."""
    group, mark = (",", ".") if reading == DOT else (".", ",")
    body = _digits(text)
    value = f"replace(replace({body}, '{group}', ''), '{mark}', '.')"
    told = _narrow(text)
    is_less = f"regexp_matches({told}, '^\\s*(\\(|[^0-9]*{_MINUS})|{_MINUS}\\s*$')"
    return f"""case when regexp_full_match({told}, '{_in_quotes(_SHAPE)}')
            and regexp_full_match({body}, '{_groups(group, mark)}')
        then case when {is_less} then '-' else '' end || {value} end"""


def whole_evidence(text: str) -> str:
    """SQL for the three counts of `AmountEvidence` over a column of whole numbers, where decimals can only be zeros."""
    body = _digits(text)
    comma, dot = (
        f"{body} not like '%000' and regexp_full_match({body}, '[0-9]{{1,3}}({mark}[0-9]{{3}})+')"
        for mark in (",", "[.]")
    )
    return f"""count(*) filter (where {comma}),
        count(*) filter (where {dot}),
        count(*) filter (where {is_doubtful(text)} and {body} like '%000')"""
