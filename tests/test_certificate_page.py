"""What the page says of other engines is what the certificate says."""

from types import SimpleNamespace

from customary.engines.certificate import CANNOT, EQUAL, FILE, METRIC, STUDY, Certificate, Verdict, write_certificate
from customary.page.certificates import certificate


def shop_of(folder, version="s1"):
    """A shop with its folder and the name of its snapshot."""
    return SimpleNamespace(name="mine", snapshot=SimpleNamespace(folder=folder, version=version))


def keep(folder):
    """A certificate of two metrics and a study, one of them not alike."""
    lines = (Verdict("postgres", METRIC, "a", EQUAL), Verdict("postgres", METRIC, "b", CANNOT, "SyntaxError: x"))
    made = Certificate("s1", {"postgres": "PostgreSQL 15"}, (*lines, Verdict("postgres", STUDY, "c", EQUAL)))
    (folder / FILE).write_text(write_certificate(made), "utf-8")


def test_a_page_says_what_other_engines_give(tmp_path):
    """One of two metrics, and the name of the other; a value never stands there."""
    keep(tmp_path)
    said = certificate(shop_of(tmp_path)).text
    assert "PostgreSQL 15 gives 1 of 2 metrics and 1 of 1 studies alike" in said
    assert "not alike: b" in said and "SyntaxError" not in said


def test_a_certificate_of_an_earlier_snapshot_is_told_as_such(tmp_path):
    """What was built since then was not compared."""
    keep(tmp_path)
    assert "an earlier snapshot was current" in certificate(shop_of(tmp_path, "s2")).text


def test_a_shop_without_a_certificate_says_how_to_make_one(tmp_path):
    """The command stands there."""
    assert "customary certify mine" in certificate(shop_of(tmp_path)).text
