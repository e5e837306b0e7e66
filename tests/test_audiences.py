"""Audiences of an analyst's own: the people of a funnel's step, of a cell of retention, of a band of scores."""

from datetime import UTC, datetime

import pytest
from given import sold, told
from typer.testing import CliRunner

from customary.campaigns import Ledger, draw
from customary.campaigns.audiences import people_of_cell, people_of_link
from customary.cli import app
from customary.errors import Refused, UnknownName
from customary.query.audiences import candidates
from customary.query.playbook import Play, check_play
from customary.query.views import save_view
from customary.shop import Shop

NOW = datetime(2025, 6, 1, 10, tzinfo=UTC)
STEPS = "step=event=view_item;event=add_to_cart;event=purchase"
# Who came how far, and whether they may be written to; Eve is a visitor whom nobody knows.
WAYS = {"ann": 2, "bob": 3, "cy": 2, "dee": 1, "eve": 2}


def events():
    """Of each as many events as they took steps, a minute apart on the second of March."""
    names = ("view_item", "add_to_cart", "purchase")
    for who, steps in WAYS.items():
        for n in range(steps):
            known = {} if who == "eve" else {"customer_id": who}
            at = f"2025-03-02 10:0{n}"
            yield {
                "event_id": f"{who}{n}",
                "visitor_id": f"v-{who}",
                "occurred_at": at,
                "event_name": names[n],
                **known,
            }


@pytest.fixture(scope="module")
def shop(tiny_shop):
    """Ann first bought in January and again in March, Cy and Dee in January, Bob in March; Cy refused marketing."""
    bought = {"ann": ("01-05", "03-05"), "cy": ("01-06",), "dee": ("01-07",), "bob": ("03-02",)}
    spent = {"ann": 10, "cy": 20, "dee": 30, "bob": 40}
    orders = [sold(f"{who}{day}", who, f"2025-{day} 12:00", spent[who]) for who, days in bought.items() for day in days]
    words = [
        {"customer_id": who, "purpose": "marketing", "is_granted": who != "cy", "recorded_at": "2025-01-01 09:00"}
        for who in bought
    ]
    people = [{"customer_id": who} for who in bought]
    tables = {"customers": people, "orders": orders, "consents": words, "events": list(events())}
    return tiny_shop(**tables, as_of="2025-06-01")


def audience(people, **more):
    """A play of the people given, all of whom are contacted."""
    facts = {"name": "own", "zh": "", "score": "", "offer": "a coupon", "sent_by": "e-mail", "contact_cost": 0.0}
    return check_play(Play(**{**facts, "hold_out": 0.0, "most": 100, "rest_days": 30, **people, **more}))


def named(found):
    """The customers of a list, in its order."""
    return [row["customer_id"] for row in found.people.rows]


def test_who_stood_at_a_step_and_did_not_go_on(shop):
    """Ann, Cy and a visitor put something in and bought nothing: Ann is left, the others are counted by reason."""
    asked = f"ask=funnel&with={STEPS.replace('step=', 'step:')}&period=all"
    found = candidates(shop, audience(people_of_link(shop, asked, {"at": "2", "state": "stopped"})))
    assert named(found) == ["ann"]
    assert found.people.left_off == {"refused marketing": 1, "not known as customers": 1}


@pytest.mark.parametrize(
    ("state", "who", "left_off"), [("kept", ["ann"], {}), ("not kept", ["dee"], {"refused marketing": 1})]
)
def test_a_cell_of_retention_is_who_was_kept_or_who_was_not(shop, state, who, left_off):
    """Of January's three Ann came again at age 2; of the other two Cy refused marketing. The link says by cohort."""
    cell = {"label": "2025-01", "age": "2", "state": state}
    found = candidates(shop, audience(people_of_link(shop, "ask=retention&with=by:cohort&period=all", cell)))
    assert (named(found), found.people.left_off) == (who, left_off)


@pytest.mark.parametrize(("kind", "clock"), [("exact", "calendar"), ("on_or_after", "rolling")])
def test_the_people_of_a_cell_are_as_many_as_it_says(shop, kind, clock):
    """Kept and not kept, with whoever is left off, are the two counts of the retention table at every age."""
    rule = {"kind": kind, "clock": clock, "by": "cohort"}
    rows = told(shop, "retention", **rule)
    sizes = []
    for row in rows[::2]:
        cell = {"label": row["label"], "age": row["age_months"]}
        kept, away = (
            candidates(shop, audience({"study": "retention_people", "options": {**rule, **cell, "state": s}}))
            for s in ("kept", "not kept")
        )
        sizes.append(
            (len(kept.people.rows) + kept.people.left_off.total(), len(away.people.rows) + away.people.left_off.total())
        )
    assert sizes == [(row["kept_count"], row["customer_count"] - row["kept_count"]) for row in rows[::2]]
    assert len(sizes) > 3


def test_a_band_of_scores_takes_from_and_leaves_below(shop):
    """Ann spent 20, Dee 30, Bob 40: from 30 and below 40 that is Dee, the two others are counted."""
    people = {"study": "retention_people", "options": {"age": 0, "state": "kept"}}
    found = candidates(shop, audience(people, score="net_spend", score_from=30, score_below=40))
    assert named(found) == ["dee"]
    assert found.people.left_off == {"refused marketing": 1, "outside the band of scores": 2}


def test_a_selection_is_an_audience(shop):
    """Whoever bought twice: Ann."""
    people = {"study": "retention_people", "options": {"age": 0, "state": "kept"}, "where": {"order_count": [2]}}
    assert named(candidates(shop, audience(people))) == ["ann"]


def test_what_defines_an_audience_is_kept_by_its_hash(shop, tmp_path):
    """Two cells, two hashes; the same cell drawn again has the same."""
    ledger, found = Ledger(tmp_path), []
    for age in (1, 2, 1):
        people = people_of_cell("retention", {}, {"age": str(age), "state": "not kept"})
        drawn = draw(shop, audience(people), ledger, NOW)
        found.append((drawn.definition, ledger.find(drawn.list_id).definition))
        ledger.drop(drawn.list_id)
    assert found[0] == found[2] != found[1] and all(drawn == kept for drawn, kept in found)


def test_what_singles_out_nobody_is_refused(shop):
    """A figure of many, a split funnel, an option that is none, a band without a score, a link that lost its column."""
    for link, cell, why in (
        ("ask=net_revenue", {}, "figures of many"),
        ("ask=funnel&with=step:event=view_item;event=purchase,by:device", {}, "by of funnel singles out nobody"),
        ("ask=retention&with=colour:red", {}, "asks what the shop does not know"),
    ):
        with pytest.raises(Refused, match=why):
            people_of_link(shop, link, cell)
    with pytest.raises(UnknownName, match="did you mean state"):
        people_of_cell("funnel", {}, {"stat": "stopped"})
    with pytest.raises(Refused, match="say of which column"):
        audience({"study": "retention_people", "options": {}}, score_from=1)
    with pytest.raises(Refused, match="retention names no customers"):
        candidates(shop, audience({"study": "retention", "options": {}}))


def test_only_analysts_draw(shop):
    """A viewer is refused before anything is asked."""
    viewer = Shop(shop.name, shop.snapshot, "stakeholder")
    with pytest.raises(Refused, match="only analysts"):
        candidates(viewer, audience({"study": "retention_people", "options": {}}))


def test_the_command_draws_from_a_saved_view(shop):
    """A view of the funnel, its second step: one to contact, one left off for each reason; the ledger has it."""
    link = f"ask=funnel&with={STEPS.replace('step=', 'step:')}&period=all"
    view = save_view(shop, "way to a purchase", link)
    words = ["lists", "audience", shop.name, "left with a cart", "--view", view.name, "--hold-out", "0"]
    said = CliRunner().invoke(app, [*words, "--cell", "at=2,state=stopped", "--offer", "help"])
    assert said.exit_code == 0, said.output
    assert "1 of 3 customers to contact, 0 held out by lot" in said.output
    assert "left off: 1 not known as customers" in said.output
    (drawn,) = Ledger(shop.snapshot.folder).lists()
    assert (drawn.play, drawn.offer, len(drawn.definition)) == ("left with a cart", "help", 12)
    taken = CliRunner().invoke(
        app, ["lists", "audience", shop.name, "second purchase", "--study", "retention", "--offer", "x"]
    )
    assert taken.exit_code == 1 and "a play is called second purchase" in taken.output
    none = CliRunner().invoke(app, ["lists", "audience", shop.name, "x", "--offer", "x"])
    assert none.exit_code == 2 and "say whom" in none.output
