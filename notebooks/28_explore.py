# chapter: Explore
# 中文: 自由探索
# question: What do you want to know?
# goal: Figures that can be trusted
# needs: orders
# figure: net_revenue

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Explore")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import open_shop, page
    from customary.page import explore

    shop = open_shop()


@app.cell(hide_code=True)
def question(asked):
    page.question(
        shop,
        "28_explore",
        "What do you want to know?",
        "Choose a metric or a study, split it, filter it and set its period. The address holds the whole question: who "
        "has the link has the answer.",
        serves="figures that can be trusted",
        choice=asked.choice,
    )
    return


@app.cell(hide_code=True)
def searching():
    words = explore.search_field()
    words
    return (words,)


@app.cell(hide_code=True)
def found(words):
    explore.search_results(shop, words.value)
    return


@app.cell(hide_code=True)
def saved():
    explore.board(shop)
    return


@app.cell(hide_code=True)
def subjects():
    reading = explore.read_address(shop)
    subject = explore.subject_field(shop, reading)
    subject
    return reading, subject


@app.cell(hide_code=True)
def details(reading, subject):
    wanted = explore.about(shop, subject.value, reading)
    form = explore.form(shop, wanted.exploration)
    form
    return form, wanted


@app.cell(hide_code=True)
def controls(wanted):
    offer = explore.offer(shop, wanted.exploration)
    bar = page.controls(offer)
    bar
    return bar, offer


@app.cell(hide_code=True)
def chosen(bar, form, offer, wanted):
    asked = explore.choose(shop, wanted, offer, form.value, bar.value)
    return (asked,)


@app.cell(hide_code=True)
def headline(asked):
    explore.headline(asked)
    return


@app.cell(hide_code=True)
def finding_answer(asked):
    explore.result(asked)
    return


@app.cell(hide_code=True)
def finding_grid(asked):
    explore.grid(asked)
    return


@app.cell(hide_code=True)
def finding_rows(asked):
    explore.table(asked)
    return


@app.cell(hide_code=True)
def keeping(asked):
    title, notebook = explore.keeper(shop, asked), explore.notebook_button(shop, asked)
    mo.hstack([title, notebook], justify="start", align="end", wrap=True)
    return notebook, title


@app.cell(hide_code=True)
def kept(asked, notebook, title):
    _saved = explore.keep(shop, asked, getattr(title, "value", None))
    mo.vstack([_saved, explore.open_notebook(shop, asked, getattr(notebook, "value", None))])
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Split a rate by two columns. Why is the figure for all not the mean of the figures of the parts?

    Ask a question whose answer would change what you do next week, and send its link to whoever would have to do it.
    """)
    return


@app.cell(hide_code=True)
def definitions(asked):
    page.definitions(asked.answer)
    return


if __name__ == "__main__":
    app.run()
