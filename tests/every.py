"""One test over many files: a law about the source is one case, and its failure names every file that breaks it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_LIB = ROOT / "lib" / "customary"
# What says what things mean, in expressions alone.
LIB_ROOMS_OF_MEANING = [
    *(path for room in ("frames", "metrics", "studies", "stats") for path in sorted((_LIB / room).rglob("*.py"))),
    *(_LIB / "portraits.py", _LIB / "segments.py"),
]


def shown(path):
    """A file as it is named in a failure."""
    return str(path.relative_to(ROOT))


def every(paths):
    """Make one test of a check of one file: all are looked at, and those that fail are named with what was found."""

    def decorate(check):
        def test():
            found = {}
            for path in paths:
                try:
                    check(path)
                except AssertionError as error:
                    found[shown(path)] = str(error).strip()
            assert paths, "no file is looked at"
            assert not found, "\n".join(f"{name}: {what}" for name, what in found.items())

        test.__name__, test.__doc__, test.__module__ = check.__name__, check.__doc__, check.__module__
        return test

    return decorate
