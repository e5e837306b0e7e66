"""The default channel group: each published rule has an example, and none is called direct that nobody tracked."""

import ibis
import pytest

from customary import study
from customary.frames.channels import default_channel, with_channel

# source, medium, campaign → channel; the rules of support.google.com/analytics/answer/9756891 in their order
RULES = [
    (None, None, None, None),
    ("", "", "spring", None),
    ("google", None, None, "Organic Search"),  # one of both is enough to be tracked
    (None, "email", None, "Email"),
    ("(direct)", "(none)", None, "Direct"),
    ("(direct)", "(not set)", None, "Direct"),
    ("google", "cpc", "Cross-Network sale", "Cross-network"),
    ("amazon", "paid", None, "Paid Shopping"),
    ("newsite", "cpc", "shop now", "Paid Shopping"),
    ("newsite", "cpc", "workshop", "Paid Other"),  # “shop” only where no letter but e stands before it
    ("google", "cpc", "brand", "Paid Search"),
    ("www.bing.com", "ppc", None, "Paid Search"),
    ("Baidu", "CPC", None, "Paid Search"),
    ("facebook", "paid_social", None, "Paid Social"),
    ("m.facebook.com", "retargeting", None, "Paid Social"),
    ("youtube", "cpv cpm", None, "Paid Video"),
    ("newsite", "cpm", None, "Display"),
    ("newsite", "banner", None, "Display"),
    ("newsite", "ppc", None, "Paid Other"),
    ("taobao.com", "referral", None, "Organic Shopping"),
    ("newsite", "referral", "shopping week", "Organic Shopping"),
    ("weibo", "referral", None, "Organic Social"),
    ("newsite", "social", None, "Organic Social"),
    ("bilibili.com", "referral", None, "Organic Video"),
    ("newsite", "in-video", None, "Organic Video"),
    ("duckduckgo.com", "referral", None, "Organic Search"),
    ("newsite", "organic", None, "Organic Search"),
    ("newsite", "referral", None, "Referral"),
    ("newsite", "link", None, "Referral"),
    ("newsletter", "e-mail", None, "Email"),
    ("e_mail", "spring", None, "Email"),
    ("newsite", "affiliate", None, "Affiliates"),
    ("podcast", "audio", None, "Audio"),
    ("sms", "spring", None, "SMS"),
    ("newsite", "sms", None, "SMS"),
    ("newsite", "web-push", None, "Mobile Push Notifications"),
    ("firebase", "x", None, "Mobile Push Notifications"),
    ("newsite", "leaflet", None, "Unassigned"),
    ("googlefonts", "leaflet", None, "Unassigned"),  # a site of another name is none of the list
]
COLUMNS = ("traffic_source", "traffic_medium", "campaign")


@pytest.mark.parametrize(("source", "medium", "campaign", "channel"), RULES)
def test_each_rule_gives_its_channel(source, medium, campaign, channel):
    """As published: the first rule that fits holds, and capitals do not matter."""
    told = [ibis.literal(value, "string") for value in (source, medium, campaign)]
    assert default_channel(*told).to_pyarrow().as_py() == channel


def test_a_channel_that_the_log_names_stays():
    """The rules fill in what is not known: a shop's own word for where a visit came from is never overruled."""
    rows = [("own", "google", "cpc"), (None, "google", "cpc"), (None, None, None)]
    events = ibis.memtable(
        [dict(zip(("channel", *COLUMNS), (*row, None), strict=True)) for row in rows],
        schema=dict.fromkeys(("channel", *COLUMNS), "string"),
    )
    assert with_channel(events).channel.to_list() == ["own", "Paid Search", None]


def test_a_log_without_sources_is_left_as_it_is():
    """Then only its own channels are known."""
    events = ibis.memtable({"channel": ["own"]})
    assert with_channel(events).equals(events)


def test_a_shop_whose_log_names_sources_has_channels_and_an_untracked_share(tiny_shop):
    """Of three visits one came by a search advertisement, one of its own accord, and of one nobody knows whence."""
    facts = {"event_name": "page_view", "page": "/"}
    told = (("google", "cpc"), ("(direct)", "(none)"), (None, None))
    events = [
        {**facts, "event_id": f"e{n}", "visitor_id": f"v{n}", "occurred_at": "2025-02-01 10:00:00"}
        | {"traffic_source": source, "traffic_medium": medium}
        for n, (source, medium) in enumerate(told)
    ]
    rows = study(tiny_shop(events=events), "visit_mix", by="channel").to_pylist()
    shares = {row["label"]: row["session_share"] for row in rows}
    assert shares == {name: pytest.approx(1 / 3) for name in ("Paid Search", "Direct", None)}
