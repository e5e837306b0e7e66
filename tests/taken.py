"""Files by name and content, recognised, adopted and loaded as a shop would: for tests of the door."""

import duckdb

from customary import intake
from customary.intake.recognise.answers import Answers, columns_of
from customary.intake.recognise.propose import check_open, propose, write_source
from customary.intake.settings import read_settings
from customary.intake.unpack import gather


def proposed(folder, files, columns=(), tables=None):
    """What files are taken for; `columns` and `tables` are what the shop says of them."""
    given = folder / "given"
    given.mkdir(exist_ok=True)
    for name, content in files.items():
        (given / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    paths = gather([str(given)], folder / "unpacked")
    return propose(paths, Answers(columns_of(columns), {}, tables or {}))


def taken(folder, files, columns=(), tables=None, settings=None):
    """The loaded database of a shop of these files; open questions are refused."""
    proposal = proposed(folder, files, columns, tables)
    check_open(proposal)
    source = write_source(proposal, folder / "shop", "Shop", {})
    intake.adopt([one.look.path for one in proposal.found], source, folder / "shop", settings, replace=True)
    con = duckdb.connect()
    intake.load(con, intake.Order(source, read_settings(folder / "shop"), folder / "shop"), lambda step, amount: None)
    return con


def rows(con, sql):
    """What a database answers, with money as floats."""
    found = con.execute(sql).fetchall()
    return [tuple(float(v) if type(v).__name__ == "Decimal" else v for v in row) for row in found]
