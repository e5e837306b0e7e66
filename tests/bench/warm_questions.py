"""Ten usual questions in a warm process, beside the same in SQL written by hand over the same file.

`python tests/bench/warm_questions.py SHOP`: processor milliseconds of each, the least of several rounds. Each asks
for another window, so that no answer is remembered; that the shape of a question is known is what a warm process has.
"""

import sys
from collections.abc import Callable
from datetime import date, timedelta
from time import process_time

import pandas  # noqa: F401  (a warm process has drawn pages: without pandas no value is bound)

from customary import measure, study
from customary.shop import Shop, open_shop

ROUNDS = 9
Window = tuple[date, date]
Ask = Callable[[Shop, Window], object]
ORDERS = "from orders where left_out_because is null and day_on >= $a and day_on < $b group by all order by all"
VISITS = ORDERS.replace("orders", "sessions")
EVENTS = ORDERS.replace("orders", "events").replace("group by", "{} group by")
SECONDS = "avg(page_seconds), count(page_seconds), stddev(page_seconds)"

QUESTIONS: dict[str, tuple[Ask, str]] = {
    "revenue by month": (
        lambda shop, during: measure(shop, "net_revenue_of_orders", every="month", during=during),
        f"select month_on, sum(net_amount) {ORDERS}",
    ),
    "orders by channel": (
        lambda shop, during: measure(shop, "order_count", by="channel", during=during),
        f"select channel, count(*) {ORDERS}",
    ),
    "buyers by device": (
        lambda shop, during: measure(shop, "buyer_count", by="device", during=during),
        f"select device, count(distinct customer_id) {ORDERS}",
    ),
    "order value by channel": (
        lambda shop, during: measure(shop, "average_order_value", by="channel", during=during),
        f"select channel, sum(net_amount) / count(*), count(*) {ORDERS}",
    ),
    "visits by day": (
        lambda shop, during: measure(shop, "session_count", every="day", during=during),
        f"select day_on, count(*) {VISITS}",
    ),
    "bounces by channel": (
        lambda shop, during: measure(shop, "bounce_rate", by="channel", during=during),
        f"select channel, avg(is_bounce::int), count(*) {VISITS}",
    ),
    "conversion by device": (
        lambda shop, during: measure(shop, "session_count", "visit_conversion_rate", by="device", during=during),
        f"select device, count(*), avg(has_purchase::int) {VISITS}",
    ),
    "visits by weekday and hour": (
        lambda shop, during: study(shop, "visit_hours", during=during),
        f"select weekday, hour, count(*), avg(has_purchase::int) {VISITS}",
    ),
    "pages": (
        lambda shop, during: study(shop, "pages", during=during),
        f"select page, count(*), count(distinct visitor_id), {SECONDS} {EVENTS.format('and opens_page')}",
    ),
    "what follows what": (
        lambda shop, during: study(shop, "page_flow", during=during),
        f"select event_name, next_event, count(*) {EVENTS.format('')}",
    ),
}


def least(ask: Callable[[Window], object]) -> float:
    """Processor milliseconds of the fastest round, each of another window; the first is not counted."""
    spent = []
    for number in range(ROUNDS + 1):
        window = (date(2025, 7, 1) + timedelta(days=number), date(2025, 12, 1))
        began = process_time()
        ask(window)
        spent.append(1000 * (process_time() - began))
    return min(spent[1:])


def main(name: str) -> None:
    """Ask all ten both ways and write them down."""
    shop, in_all = open_shop(name), [0.0, 0.0]
    cursor = shop._backend.con
    for title, (ask, sql) in QUESTIONS.items():
        ours = least(lambda during, ask=ask: ask(shop, during).to_pyarrow())  # type: ignore[attr-defined]
        theirs = least(lambda w, sql=sql: cursor.execute(sql, {"a": w[0], "b": w[1]}).to_arrow_table())
        in_all = [in_all[0] + ours, in_all[1] + theirs]
        print(f"{title:30} {ours:7.1f} ms {theirs:7.1f} ms {ours / theirs:6.2f}×")
    print(f"{'in all':30} {in_all[0]:7.1f} ms {in_all[1]:7.1f} ms {in_all[0] / in_all[1]:6.2f}×  goal ≤ 1.5×")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "demo")
