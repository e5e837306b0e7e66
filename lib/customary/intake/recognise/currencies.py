"""In which currency the amounts of files are: by a column, a header such as “Total (USD)”, the system, their signs."""

import re
from collections.abc import Sequence

from customary.intake.recognise.kinds import Recognition
from customary.intake.recognise.meanings import AMOUNTS, CURRENCY_IN_NAME
from customary.intake.recognise.signs import by_all_signs, by_signs
from customary.intake.recognise.systems import NONE
from customary.wording import all_of, say


def currencies_of(one: Recognition) -> set[str]:
    """The currencies that a file names: in a column, in a header such as “Amount spent (USD)”, by its system."""
    if column := one.column("currency"):
        return {value.upper() for value in one.look.values(column) if re.fullmatch("[A-Za-z]{3}", value)}
    named = [m.column for name, m in one.meanings.items() if name in AMOUNTS or one.select]
    told = {
        (found[1] or found[2]).upper()
        for name in named
        if (found := CURRENCY_IN_NAME.search(name)) and (found[1] or found[2])
    }
    return told or ({one.system.currency} if one.system and one.system.currency else by_signs(one))


def currency_of(found: Sequence[Recognition]) -> str | None:
    """The one currency that the files or their systems name, if they name one."""
    named = {code for one in found for code in currencies_of(one)}
    return named.pop() if len(named) == 1 else None


def two_currencies(known: Sequence[Recognition]) -> list[str]:
    """A question where amounts that cannot be converted are in another currency than all others."""
    spend = {code: one for one in known if one.kind == "spend" for code in currencies_of(one)}
    others = {code for one in known if one.kind != "spend" for code in currencies_of(one)}
    template = (
        "{file} is in {code} and the shop's amounts in {others}: convert it first, "
        "or leave it with --table '{file}={none}'"
    )
    told = say(", ").join(sorted(others))
    return [
        say(template, file=one.look.path.name, code=code, others=told, none=NONE)
        for code, one in spend.items()
        if others and code not in others
    ]


_HANGUL, _CHINESE = re.compile("[\uac00-\ud7a3]"), re.compile("[订单额价买计时间优费户员编号]")
# Letters that only one language's headers have, where it is spoken in one country, those that most of its names have,
# and what that country has. Japanese writes many names in the characters of Chinese, and some in its own.
_LANGUAGES = (
    (
        re.compile("[\u3040-\u30ff]|注文|受注|税込|顧客"),
        re.compile("[\u3040-\u30ff\u4e00-\u9fff]"),
        "JPY",
        "Asia/Tokyo",
    ),
    (_HANGUL, _HANGUL, "KRW", "Asia/Seoul"),
    (_CHINESE, _CHINESE, "CNY", "Asia/Shanghai"),
)


def _language(found: Sequence[Recognition]) -> tuple[str, str]:
    """Currency and time zone by the language of most columns' names: euro and UTC where it does not tell."""
    names = [name for one in found for name in one.look.columns if name]
    for own, letters, currency, zone in _LANGUAGES:
        if any(map(own.search, names)) and sum(bool(letters.search(name)) for name in names) * 2 > len(names):
            return currency, zone
    return "EUR", "UTC"


def currency_by_language(found: Sequence[Recognition]) -> str:
    """The currency to begin with where no file names one."""
    return _language(found)[0]


def zone_of(found: Sequence[Recognition]) -> str:
    """The time zone of the system that the files come from; by their language, else UTC, where they say nothing."""
    named = {one.system.time_zone for one in found if one.system and one.system.time_zone}
    return named.pop() if len(named) == 1 else _language(found)[1]


def own_currency(one: Recognition, found: Sequence[Recognition]) -> str:
    """The one currency of a file without a column of currencies, where the files name several; "" elsewhere."""
    named = {code for other in found for code in currencies_of(other)}
    own = currencies_of(one)
    return next(iter(own)) if len(named) > 1 and len(own) == 1 and not one.column("currency") else ""


def mixed_signs(known: Sequence[Recognition]) -> list[str]:
    """A question where one file has amounts in several currencies by their signs, and no column that says which."""
    template = (
        "{file} has amounts in {codes}, and no column says which currency a row is in: give it a column “currency”, "
        "or leave it with --table '{file}={none}'"
    )
    told = {one.look.path.name: by_all_signs(one) for one in known if not one.column("currency") and not one.select}
    return [
        say(template, file=name, codes=all_of(sorted(codes)), none=NONE)
        for name, codes in told.items()
        if len(codes) > 1
    ]
