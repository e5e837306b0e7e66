# chapter: About the data
# 中文: 关于数据
# question: What data does this shop have, and can its numbers be trusted?
# goal: One standard, so that no two numbers disagree
# needs: orders
# figure: data_quality.is_met

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="About the data")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, open_shop, page, study
    from customary.page.superlatives import first_of
    from customary.query import method

    shop = open_shop()
    offer = page.offer(shop, period="all", compare="nothing")
    trust = "Figures that can be trusted"


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "02_data",
        "What data does this shop have, and can its numbers be trusted?",
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
    tiles = ("net_revenue", "order_count", "buyer_count")
    books, repeats = study(shop, "accounts", **asked), study(shop, "repeated_lines", **asked)
    quality, files, ledger = (study(shop, name) for name in ("data_quality", "source_files", "record_ledger"))
    return books, choice, files, ledger, quality, repeats, tiles, when


@app.cell(hide_code=True)
def state_of_data():
    names = ("table_coverage", "data_integration", "identity_rules", "inspection_history")
    coverage, integration, identity, inspections = (study(shop, name) for name in names)
    feeds = study(shop, "feed_reconciliation")
    lists = ("payment_differences", "delivery_differences") if shop.audience == "analyst" else ()
    differences = [study(shop, name) for name in lists]
    return coverage, differences, feeds, identity, inspections, integration


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
def finding_coverage(coverage):
    _rows = coverage.to_pandas()
    _asked = _rows[_rows.question_count > 0].sort_values("question_count", ascending=False)
    _most = _rows.sort_values("would_add_count", ascending=False).iloc[0]
    page.figure(
        coverage,
        charts.ranked_bars(_asked, "table_name", "answerable_count", as_given=True, height=60 + 24 * len(_asked)),
        f"{(_rows.source_row_count > 0).sum()} of {len(_rows)} kinds of table are here"
        + (
            f"; {_most.table_name.replace('_', ' ')} would answer {_most.would_add_count} questions more"
            if _most.would_add_count
            else ""
        ),
        "Metrics and studies that have an answer, by a table they need; one may need several. The table says how many "
        "need each, and how many a missing one would add.",
        goal="Comprehensive data",
    )
    return


@app.cell(hide_code=True)
def finding_integration(integration):
    _rows = integration.to_pandas()
    mo.stop(_rows.empty, page.missing("orders", "which records name a customer"))
    _total, _linked = int(_rows.source_row_count.sum()), int(_rows.linked_count.sum())
    _known = _rows.dropna(subset=["relative_change"])
    _first = "no earlier inspection to compare with" if _known.empty else f"first inspected on {_known.first_on.min()}"
    page.figure(
        integration,
        charts.ranked_bars(_rows, "table_name", "integration_rate", as_given=True, height=60 + 24 * len(_rows)),
        f"{_linked:,} of {_total:,} records name a customer",
        f"Integration rate (数据整合率): share of each table's records that name a customer; n = {_total:,} records. The "
        f"method asks for 40% more than at the start: {_first}; the table has the change.",
        goal="Integration rate +40%",
    )
    return


@app.cell(hide_code=True)
def finding_identity(identity):
    mo.stop(not identity.rows_total, page.sentence("No two accounts share a key: each is one customer.", identity))
    _rows = identity.to_pandas()
    _by_rule = "; ".join(
        f"“{row.rule}” {row.customer_count:,} customers, {row.buyer_count:,} of them buyers"
        for row in _rows.itertuples()
    )
    page.finding(
        "Who is one person",
        "By each rule of merging accounts: {by_rule}. Which rule holds is the shop's choice, and every merge can be taken "
        "back.",
        identity,
        by_rule=_by_rule,
    )
    return


@app.cell(hide_code=True)
def finding_feeds(differences, feeds):
    mo.stop(not feeds.rows_total, page.missing("payments or shipments", "where they differ from the orders"))
    _rows = feeds.to_pandas()
    _all, _agree = _rows.order_count.sum(), _rows.order_count[_rows.outcome == "agrees"].sum()
    _figure = page.figure(
        feeds,
        charts.stacked_bars(_rows, "feed", "order_count", "outcome", share=True, height=140),
        f"{_agree:,} of {_all:,} comparisons of orders with what others report agree",
        f"Share of orders by what came of holding payments and shipments against them; n = {_all:,}.",
        goal="Accurate data",
    )
    _lists = [page.figure(one, None, one.definition, "The table has all of them.", most=10) for one in differences]
    mo.vstack([_figure, *_lists])
    return


@app.cell(hide_code=True)
def finding_inspections(inspections):
    _rows = inspections.to_pandas()
    mo.stop(len(_rows) < 2, page.sentence("This is the first inspection: its history begins here.", inspections))
    _now, _before = _rows.iloc[0], _rows.iloc[1]
    page.finding(
        "From build to build",
        "{judged} records were judged this time, {earlier} the time before; {complete} of them are complete ({was} then) "
        "and {missed} tables miss their standard ({missed_before} then).",
        inspections,
        judged=int(_now.judged_count),
        earlier=int(_before.judged_count),
        complete=inspections.text("completeness", _now.completeness),
        was=inspections.text("completeness", _before.completeness),
        missed=int(_now.missed_count),
        missed_before=int(_before.missed_count),
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
def definitions(
    books, coverage, differences, feeds, files, identity, inspections, integration, ledger, quality, repeats
):
    page.definitions(
        books, repeats, quality, files, ledger, coverage, integration, identity, feeds, *differences, inspections
    )
    return


if __name__ == "__main__":
    app.run()
