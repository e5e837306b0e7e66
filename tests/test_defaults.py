"""What is asked where nobody says: the numbers that options begin with, alike in a study and in what it learns from.

Judges what options begin with in studies/attributes/profiles, studies/care/concentration, studies/care/lists,
studies/churn/backtest, studies/churn/blindness, studies/churn/cuts, studies/churn/gains, studies/churn/repurchase,
studies/churn/score, studies/churn/totals, studies/customers/tags, studies/experiments/effects,
studies/experiments/looks, studies/experiments/plan, studies/lifecycle/conversion, studies/lifecycle/repeats,
studies/lifetime_value/backtests, studies/lifetime_value/forecast, studies/lifetime_value/historic,
studies/lifetime_value/outlook, studies/lifetime_value/soundness, studies/paths/doings, studies/paths/sequences,
studies/products/market, studies/products/prices, studies/recommendations/demand,
studies/recommendations/next_products, studies/recommendations/pairs, studies/recommendations/quality,
studies/returns/products, studies/returns/rates, studies/tiers/sizes, studies/visits/sources, studies/voice/effects,
studies/voice/experience and studies/voice/votes.
"""

import inspect

import pytest

from customary.declare import FITS, STUDIES

# Option → number → the studies that take it where nobody names another. Whoever changes one changes what readers see.
BY_DEFAULT = {
    "a": {0.0: {"abc"}},
    "active": {180: {"product_launches", "new_product_trial"}},
    "age": {1: {"retention_people"}},
    "around_days": {14: {"seasons"}},
    "at": {0: {"funnel_people"}},
    "b": {0.0: {"abc"}},
    "bands": {0: {"price_bands"}},
    "bins": {
        0: {"churn_reliability"},
        5: {"rfm", "rfm_grid", "rfm_ties", "composite_score", "composite_bands"},
        24: {"order_values"},
        30: {"lifetime_value_spread"},
    },
    "budget": {-1.0: {"tier_budget"}},  # none
    "cap": {1.0: {"experiment_effect", "experiment_segments", "experiment_chances"}},  # all outcomes as they are
    "categories": {8: {"tier_categories"}},
    "control_share": {0.5: {"experiment_plan"}},
    "days": {
        0: {"first_time_buyers"},
        3: {"holiday_greetings"},
        90: {"repeat_within", "tier_outcomes"},
        365: {"migration"},
    },
    "discount": {0.1: {"lifetime_value", "lifetime_value_spread", "value_at_risk"}},
    "false_rate": {0.05: {"experiment_segments"}},
    "fewest": {
        3: {"next_product"},
        5: {"tag_mix", "portrait_cells", "next_actions"},
        20: {"product_pairs", "basket_pairs", "satisfaction_drivers", "satisfaction_effects"},
        30: {"attribute_gaps", "contrast"},
        50: {"rising_demand"},
        200: {"visit_gaps"},
    },
    "grace": {0: {"funnel_drop_offs", "funnel_people", "funnel"}},
    "half_life": {90.0: {"next_product", "recommended_products", "recommendation_quality"}},
    "holdout": {0: {"lifetime_value_backtest", "lifetime_value_conditional", "lifetime_value_tracking"}},
    "holdout_days": {180: {"tag_quality"}},
    "horizon": {
        0: {
            *("churn_backtest", "churn_reliability", "churn_lift", "churn_cost", "churn_score", "churn_weights"),
            "churn_totals",
        },
        52: {
            *("alive_share", "lifetime_value_backtest", "lifetime_value_conditional", "lifetime_value_tracking"),
            *("lifetime_value_fits", "lifetime_value", "lifetime_value_spread", "value_at_risk"),
        },
    },
    "least": {1: {"behaviour_groups", "paths"}, 5: {"what_to_change"}, 10: {"transition_contrast"}},
    "list_share": {0.0: {"churn_lift"}},
    "lookback": {90: {"value_at_risk"}},
    "margin": {
        0.0: {"tier_budget"},
        1.0: {"historic_value", "lifetime_value", "lifetime_value_spread", "value_at_risk"},
    },
    "mature": {90: {"referrals"}},
    "max_age": {0: {"visitor_retention"}, 12: {"retention"}, 36: {"historic_value"}},
    "month": {0: {"birthdays"}},
    "most": {
        7: {"lifetime_value_conditional"},
        100: {"transitions", "step_matrix"},
        200: {"product_pairs", "basket_pairs"},
    },
    "patience": {14: {"response_rates"}},
    "places": {5: {"next_product", "recommended_products"}, 10: {"recommendation_quality"}},
    "planned": {0: {"experiment_looks"}},
    "power": {0.8: {"experiment_plan"}},
    "response": {1.0: {"tier_budget"}},
    "seen": {0.2: {"next_product", "recommended_products", "recommendation_quality"}},
    "steps": {5: {"paths"}, 6: {"step_matrix"}, 100: {"lorenz"}},
    "value": {0.0: {"churn_cost", "churn_score"}},
    "week_days": {7: {"purchase_intervals"}},
    "window_days": {0: {"product_returns", "returns", "return_rates"}},
    "windows": {0: {"churn_backtest"}},
    "within": {90: {"product_launches", "new_product_trial", "vote_loyalty"}},
    "within_days": {30: {"first_purchase_conversion", "channel_costs"}, 90: {"discount_bands"}},
    "z": {
        1.96: {
            *(
                "attribute_groups",
                "tag_quality",
                "first_purchase_conversion",
                "channel_costs",
                "second_purchase",
                "repeat_within",
            ),
            "retention",
        },
        2.58: {"attribute_gaps", "contrast", "visit_gaps"},  # the wider one of 99 %, where many groups are compared
    },
}


def numbers_of(options):
    """The options that are numbers, with what they begin with."""
    return {name: value for name, value in options.items() if type(value) in (int, float)}


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_is_asked_with_numbers_that_were_chosen(name):
    """A window of 30 days, a group of at least 20: as written here, and nothing that is not."""
    chosen = {
        option: number for option, numbers in BY_DEFAULT.items() for number, names in numbers.items() if name in names
    }
    assert numbers_of(STUDIES[name].options) == chosen


def defaults_behind(name, seen):
    """Fit → each function behind it with the options that it begins with; a fit may need other fits."""
    if name not in FITS or name in seen:
        return
    fit = FITS[name]
    seen[name] = [
        {p.name: p.default for p in inspect.signature(function).parameters.values() if p.kind is p.KEYWORD_ONLY}
        for function in (fit.table, fit.model)
        if function
    ]
    for part in (*fit.table_needs, *fit.model_needs):
        defaults_behind(part, seen)


@pytest.mark.parametrize("name", STUDIES)
def test_an_option_begins_alike_in_a_study_and_in_the_models_behind_it(name):
    """A model that is asked by itself, or by another study, learns from what this one would ask it for."""
    behind = {}
    for part in STUDIES[name].needs:
        defaults_behind(part, behind)
    asked = STUDIES[name].options
    for fit, functions in behind.items():
        for options in functions:
            shared = {option: value for option, value in options.items() if option in asked}
            assert shared == {option: asked[option] for option in shared}, fit


def test_the_models_behind_all_studies_begin_alike():
    """An option that no study has: none of them is held out, and as many windows are learned from as there are."""
    behind = {}
    for name in FITS:
        defaults_behind(name, behind)
    options = [found for functions in behind.values() for found in functions]
    assert {one["holdout"] for one in options if "holdout" in one} == {0}
    assert {one["windows"] for one in options if "windows" in one} == {0}
