"""Studies that answer with rows even where nobody is asked about: nothing is counted, and what was not counted is 0."""

import pytest
from given import told

ROWS_OF_NOBODY = (
    *("abandonment", "attribution", "behaviour_groups", "completeness", "concentration", "event_intervals", "funnel"),
    *("interactions", "new_product_trial", "nps", "odd_refunds", "referrals", "response_rates", "return_rates"),
    *("rfm_ties", "satisfaction", "services", "stages", "visit_funnel"),
)


@pytest.mark.parametrize("name", ROWS_OF_NOBODY)
def test_of_nobody_everything_counted_is_nothing(worked_shop, name):
    """No person, order, visit or answer: a sum over no row is 0, not 1 and not something else."""
    rows = told(worked_shop, name, where={"customer_id": []})
    counts = [(column, n) for row in rows for column, n in row.items() if column.endswith("_count")]
    assert counts and not [one for one in counts if one[1]]
    assert any(n == 0 for _column, n in counts)
