"""What a spreadsheet shows: just so much of its number formats as our workbooks use, by the rules of the format."""

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal

_TOKEN = re.compile(r'"(?P<quoted>[^"]*)"|(?P<digits>[#0][#,0]*(?:\.0+)?)(?P<scale>,*)|(?P<other>.)')
_DATE = {"yyyy-mm-dd": "%Y-%m-%d", "yyyy-mm-dd hh:mm": "%Y-%m-%d %H:%M", "yyyy": "%Y", "[$-409]mmmm yyyy": "%B %Y"}


def _section(value, pattern):
    """The section that applies, and the value as that section sees it: a section for negatives brings its own sign."""
    parts = re.findall(r'(?:"[^"]*"|[^;"])+', pattern)
    if value < 0:
        return (parts[1], -value, "") if len(parts) > 1 else (parts[0], -value, "-")
    return parts[0], value, ""


def _duration(seconds):
    minutes, rest = divmod(int(seconds.quantize(Decimal(1), rounding=ROUND_HALF_UP)), 60)
    return f"{minutes} min {rest:02d} s"


def shown_number(value, pattern):
    """A number under its format."""
    section, size, sign = _section(value, pattern)
    size = Decimal(str(size))
    if section.startswith("[m]"):
        assert section == '[m]" min "ss" s"'
        return sign + _duration(size * 86_400)
    if section.startswith('"−"[m]'):
        return "−" + _duration(size * 86_400)
    bare = re.sub(r'"[^"]*"', "", section)
    size *= 100 if "%" in bare else 1
    text = ""
    for token in _TOKEN.finditer(section):
        if token["digits"]:
            decimals = len(token["digits"].partition(".")[2])
            scaled = size / 1000 ** len(token["scale"])
            rounded = scaled.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
            text += f"{rounded:,f}"
        else:
            text += token["quoted"] if token["quoted"] is not None else token["other"]
    return sign + text


def shown_date(value, pattern):
    """A day or an instant under its format."""
    quarter = re.fullmatch(r'"(Q\d )"yyyy', pattern)
    return f"{quarter[1]}{value:%Y}" if quarter else f"{value:{_DATE[pattern]}}"


def shown(cell):
    """What a reader sees in a cell."""
    if cell.value is None:
        return ""
    if isinstance(cell.value, str):
        assert cell.data_type == "s", f"{cell.value!r} is no text for a spreadsheet"
        return cell.value
    if isinstance(cell.value, dt.date):
        return shown_date(cell.value, cell.number_format)
    return shown_number(cell.value, cell.number_format)
