"""What customers write about: the topics that were found in their texts, and how they come and go."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import study
from customary.stats.intervals import share, share_of_all


def _rows(tickets: ir.Table, responses: ir.Table, topics: ir.Table) -> ir.Table:
    """One row per text with a topic: who wrote it when, whether it complains, how many stars it gives."""
    cases = tickets.select(
        "customer_id",
        "month_on",
        its_id="ticket_id",
        kind=ibis.literal("ticket"),
        is_complaint=(tickets.kind == "complaint").fill_null(False),
        score=ibis.null("int64"),
    )
    stars = ibis.cases((responses.survey != "nps", responses.score))
    said = responses.select(
        "customer_id",
        "month_on",
        its_id="response_id",
        kind=ibis.literal("response"),
        is_complaint=ibis.literal(False),
        score=stars,
    )
    t = ibis.union(cases, said)
    found = topics.select("topic_no", "words", "weight", found_id="text_id", of_kind="kind")
    return t.inner_join(found, (t.its_id == found.found_id) & (t.kind == found.of_kind)).drop("found_id", "of_kind")


@study(zh="客户反馈主题", source="A-076, B-054, C-049")
def voice_topics(tickets: ir.Table, responses: ir.Table, topics: ir.Table) -> ir.Table:
    """What customers write about, to the service and in their answers: topics by their words, and how many texts each.

    A topic is the words that come together in texts; a word that fewer than ten customers used (or fewer than the
    shop's own limit) is in none, nor is a name. The last row of a kind holds the texts without a topic.
    `is_complaint_rate` is of cases, `mean_score` of reviews and satisfaction answers (1 to 5); `text_total` counts the
    kind's texts.
    """
    t = _rows(tickets, responses, topics)
    t = t.group_by("kind", "topic_no", "words").agg(
        text_count=_.count(),
        customer_count=_.customer_id.nunique(),
        complaint_rate=_.is_complaint.cast("float64").mean(),
        mean_score=_.score.mean(),
        mean_weight=_.weight.mean(),
    )
    total = t.text_count.sum().over(group_by=t.kind)
    t = t.mutate(
        complaint_rate=ibis.cases((t.kind == "ticket", t.complaint_rate)),
        text_share=share(t.text_count, total),
        text_total=total,
    )
    return t.order_by(ibis.desc("kind"), ibis.asc("topic_no", nulls_first=False))


@study(zh="主题月度变化", source="C-048, C-049")
def topic_months(tickets: ir.Table, responses: ir.Table, topics: ir.Table, *, kind: str = "ticket") -> ir.Table:
    """Texts of each topic month by month, and how many times its usual share of all texts a topic took there.

    `times_usual` above 1 is a topic that troubles more customers than at other times, however many wrote that month.
    """
    t = _rows(tickets, responses, topics)
    t = t.filter((t.kind == kind) & t.topic_no.notnull())
    t = t.group_by("topic_no", "words", "month_on").agg(text_count=_.count(), customer_count=_.customer_id.nunique())
    usual = share(t.text_count.sum().over(group_by=t.topic_no), t.text_count.sum().over(ibis.window()))
    t = t.mutate(month_share=share_of_all(t.text_count, t.month_on), usual=usual)
    return t.mutate(times_usual=t.month_share / t.usual).drop("usual").order_by("topic_no", "month_on")
