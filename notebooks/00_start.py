# chapter: Start
# 中文: 开始
# question: What is in this shop's books, and can its numbers be trusted?
# goal: One standard, so that no two numbers disagree
# needs: orders

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Start")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, measure, open_shop, page, study
    from customary.page.superlatives import first_of
    from customary.query import method

    shop = open_shop()
    offer = page.offer(shop, period="all", compare="nothing")
    trust = "Figures that can be trusted"


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "00_start",
        "What is in this shop's books, and can its numbers be trusted?",
        "Data must be comprehensive, accurate and timely; one standard, so that no analysis is biased by inconsistent "
        "definitions.",
        choice=choice,
        serves="every goal: a number that cannot be traced serves none",
        needs="orders",
    )
    return


@app.cell(hide_code=True)
def controls():
    bar = page.controls(offer)
    bar
    return (bar,)


@app.cell(hide_code=True)
def answers(bar):
    choice = page.choose(offer, bar.value)
    asked, when = choice.query_options, choice.during_text
    tiles = ("net_revenue", "order_count", "buyer_count", "average_order_value", "repeat_purchase_rate")
    now = measure(shop, *tiles, "gross_revenue", "total_revenue", **asked)
    books, bridge = study(shop, "accounts", **asked), study(shop, "revenue_bridge", **asked)
    refunds, repeats = study(shop, "refund_views", **asked), study(shop, "repeated_lines", **asked)
    quality, files, ledger = (study(shop, name) for name in ("data_quality", "source_files", "record_ledger"))
    return books, bridge, choice, files, ledger, now, quality, refunds, repeats, tiles, when


@app.cell(hide_code=True)
def headline(books, choice, tiles, when):
    _rows = books.to_pandas()
    _rows = _rows[_rows["frame"].isin(("orders", "items", "order_items", "returns"))]
    _count = {outcome: int(_rows.row_count[_rows.outcome == outcome].sum()) for outcome in set(_rows.outcome)}
    _said = page.sentence(
        "{counted} rows of orders, lines and returns count, {left} are left out and {aside} of their records were "
        "quarantined; every one of them says why: {when}.",
        books,
        counted=_count.get("counted", 0),
        left=_count.get("left out", 0),
        aside=_count.get("quarantined", 0),
        when=when,
    )
    mo.vstack([_said, page.headline(shop, choice, *tiles)])
    return


@app.cell(hide_code=True)
def finding_books(books, when):
    _rows = books.to_pandas()
    # Lines in quarantine stand beside the lines that count; of other tables the books hold only what was set aside.
    _drawn = _rows.replace({"frame": {"order_items": "items"}})
    _drawn = _drawn[_drawn["frame"].isin(_drawn["frame"][_drawn.outcome == "counted"])]
    _aside = _drawn[_drawn.outcome != "counted"]
    _most = first_of(_aside, "reason", "row_count").say(
        "“{names}” leaves out the most rows: {value}", "Rows are left out"
    )
    page.figure(
        books,
        charts.stacked_bars(_drawn, "frame", "row_count", "outcome", share=True, height=200),
        _most if len(_aside) else "Every row counts",
        f"Share of rows counted, left out and quarantined, {when}; n = {_drawn.row_count.sum():,} rows. Quarantined "
        "records are those of all files; the table has the other tables as well.",
        goal=trust,
    )
    return


@app.cell(hide_code=True)
def finding_bridge(bridge, now, when):
    _rows, _rates = bridge.to_pandas(), shop.snapshot.facts.get("rates")
    _short = {3: "left out", 4: "gift cards", 6: "discounts", 7: "returns", 9: "shipping", 10: "tax"}
    _parts = _rows[_rows.position.isin(_short) & _rows.amount.fillna(0).ne(0)]
    _parts = _parts.assign(part=_parts.position.map(_short))
    _start = float(_rows.amount[_rows.position <= 2].sum())
    page.figure(
        bridge,
        charts.waterfall(_parts, "part", "amount", start=_start, start_label="in files", end_label="total revenue"),
        f"Gross revenue {now.text('gross_revenue')}, net revenue {now.text('net_revenue')}, total revenue "
        f"{now.text('total_revenue')}",
        "All sales in the files; less what does not count and gift cards sold: gross; less discounts and returns: net; "
        f"plus shipping and tax: total. {shop.currency}, {when}; n = {now.text('order_count')} orders. The steps add up "
        "exactly." + (f" Other currencies are converted by the rate table {_rates}." if _rates else ""),
        beside=[now],
        goal=trust,
    )
    return


@app.cell(hide_code=True)
def finding_returns(refunds, when):
    mo.stop(not shop.snapshot.rows["returns"], page.missing("returns", "what came back, and net revenue after it"))
    _amount = refunds.to_pandas().amount
    page.finding(
        "When a return counts",
        "By the day on which goods came back (退款日口径) net revenue is {ledger}; with every refund taken from the order "
        "it belongs to (下单口径), whenever it came back, it is {cohort}: {when}. Between the two stand {elsewhere} refunds "
        "of orders of another period, {unknown} refunds that no order bears, and {later} refunds of these orders at "
        "other times.",
        refunds,
        when=when,
        ledger=refunds.text("amount", _amount.iloc[0]),
        elsewhere=refunds.text("amount", _amount.iloc[1]),
        unknown=refunds.text("amount", _amount.iloc[2]),
        later=refunds.text("amount", -_amount.iloc[3]),
        cohort=refunds.text("amount", _amount.iloc[4]),
    )
    return


@app.cell(hide_code=True)
def finding_repeats(repeats, when):
    mo.stop(
        not repeats.rows_total,
        page.sentence("No order line repeats an earlier one exactly: {when}.", repeats, when=when),
    )
    _rows = repeats.to_pandas()
    _kept = _rows[_rows.outcome == "counted"]
    page.sentence(
        "{lines} order lines repeat an earlier one exactly ({worth}); {kept} of them count ({amount}): {when}. What this "
        "shop decided about them: {decision}.",
        repeats,
        lines=int(_rows.line_count.sum()),
        worth=repeats.text("amount", _rows.amount.sum()),
        kept=int(_kept.line_count.sum()),
        amount=repeats.text("amount", _kept.amount.sum()),
        when=when,
        decision=shop.snapshot.facts["decisions"].get("duplicates", "nothing, so the default of the source holds"),
    )
    return


@app.cell(hide_code=True)
def finding_quality(quality):
    _rows = quality.to_pandas()
    _short = _rows[~_rows.is_met]
    page.figure(
        quality,
        charts.ranked_bars(_rows, "table_name", "accuracy", as_given=True, height=60 + 24 * len(_rows)),
        f"{len(_rows) - len(_short)} of {len(_rows)} tables meet the standard"
        + (f"; {_short.table_name.iloc[0]} does not" if len(_short) else ""),
        "Accuracy: share of records that break no rule of the standard, all files; the table has completeness and what is "
        f"wanted of both. n = {_rows.judged_count.sum():,} records.",
        goal="Accurate data",
    )
    return


@app.cell(hide_code=True)
def finding_files(files):
    _rows, _shown = files.to_pandas(), files.to_pandas(15)
    page.figure(
        files,
        charts.ranked_bars(_shown, "file_name", "record_count", height=60 + 24 * len(_shown)),
        f"{_rows.record_count.sum():,} records came in {len(_rows)} {'file' if len(_rows) == 1 else 'files'}",
        f"Records per file, the largest {len(_shown)} of {len(_rows)}; {_rows.quarantined_count.sum():,} records were "
        "quarantined, every other one was loaded.",
        frame=_shown,
        goal="Comprehensive data",
    )
    return


@app.cell(hide_code=True)
def so_what(ledger):
    page.action(
        "Correct at the source what is quarantined here",
        "Each reason below is a task for whoever keeps that file; a reason that is right needs no correction.",
        ledger,
        most=15,
        file_name="records-of-the-files",
    )
    return


@app.cell(hide_code=True)
def finding_method():
    mo.stop(shop.audience != "analyst")
    _parts = list(method.coverage())
    page.sentence(
        "{method_lines_met} of the {method_lines} lines of the method are answered by a figure, a command or a file here; "
        "`customary method` lists them by chapter.",
        method_lines_met=sum(part.met for part in _parts),
        method_lines=sum(part.lines for part in _parts),
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Open the passport of the first figure. Add the rows that count to the rows of each reason: which number must come
    out, and where in the shop's files would you find one row of the largest reason?
    """)
    return


@app.cell(hide_code=True)
def definitions(books, bridge, files, ledger, now, quality, refunds, repeats):
    page.definitions(now, books, bridge, refunds, repeats, quality, files, ledger)
    return


if __name__ == "__main__":
    app.run()
