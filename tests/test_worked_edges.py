"""Where a formula turns: at nothing, at one and at the first of several, on rows a reader sees through.

Judges frames/products, frames/orders, intake/quotes and intake/recognise/answers.
"""

from pathlib import Path
from types import SimpleNamespace

import ibis
import pytest
from in_memory import read, table

from customary.errors import Refused
from customary.frames.orders import _or_nothing
from customary.frames.products import name_products, with_own_names
from customary.intake.quotes import has_bare_cells, has_empty_records, is_plain_unicode, odd_lines
from customary.intake.recognise.answers import columns_of, is_called

# --- products and amounts ------------------------------------------------------------------------

PRODUCTS = table(
    "product_id string, product_name string, excluded_because string, _record int64",
    ("p1", "Mug", None, 1),
    ("p2", "Mug", None, 2),
    ("p3", "Rug", None, 3),
    ("p4", None, None, 4),
    ("p5", None, None, 5),
)


def test_a_name_that_two_bear_has_the_number_behind_it():
    """Two mugs are told apart, the one rug is not; without a name the number is one, and so it is off the catalogue."""
    found = with_own_names(PRODUCTS).order_by("product_id")
    names = ["Mug (p1)", "Mug (p2)", "Rug", "p4", "p5"]
    assert [name for (name,) in read(found, "product_name")] == names
    lines = table("product_id string", ("p3",), ("p9",))
    assert sorted(read(name_products(lines, PRODUCTS))) == [("p3", "Rug"), ("p9", "p9")]


def test_a_blank_amount_is_nothing_where_the_source_tells_amounts():
    """5 is 5 and blank is 0; where the source never speaks of it, nobody knows."""
    t = table("amount float64", (None,), (5.0,))
    for given, values in ((True, [0, 5]), (False, [None, None])):
        found = read(t.select(x=_or_nothing(t.amount, ibis.literal(given))))
        assert [None if value is None else float(value) for (value,) in found] == values


# --- what is typed -------------------------------------------------------------------------------


def test_columns_are_typed_as_meaning_and_column():
    """The file before the first meaning is that of those after it in one text, not of the next; names may hold =."""
    told = ["a.csv:total=Sum, order=No", "product=x=y,,", "total="]
    assert columns_of(told) == {
        "a.csv:total": "Sum",
        "a.csv:order_id": "No",
        "product_id": "x=y",
        "total": "",
    }
    with pytest.raises(Refused, match="“Sum” is no MEANING=COLUMN"):
        columns_of(["total=No,Sum"])


@pytest.mark.parametrize(
    ("name", "is_meant"),
    [
        ("Orders.2025.csv", True),
        ("orders.2025", True),  # without what stands after its last dot
        ("orders", True),  # without anything after its first
        ("ord*", True),
        ("csv", False),
        ("2025", False),
        ("order", False),
    ],
)
def test_a_file_is_called_by_its_name_or_less_of_it(name, is_meant):
    """orders.2025.csv, in small letters or great ones."""
    assert is_called(SimpleNamespace(path=Path("new/orders.2025.CSV")), name) is is_meant


# --- blocks of lines -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "is_odd"),
    [
        ('a,"b",c', False),
        ('"a",b', False),  # at the start of a line, be it the first
        ('b,"a"', False),
        ('x"a",b', True),  # within a word
        ('"a"x,b', True),
        ('"c""d",e', True),  # doubled
        ('"open', True),
        ('a,"', True),
        ('"a";b', True),  # of another delimiter
        ("plain,b", False),
    ],
)
def test_a_line_is_odd_unless_quotes_stand_around_its_cells(line, is_odd):
    """Whether it is the first line, one between others, or the last; with the line ends of Windows too."""
    for block, at in ((f"{line}\nx,y\n", 0), (f'x,"y"\n{line}\nx,y\n', 1), (f'x,y\n"x",y\n{line}\n', 2)):
        told = [(block.splitlines()[at] + "\n").encode()] if is_odd else []
        assert list(odd_lines(block.encode(), ",")) == told
    windows = f"x,y\r\n{line}\r\n"
    assert list(odd_lines(windows.encode(), ",")) == ([f"{line}\r\n".encode()] if is_odd else [])


@pytest.mark.parametrize(
    ("block", "has"),
    [
        ("a,b\n,\n", True),
        ("a,b\n\n", True),
        (",\na,b\n", True),
        ('a,b\n"",""\n', True),
        ("a,b\n , \t\n", True),
        ("a,b\n,c\n", False),
        ('a,b\n" ",c\n', False),
        ('a,b\n"c",""\n', False),
        ("a,b\nc,\n", False),
        ("a,b\r\n,\r\n", True),
    ],
)
def test_a_line_of_nothing_but_delimiters_is_an_empty_record(block, has):
    """Blanks, tabs and quotes are nothing too; one letter is something."""
    assert has_empty_records(block.encode(), ",") is has


@pytest.mark.parametrize(
    ("block", "is_bare"),
    [
        ("a b,c\n", True),
        (" a,b\n", False),
        ("a ,b\n", False),
        ("a, b\n", False),
        ("a,b \n", False),
        ("a\tb,c\n", True),
        ("a,\tb\n", False),
        ('"a",b\n', True),
        ("'a,b\n", False),  # guarded for a spreadsheet
        ("a,'b\n", False),
        ("it's,b\n", True),
        ('a,="1"\n', False),
        ("a=1,b\n", True),
        ("a\vb,c\n", False),
        ("a\u00a0b,c\n", False),  # a blank of another kind
        ("\ufeffa,b\n", False),
        ("für,b\n", True),
        ("fu\u0308r,b\n", False),  # a letter in two parts
    ],
)
def test_a_bare_cell_has_nothing_around_its_value(block, is_bare):
    """Blanks within a value are its own; at its ends they are to be cleaned."""
    assert has_bare_cells(block.encode(), ",") is is_bare


def test_letters_that_stand_alone():
    """Chinese does; Korean syllables in parts do not, and composed they do."""
    assert is_plain_unicode("中文,한".encode()) and not is_plain_unicode("\u1112\u1161\u11ab".encode())
