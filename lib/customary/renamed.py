"""Names that were changed: the earlier ones are still understood for one version, and listed in CHANGELOG.md."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Successor:
    """What a study is called now, the options that make it the earlier one, and its columns' earlier names."""

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)  # earlier name → name


STUDIES: Mapping[str, Successor] = {
    "cohorts": Successor(
        "retention",
        {"by": "cohort", "max_age": 24},
        {"cohort_on": "label", "cohort_size": "label_size", "buyer_count": "kept_count"},
    )
}
COLUMNS: Mapping[str, str] = {}  # earlier name → name, in `by` and `where`
OPTIONS: Mapping[tuple[str, str], str] = {("tier_categories", "n"): "categories"}  # (study, earlier name) → name
