"""Returns, refunds and complaints."""

from customary.studies.returns.complaints import complaints, resolution_times
from customary.studies.returns.products import product_returns
from customary.studies.returns.rates import return_curve, return_delays, return_rates, return_reasons, returns
from customary.studies.returns.refunds import odd_refunds, refund_views

__all__ = [
    "complaints",
    "odd_refunds",
    "product_returns",
    "refund_views",
    "resolution_times",
    "return_curve",
    "return_delays",
    "return_rates",
    "return_reasons",
    "returns",
]
