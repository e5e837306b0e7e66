"""Names that were changed: the earlier ones are still understood for one version, and listed in CHANGELOG.md."""

from collections.abc import Iterable, Mapping
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
    ),
    "contrast": Successor("contrast", columns={"value": "label"}),
    "historic_value": Successor("historic_value", columns={"value": "value_so_far"}),
    "last_purchases": Successor("last_purchases", columns={"band": "label"}),
    "lifetime_value_tracking": Successor("lifetime_value_tracking", columns={"week": "week_no"}),
    "lorenz": Successor("lorenz", columns={"step": "position"}),
    "migration": Successor("migration", columns={"before": "label_before", "after": "label_after"}),
    "portrait": Successor("portrait", columns={"value": "label"}),
    "purchase_intervals": Successor("purchase_intervals", columns={"week": "week_no"}),
    "rule_moves": Successor("rule_moves", columns={"before": "label_before", "after": "label_after"}),
    "season_grid": Successor("season_grid", columns={"month": "month_no"}),
    "visit_frequency": Successor("visit_frequency", columns={"band": "label"}),
}
COLUMNS: Mapping[str, str] = {  # earlier name → name, in `by` and `where`; the value was always the last one
    "usual_payment": "last_payment_method",
    "usual_device": "last_device",
    "usual_os": "last_os",
    "usual_browser": "last_browser",
    "usual_network": "last_network",
    "usual_platform": "last_platform",
}
OPTIONS: Mapping[tuple[str, str], str] = {("tier_categories", "n"): "categories"}  # (study, earlier name) → name


def column(name: str) -> str:
    """What a column is called now; the name itself where it was never changed."""
    return COLUMNS.get(name, name)


def among(names: Iterable[str]) -> dict[str, str]:
    """Those of the names that are earlier ones → what they are called now."""
    return {name: COLUMNS[name] for name in names if name in COLUMNS}
