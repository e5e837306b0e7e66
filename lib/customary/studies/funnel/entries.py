"""Counting entries: somebody enters anew only after the last entry converted, timed out or was ended by an exclusion."""

import ibis.expr.types as ir

from customary.studies.funnel.rules import FunnelRules


def with_entry_numbers(t: ir.Table, rules: FunnelRules) -> ir.Table:
    """The instants with their entry as `unit`."""
    raise NotImplementedError
