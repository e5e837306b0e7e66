"""Parts of a law over many cases: the ordinary run tries every third or sixth of them, `make slow` all."""

from collections.abc import Iterable
from typing import Any

import pytest


def thirds(values: Iterable[Any], first: int = 0, step: int = 3) -> list[Any]:
    """Parameters of all values; all but every `step`-th, from number `first` on, are for `make slow` alone.

    Laws over the same cases begin at different ones, so that each case meets some of them in the ordinary run.
    """
    marks = lambda number: () if number % step == first else pytest.mark.slow  # noqa: E731
    return [pytest.param(value, marks=marks(number)) for number, value in enumerate(values)]
