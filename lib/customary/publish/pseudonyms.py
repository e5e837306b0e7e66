"""Keys that are people's addresses get a pseudonym before anything is published; addresses in texts are masked.

A shop's own secret makes the pseudonyms (HMAC-SHA-256, RFC 2104): the same key gets the same one in every build, and
without the secret nobody finds it by trying addresses. The secret, and the list of which is whose, lie in the shop's
folder beside the raw files and like them never in a snapshot.
"""

import csv
import hmac
import re
import secrets
from collections.abc import Iterable
from io import StringIO
from itertools import groupby
from pathlib import Path

import duckdb
import pyarrow as pa

from customary import standard
from customary.errors import Refused
from customary.publish import files
from customary.publish.masks import mask_phones_in

SECRET, LIST = "pseudonym.key", "pseudonyms.csv"
MASK = "(e-mail)"
PERSONS = ("customer_id", "referred_by", "visitor_id", "account_id")
SHAPE = re.compile(r"p_[0-9a-f]{24}\Z")
_EMAIL = r"""[^\s@<>()\[\]",;:]+@[^\s@<>()\[\]",;:]+\.[^\s@<>()\[\]",;:.]{2,}"""
# Written with a plus or 00, with gaps after a 0, or as a Chinese mobile number; mere digits may be any shop's own key.
_PHONE = r"(\+|00)[1-9][\d ()/-]{6,18}|0\d{1,5}[ /-][\d /-]{4,14}|((\+|00)?86[ -]?)?1[3-9]\d{9}"
# The tax number of a Brazilian person or company, as it is printed.
_TAX_NUMBER = r"\d{3}\.\d{3}\.\d{3}-\d{2}|\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}"
Column = tuple[str, str]  # a table and its column
Pair = tuple[str, str]  # a pseudonym and the key that it stands for


def pseudonym(secret: bytes, key: str) -> str:
    """The pseudonym of a key: `p_` and 24 hexadecimal digits."""
    return "p_" + hmac.digest(secret, key.encode(), "sha256").hex()[:24]


def secret_of(folder: Path) -> bytes:
    """The shop's secret, made at the first need and readable for its owner alone; a damaged one is refused."""
    file = folder / SECRET
    if not file.exists():
        files.replace_private(file, f"{secrets.token_hex(32)}\n".encode())
    said = file.read_text("ascii", errors="replace").strip()
    if not re.fullmatch("[0-9a-f]{64}", said):
        raise Refused(
            "{file} is damaged: put it back from a copy; without it, once it is removed, customers get new pseudonyms",
            file=file,
        )
    return bytes.fromhex(said)


def hide_people(con: duckdb.DuckDBPyConnection, folder: Path) -> list[Pair]:
    """Replace personal keys in a build, mask addresses and phones in its texts; returns which key is whose."""
    columns = _text_columns(con)
    keys = [found for found in columns if _is_key(found)]
    originals = _personal_keys(con, keys)
    secret = secret_of(folder) if originals else b""
    pairs = sorted((pseudonym(secret, key), key) for key in originals)
    if pairs:
        _replace_keys(con, keys, pairs)
    texts = [found for found in columns if not _is_key(found)]
    _mask_texts(con, texts)
    mask_phones_in(con, texts)
    return pairs


def remember(folder: Path, pairs: list[Pair]) -> None:
    """Write the list of the snapshot that was just published; whoever is in no file any longer is not in it either."""
    if pairs:
        files.replace_private(folder / LIST, _csv([("pseudonym", "key"), *pairs]).encode())
    else:
        (folder / LIST).unlink(missing_ok=True)


def look_up(folder: Path, asked: str) -> str | None:
    """The key behind a pseudonym, or the pseudonym of a key, as of the last build; None for one that it had not."""
    found = keys(folder)
    if SHAPE.match(asked):
        return found.get(asked)
    exact = next((hidden for hidden, key in found.items() if key == asked), None)
    return exact or next((hidden for hidden, key in found.items() if key.lower() == asked.strip().lower()), None)


def keys(folder: Path) -> dict[str, str]:
    """Every pseudonym of the last build → the key that it stands for."""
    file = folder / LIST
    if not file.exists():
        return {}
    with file.open(encoding="utf-8", newline="") as lines:
        return dict(row for row in list(csv.reader(lines))[1:])


def _text_columns(con: duckdb.DuckDBPyConnection) -> list[Column]:
    """The columns of text that frames may take over: of all tables there are, but not what is personal as such."""
    personal = {(name, c.name) for name, table in standard.tables().items() for c in table.columns if c.personal}
    rows = con.execute(
        "select c.table_name, column_name from duckdb_columns() c "
        "join duckdb_tables() using (table_oid, database_name) where database_name = current_database() "
        "and data_type = 'VARCHAR' order by c.table_name, column_index"
    )
    return [(table, column) for table, column in rows.fetchall() if (table, column) not in personal]


def _with_at_sign(con: duckdb.DuckDBPyConnection, columns: list[Column]) -> list[Column]:
    """Those in which an @ stands somewhere: one quick look at each table spares the slow ones at most columns."""
    found: list[Column] = []
    for table, places in groupby(columns, key=lambda place: place[0]):
        names = [column for _, column in places]
        asked = ", ".join(f"""coalesce(bool_or(contains("{name}", '@')), false)""" for name in names)
        told = con.execute(f'select {asked} from "{table}"').fetchone() or ()
        found += [(table, name) for name, is_there in zip(names, told, strict=True) if is_there]
    return found


def _is_key(place: Column) -> bool:
    return place[1].endswith("_id") or place[1] in PERSONS


def _personal_keys(con: duckdb.DuckDBPyConnection, keys: list[Column]) -> list[str]:
    """Keys that hold an e-mail address; of persons also those like a phone or a tax number, or their own one."""
    with_sign = _with_at_sign(con, keys)
    found = {row[0] for place in with_sign for row in con.execute(_matching(place), [_EMAIL]).fetchall()}
    for place in (one for one in keys if one[1] in PERSONS):
        found |= {row[0] for row in con.execute(_matching(place), [f"^({_PHONE}|{_TAX_NUMBER})$"]).fetchall()}
    own = con.execute(
        "select distinct customer_id from customers where length(regexp_replace(phone, '[^0-9]', '', 'g')) >= 7 and "
        "regexp_replace(customer_id, '[^0-9]', '', 'g') = regexp_replace(phone, '[^0-9]', '', 'g') "
        "and not regexp_matches(customer_id, '[A-Za-z]')"
    )
    return sorted(found | {row[0] for row in own.fetchall()})


def _matching(place: Column) -> str:
    table, column = place
    return f'select "{column}" from (select distinct "{column}" from "{table}") where regexp_matches("{column}", ?)'


def _replace_keys(con: duckdb.DuckDBPyConnection, keys: list[Column], pairs: list[Pair]) -> None:
    hidden, original = zip(*pairs, strict=True)
    con.register("_pseudonyms", pa.table({"hidden": hidden, "original": original}))
    for table, column in keys:
        con.execute(f'update "{table}" set "{column}" = p.hidden from _pseudonyms p where "{column}" = p.original')
    con.unregister("_pseudonyms")


def _mask_texts(con: duckdb.DuckDBPyConnection, texts: list[Column]) -> None:
    """A page's address or what somebody searched for may hold one; only the address goes, the rest stays."""
    for table, column in _with_at_sign(con, texts):
        con.execute(
            f'update "{table}" set "{column}" = regexp_replace("{column}", ?, ?, \'g\') '
            f'where contains("{column}", \'@\') and regexp_matches("{column}", ?)',
            [_EMAIL, MASK, _EMAIL],
        )


def _csv(rows: Iterable[tuple[str, str]]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
