"""Names that were changed: the earlier ones are still understood for one version, and listed in CHANGELOG.md."""

from collections.abc import Mapping

STUDIES: Mapping[str, str] = {"cohorts": "retention"}
COLUMNS: Mapping[str, str] = {}
OPTIONS: Mapping[tuple[str, str], str] = {("tier_categories", "n"): "categories"}  # (study, earlier name) → name
