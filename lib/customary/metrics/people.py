"""Customers, what they cost and what they say."""

import ibis.expr.types as ir

from customary.declare import metric
from customary.stats.intervals import share
from customary.units import COUNT, MONEY, RATE, RATIO


@metric(COUNT, zh="客户数", source="A-029", additive=True, people="group")
def customer_count(customers: ir.Table) -> ir.Value:
    """Customers known at the as-of date, whether they bought or not."""
    return customers.count()


@metric(RATE, zh="购买客户占比", source="B-073", per="customer_count")
def buyer_rate(customers: ir.Table) -> ir.Value:
    """Share of the known customers who ever bought."""
    return customers.is_buyer.cast("float64").mean()


@metric(MONEY, zh="人均累计消费", source="M18")
def average_customer_spend(customers: ir.Table) -> ir.Value:
    """What a customer who ever bought has spent so far, after discounts and returns."""
    return customers.net_spend.cast("float64").mean(where=customers.is_buyer)


@metric(RATE, zh="资料完整率", source="B-042", per="customer_count", people="none")
def profile_completeness(customers: ir.Table) -> ir.Value:
    """Share of seven facts that is filled in: age, gender, occupation, education, country, region and city."""
    facts = ("age", "gender", "occupation", "education", "country", "region", "city")
    return sum(customers[name].notnull().cast("float64").mean() for name in facts) / len(facts)


@metric(MONEY, zh="营销费用", source="A-006", additive=True)
def marketing_cost(spend: ir.Table) -> ir.Value:
    """Money spent on marketing."""
    return spend.amount.sum()


@metric(MONEY, zh="获客成本", source="A-006")
def acquisition_cost(marketing_cost: ir.Value, new_buyer_count: ir.Value) -> ir.Value:
    """Marketing cost per first-time buyer of the same period."""
    return share(marketing_cost.nullif(0), new_buyer_count)


@metric(COUNT, zh="投诉数", source="A-077", additive=True)
def complaint_count(tickets: ir.Table) -> ir.Value:
    """Service cases that are complaints."""
    return (tickets.kind == "complaint").sum()


@metric(RATIO, zh="每千单投诉数", source="A-077")
def complaints_per_thousand_orders(complaint_count: ir.Value, order_count: ir.Value) -> ir.Value:
    """Complaints per 1,000 orders of the same period."""
    return share(1000 * complaint_count, order_count)


@metric(COUNT, zh="投诉客户数", source="M25", people="group")
def complaining_customer_count(tickets: ir.Table) -> ir.Value:
    """Different customers who complained; complaints of nobody in particular have none."""
    return tickets.customer_id.nunique(where=tickets.kind == "complaint")


@metric(RATIO, zh="投诉客户比（每位购买客户）", source="M25")
def complaining_customers_per_buyer(complaining_customer_count: ir.Value, buyer_count: ir.Value) -> ir.Value:
    """Customers who complained per customer who bought in the same period."""
    return share(complaining_customer_count, buyer_count)


@metric(COUNT, zh="NPS 答卷人数", source="A-090", people="group")
def nps_answer_count(voters: ir.Table) -> ir.Value:
    """Customers who answered whether they would recommend the shop; whoever answered often counts once."""
    return voters.count()


@metric(RATIO, zh="净推荐值（NPS）", source="A-090", per="nps_answer_count")
def net_promoter_score(voters: ir.Table) -> ir.Value:
    """Percentage of 9s and 10s less percentage of 0s to 6s to “would you recommend us?”, the last answer of each."""
    vote = (voters.score >= 9).cast("float64") - (voters.score <= 6).cast("float64")
    return 100 * vote.mean()


@metric(COUNT, zh="满意度答卷数", source="A-019", additive=True)
def satisfaction_answer_count(responses: ir.Table) -> ir.Value:
    """Answers to satisfaction surveys."""
    return ((responses.survey == "csat") & responses.score.notnull()).sum()


@metric(RATE, zh="客户满意度", source="A-019", per="satisfaction_answer_count")
def satisfaction_rate(responses: ir.Table) -> ir.Value:
    """Share of satisfaction answers that give 4 or 5 of 5."""
    return (responses.score >= 4).cast("float64").mean(where=responses.survey == "csat")


@metric(COUNT, zh="评价数", source="A-059", additive=True)
def review_count(responses: ir.Table) -> ir.Value:
    """Reviews that customers left with a number of stars."""
    return ((responses.survey == "review") & responses.score.notnull()).sum()


@metric(RATIO, zh="平均评分", source="A-059", per="review_count")
def average_review_score(responses: ir.Table) -> ir.Value:
    """Average stars of reviews, 1 to 5."""
    return responses.score.cast("float64").mean(where=responses.survey == "review")
