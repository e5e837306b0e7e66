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
    from customary.page import certificates, plans
    from customary.page.superlatives import first_of
    from customary.wording import say, word

    shop = open_shop()
    offer = page.offer(shop, period="all", compare="nothing")


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
    asked = choice.query_options
    books, repeats = study(shop, "accounts", **asked), study(shop, "repeated_lines", **asked)
    quality, files, coverage = (study(shop, name) for name in ("data_quality", "source_files", "table_coverage"))
    integration, identity = study(shop, "data_integration"), study(shop, "identity_rules")
    inspections, feeds = study(shop, "inspection_history"), study(shop, "feed_reconciliation")
    lists = ("payment_differences", "delivery_differences") if shop.audience == "analyst" else ()
    differences = [study(shop, name) for name in lists]
    return books, choice, coverage, differences, feeds, files, identity, inspections, integration, quality, repeats


@app.cell(hide_code=True)
def headline(books, choice):
    _rows = books.to_pandas().query("frame in ('orders', 'items', 'order_items', 'returns')")
    _count = {outcome: int(_rows.row_count[_rows.outcome == outcome].sum()) for outcome in set(_rows.outcome)}
    _said = page.sentence(
        "{counted} rows of orders, lines and returns count, {left} are left out and {aside} of their records were "
        "quarantined; every one of them says why: {during}.",
        books,
        counted=_count.get("counted", 0),
        left=_count.get("left out", 0),
        aside=_count.get("quarantined", 0),
    )
    _few = page.sentence("Too few records to tell of them here: {during}.", books)
    _tiles = page.headline(shop, choice, "net_revenue", "order_count", "buyer_count")
    mo.vstack([_said if books.rows_total else _few, _tiles])
    return


@app.cell(hide_code=True)
def finding_books(books):
    mo.stop(not books.rows_total)
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
        "Share of rows counted, left out and quarantined, {during}; n = {n:,} rows. Quarantined records are those of all "
        "files; the table has the other tables as well.",
        n=_drawn.row_count.sum(),
        goal="Figures that can be trusted",
    )
    return


@app.cell(hide_code=True)
def finding_repeats(repeats):
    _none = page.sentence("No order line repeats an earlier one exactly: {during}.", repeats)
    mo.stop(not repeats.rows_total, _none)
    _rows = repeats.to_pandas()
    _kept, _told = _rows[_rows.outcome == "counted"], shop.snapshot.facts["decisions"]
    page.sentence(
        "{lines} order lines repeat an earlier one exactly ({worth}); {kept} of them count ({worth_kept}): {during}. What this "
        "shop decided about them: {decision}.",
        repeats,
        lines=int(_rows.line_count.sum()),
        worth=repeats.text("amount", _rows.amount.sum()),
        kept=int(_kept.line_count.sum()),
        worth_kept=repeats.text("amount", _kept.amount.sum()),
        decision=_told["duplicates"] if "duplicates" in _told else say("nothing, so the default of the source holds"),
    )
    return


@app.cell(hide_code=True)
def finding_quality(quality):
    _rows = quality.to_pandas()
    _short = _rows[~_rows.is_met]
    page.figure(
        quality,
        charts.ranked_bars(_rows, "table_name", "accuracy", as_given=True, height=60 + 24 * len(_rows)),
        "{met} of {total_rows} tables meet the standard; not: {short}"
        if len(_short)
        else "All {total_rows} tables meet the standard",
        "Accuracy: share of records that break no rule of the standard, all files; the table has completeness and what is "
        "wanted of both. n = {n:,} records.",
        met=len(_rows) - len(_short),
        short=say(", ").join(word(name.replace("_", " ")) for name in _short.table_name),
        n=_rows.judged_count.sum(),
        goal="Accurate data",
    )
    return


@app.cell(hide_code=True)
def finding_recorded():
    recorded = study(shop, "instrumentation")
    plans.plan_figure(recorded)
    return (recorded,)


@app.cell(hide_code=True)
def finding_files(files):
    _rows, _shown = files.to_pandas(), files.to_pandas(15)
    page.figure(
        files,
        charts.ranked_bars(_shown, "file_name", "record_count", height=60 + 24 * len(_shown)),
        "{n:,} records came in one file" if len(_rows) == 1 else "{n:,} records came in {total_rows} files",
        "Records per file, the largest {shown} of {total_rows}; {aside:,} records were quarantined, every other one was loaded.",
        n=_rows.record_count.sum(),
        shown=len(_shown),
        aside=_rows.quarantined_count.sum(),
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
        "These tables answer {all_answerable_count} of {all_question_count} questions; {missing} would answer {more} more"
        if _most.would_add_count
        else "These tables answer {all_answerable_count} of {all_question_count} questions",
        "Metrics and studies that have an answer, by a table they need; one may need several. The table says how many "
        "need each, and how many a missing one would add.",
        missing=word(_most.table_name.replace("_", " ")),
        more=_most.would_add_count,
        goal="Comprehensive data",
    )
    return


@app.cell(hide_code=True)
def finding_integration(integration):
    _rows = integration.to_pandas()
    mo.stop(_rows.empty, page.missing("orders", "which records name a customer"))
    _total, _linked = int(_rows.source_row_count.sum()), int(_rows.linked_count.sum())
    _known = _rows.dropna(subset=["relative_change"])
    _template = "first inspected on {day}" if len(_known) else "no earlier inspection to compare with"
    page.figure(
        integration,
        charts.ranked_bars(_rows, "table_name", "integration_rate", as_given=True, height=60 + 24 * len(_rows)),
        "{linked:,} of {total:,} records name a customer",
        "Integration rate: share of each table's records that name a customer; n = {total:,} records. The method asks for "
        "40% more than at the start: {first}; the table has the change.",
        linked=_linked,
        total=_total,
        first=say(_template, day=_known.first_on.min()),
        goal="Integration rate +40%",
    )
    return


@app.cell(hide_code=True)
def finding_identity(identity):
    mo.stop(not identity.rows_total, page.sentence("No two accounts share a key: each is one customer.", identity))
    _rows = identity.to_pandas()
    _template = "“{rule}” {customers:,} customers, {buyers:,} of them buyers"
    _by_rule = say("; ").join(
        say(_template, rule=word(row.rule), customers=row.customer_count, buyers=row.buyer_count)
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
        "{agree:,} of {n:,} comparisons of orders with what others report agree",
        "Share of orders by what came of holding payments and shipments against them; n = {n:,}.",
        agree=_agree,
        n=_all,
        goal="Accurate data",
    )
    _lists = [page.figure(one, None, one.definition, "The table has all of them.", most=10) for one in differences]
    mo.vstack([_figure, *_lists])
    return


@app.cell(hide_code=True)
def finding_inspections(inspections):
    _rows = inspections.to_pandas()
    mo.stop(len(_rows) < 2, page.sentence("This is the first inspection: its history begins here.", inspections))
    _before = _rows.iloc[1]
    page.finding(
        "From build to build",
        "{judged_count} records were judged this time, {earlier} the time before; {completeness} of them are complete "
        "({was} then) and {missed_count} tables miss their standard ({missed_before} then).",
        inspections,
        earlier=int(_before.judged_count),
        was=inspections.text("completeness", _before.completeness),
        missed_before=int(_before.missed_count),
    )
    return


@app.cell(hide_code=True)
def so_what():
    ledger = study(shop, "record_ledger")
    page.action(
        "Correct at the source what is quarantined here",
        "Each reason below is a task for whoever keeps that file; a reason that is right needs no correction.",
        ledger,
        most=15,
        file_name="records-of-the-files",
    )
    return (ledger,)


@app.cell(hide_code=True)
def finding_method():
    mo.stop(shop.audience != "analyst")
    mo.vstack([certificates.method_lines(), page.certificate(shop)])
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
    books, coverage, differences, feeds, files, identity, inspections, integration, ledger, quality, recorded, repeats
):
    shown = (books, repeats, quality, recorded, files, ledger, coverage, integration, identity, feeds)
    page.definitions(*shown, *differences, inspections)
    return


if __name__ == "__main__":
    app.run()
