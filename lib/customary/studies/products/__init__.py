"""Products: sales, prices, pairs, launches and reviews."""

from customary.studies.products.market import category_growth, category_months, new_product_trial, product_launches
from customary.studies.products.prices import discount_bands, discount_weeks, price_bands
from customary.studies.products.reviews import problem_products, review_products

__all__ = [
    "category_growth",
    "category_months",
    "discount_bands",
    "discount_weeks",
    "new_product_trial",
    "price_bands",
    "problem_products",
    "product_launches",
    "review_products",
]
