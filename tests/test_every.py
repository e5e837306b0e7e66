"""A law over many files fails with every file that breaks it."""

import pytest
from every import ROOT, every


def test_all_files_that_break_a_law_are_named():
    """Of three files two are long: both stand in the failure, the short one does not."""

    @every([ROOT / name for name in ("long.py", "short.py", "longer.py")])
    def is_short(path):
        """At most five letters."""
        assert len(path.stem) <= 5 and "long" not in path.stem, f"{path.stem} is long"

    with pytest.raises(AssertionError) as failure:
        is_short()
    assert "long.py" in str(failure.value) and "longer.py" in str(failure.value)
    assert "short.py" not in str(failure.value)


def test_a_law_over_no_file_fails():
    """A pattern that finds nothing any more must not pass for ever."""

    @every([])
    def passes(path):
        """Whatever it is."""

    with pytest.raises(AssertionError):
        passes()
