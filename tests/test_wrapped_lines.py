"""Files whose every line stands in quotes as a whole: the table is within them.

Judges intake/unpack/wrapped.
"""

import gzip

import pytest
from taken import rows, taken

from customary.intake.unpack.wrapped import is_wrapped, unwrap

PLAIN = 'Order ID,Date,Customer,Total\n1,2024-03-05,"ann, b",10.5\n2,2024-03-06,"ben ""x""",20\n'
ORDERS = "select order_id, customer_id, gross_amount from orders order by 1"
FOUND = [("1", "ann, b", 10.5), ("2", 'ben "x"', 20)]


def wrapped(text, end="", header=True):
    """The text with each line in quotes and the quotes in it doubled."""
    lines = text.splitlines()
    kept = [] if header else lines[:1]
    return "".join(f"{line}\n" for line in kept) + "".join(
        '"' + line.replace('"', '""') + f'"{end}\n' for line in lines[len(kept) :]
    )


@pytest.mark.parametrize(
    "text",
    [
        wrapped(PLAIN),
        wrapped(PLAIN, end=";;"),  # a spreadsheet saved blank columns beside
        wrapped(PLAIN, header=False),  # a program quoted what has a comma, and the header has none
        "\ufeff" + wrapped(PLAIN),
        wrapped(PLAIN).replace("\n", "\r\n"),
        wrapped(PLAIN).rstrip("\n"),
    ],
)
def test_the_lines_are_read_as_they_were(tmp_path, text):
    """Two orders; a comma and quotes in a name stay."""
    assert rows(taken(tmp_path, {"orders.csv": text}), ORDERS) == FOUND


def test_a_packed_one_is_unpacked(tmp_path):
    """It is read once."""
    assert rows(taken(tmp_path, {"orders.csv.gz": gzip.compress(wrapped(PLAIN).encode())}), ORDERS) == FOUND


def test_lines_keep_their_numbers(tmp_path):
    """What is wrong with the third line is said of the third."""
    text = wrapped(
        PLAIN.replace("2024-03-06", "soon").replace("\n2,", "\n\n2,")
        + "".join(f"{n},2024-03-07,c,1\n" for n in range(3, 20))
    )
    con = taken(tmp_path, {"orders.csv": text.replace('""\n', "\n")})
    assert [row[0] for row in rows(con, "select line from quarantine where table_name = 'orders'")] == [4]


@pytest.mark.parametrize(
    "text",
    [
        '"Order ID","Date","Total"\n"1","2024-03-05","10"\n',  # each cell in quotes
        '"Order ID";"Date";"Total"\n"1";"2024-03-05";"10"\n',
        '"words"\n"Hello, world"\n"only one"\n"a, b, c"\n',  # texts, each with as many commas as it likes
        "Order ID,Date,Total\n1,2024-03-05,10\n",
        '"one"\n"two"\n',
    ],
)
def test_other_quotes_stay(tmp_path, text):
    """The file is read as it stands."""
    path = tmp_path / "orders.csv"
    path.write_text(text)
    assert not is_wrapped(path)


def test_a_line_that_is_not_in_quotes_stays():
    """A trailer below the table."""
    assert [unwrap(b"2 records\n"), unwrap(b'"a,""b"""\r\n')] == [b"2 records\n", b'a,"b"\r\n']
