# chapter: Start
# 中文: 开始
# question: What is in this shop's books, and can its numbers be trusted?
# goal: One standard, so that no two numbers disagree
# needs: orders

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="Start")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import metrics, open_shop, page, passport
    from customary.charts import ranked_bars, stacked_bars
    from customary.cli import coverage as method
    from customary.units import COUNT, MONEY, RATE


@app.cell(hide_code=True)
def setup():
    shop = open_shop()
    chapters = page.chapters(mo.notebook_dir())
    books = page.studied(shop, "accounts").frame
    counted = books[books.outcome == "counted"].row_count.sum()
    return books, chapters, counted, shop


@app.cell(hide_code=True)
def question(books, chapters, counted, shop):
    mo.vstack(
        [
            page.header(shop, "00_start", chapters),
            page.question(
                "What is in this shop's books, and can its numbers be trusted?",
                "Data must be comprehensive, accurate and timely (A-091); one standard, so that no analysis is biased by "
                "inconsistent definitions (B-044).",
                "every goal: a number that cannot be traced serves none",
                ["orders"],
            ),
            page.sentence(
                "Of {rows} rows of orders, lines and returns {counted} count, {left} are left out and {aside} were "
                "quarantined; every one of them says why.",
                rows=f"{books.row_count.sum():,}",
                counted=f"{counted:,}",
                left=f"{books[books.outcome == 'left out'].row_count.sum():,}",
                aside=f"{books[books.outcome == 'quarantined'].row_count.sum():,}",
            ),
        ]
    )
    return


@app.cell(hide_code=True)
def headline(shop):
    shown = (
        metrics.net_revenue,
        metrics.order_count,
        metrics.buyer_count,
        metrics.average_order_value,
        metrics.repeat_purchase_rate,
    )
    months = page.values(shop, *shown, every="month")
    whole = page.rows(shop, *shown)[0]
    _history = months[months.is_complete]
    page.tiles(
        page.Tile(
            name=_metric.name.replace("_", " ").capitalize(),
            zh=_metric.zh,
            text=_metric.unit.text(whole[_metric.name], shop.currency if _metric.unit is MONEY else ""),
            against_text=f"since {shop.snapshot.first_on}",
            n_text=f"n {whole[_metric.per]:,}" if _metric.per in whole else "",
            spark=_history[_metric.name].astype(float).tolist(),
        )
        for _metric in shown
    )
    return (shown,)


@app.cell(hide_code=True)
def finding_books(books, shop):
    _aside = books[books.outcome != "counted"]
    _reason = _aside.loc[_aside.row_count.idxmax()] if len(_aside) else None
    # Lines set aside stand beside the lines that count; of other tables the books hold only what was set aside.
    _whole = books.replace({"frame": {"order_items": "items"}})
    _whole = _whole[_whole["frame"].isin(_whole["frame"][_whole.outcome == "counted"])]
    page.figure(
        f"Most rows that do not count: {_reason.frame}, “{_reason.reason}”" if len(_aside) else "Every row counts",
        stacked_bars(_whole, "frame", "row_count", "outcome", unit=COUNT, share=True),
        f"Share of rows by outcome · all history to {shop.as_of} · n {_whole.row_count.sum():,}; the table has the rest",
        passport=passport(shop, metrics.gross_revenue).told(),
        table=page.sheet(books.fillna({"reason": ""}), currency=shop.currency, names={"row_count": "rows"}, most=60),
        goal="one standard",
    )
    return


@app.cell(hide_code=True)
def finding_quality(shop):
    quality = shop.fetch(shop.frame("quality")).to_pandas()
    _short = quality[~quality.is_met]
    page.figure(
        f"{len(quality) - len(_short)} of {len(quality)} tables meet the standard"
        + (f"; {_short.iloc[0].table_name} does not" if len(_short) else ""),
        ranked_bars(
            quality.sort_values("accuracy"), "table_name", "accuracy", n="judged_count", unit=RATE, as_given=True
        ),
        "Accuracy: share of records that break no rule of the standard · thresholds in the table (B-042, B-043)",
        table=page.sheet(
            quality,
            units={name: RATE for name in ("completeness", "accuracy", "completeness_wanted", "accuracy_wanted")},
            names={"zh": "中文"},
        ),
        goal="accurate data",
    )
    return


@app.cell(hide_code=True)
def finding_tables(shop):
    rows = shop.fetch(shop.frame("files")).to_pandas()
    page.figure(
        f"{rows.record_count.sum():,} records came in {len(rows):,} {'file' if len(rows) == 1 else 'files'}",
        ranked_bars(
            rows.sort_values("record_count", ascending=False).head(15),
            "file_name",
            "record_count",
            unit=COUNT,
            height=60 + 30 * min(len(rows), 15),
        ),
        f"Records per adopted file, the largest {min(len(rows), 15)} of {len(rows)}",
        table=page.sheet(shop.fetch(shop.frame("ledger")).to_pandas().drop(columns="file_no"), most=80),
        goal="comprehensive data",
    )
    return


@app.cell(hide_code=True)
def finding_method():
    covered = page.framed(method.coverage())
    _lines, _met = covered.lines.sum(), covered.met.sum()
    page.figure(
        f"{_met} of the method's {_lines} lines are answered here",
        ranked_bars(
            covered,
            "title",
            "met_rate",
            n="lines",
            unit=RATE,
            as_given=True,
            height=360,
        ),
        "Share of the lines of each chapter of the method that a figure, command or file here meets, proven by a test",
        table=page.sheet(covered, units={"met_rate": RATE}, most=20),
        goal="the method, line by line",
    )
    return


@app.cell(hide_code=True)
def so_what(books):
    _left = books[books.outcome != "counted"].sort_values("row_count", ascending=False)
    page.action(
        "Mend at the source what is left out here",
        "Each reason below is a task for whoever keeps that file; a reason that is right needs no mending.",
        page.sheet(_left.fillna({"reason": ""}), names={"row_count": "rows"}, most=60),
        "left-out",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise(
        "Open the passport of the first figure. Add the rows that count to the rows of each reason: which number must "
        "come out, and where in the shop's files would you find one row of the largest reason?"
    )
    return


@app.cell(hide_code=True)
def definitions(shown):
    page.definitions(shown)
    return


if __name__ == "__main__":
    app.run()
