"""Recommendations: what goes together, what to offer next to whom, how good that is, and which demand grows."""

from customary.studies.recommendations.demand import rising_demand
from customary.studies.recommendations.next_products import next_product, recommended_products
from customary.studies.recommendations.pairs import basket_pairs, product_pairs
from customary.studies.recommendations.quality import best_way, recommendation_quality

__all__ = [
    "basket_pairs",
    "best_way",
    "next_product",
    "product_pairs",
    "recommendation_quality",
    "recommended_products",
    "rising_demand",
]
