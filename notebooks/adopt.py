# chapter: Take in files
# 中文: 接入数据
# question: What files does a shop have, and what do they say?
# goal: Any shop comes in within five minutes
# for: analysts

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Take in files")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import open_shop, page
    from customary.page import adoption

    shop = open_shop()


@app.cell(hide_code=True)
def question():
    page.question(
        shop,
        "adopt",
        "What files does a shop have, and what do they say?",
        "Drop the files of a shop, correct what is mistaken in the table, answer what only you can know, and build. "
        "The same as `customary adopt` and `customary build`, without a command.",
        serves="every goal: without data there is no figure",
    )
    return


@app.cell(hide_code=True)
def state():
    standing, settle = mo.state(adoption.BuildStanding())
    return settle, standing


@app.cell(hide_code=True)
def drop():
    mo.stop(shop.audience != "analyst", adoption.refusal())
    dropped = adoption.drop(shop)
    dropped
    return (dropped,)


@app.cell(hide_code=True)
def files(dropped, settle):
    came = adoption.unpack(shop, dropped.value)
    settle(adoption.BuildStanding())
    adoption.files_note(came)
    return (came,)


@app.cell(hide_code=True)
def name(dropped):
    mo.stop(not dropped.value)
    told = adoption.about(shop)
    adoption.about_form(told)
    return (told,)


@app.cell(hide_code=True)
def table(came):
    mo.stop(not came.found)
    choices = adoption.editor(came)
    adoption.edit_table(came, choices)
    return (choices,)


@app.cell(hide_code=True)
def questions(came, choices, standing, told):
    made = adoption.draft(shop, came, choices.value, told.value)
    answers = adoption.ask(made, standing())
    adoption.question_form(made, standing(), answers)
    return answers, made


@app.cell(hide_code=True)
def agreement(answers, made):
    agreed = adoption.agree(shop, made, answers.value)
    adoption.open_note(agreed)
    return (agreed,)


@app.cell(hide_code=True)
def button(agreed):
    go = adoption.build_button(agreed)
    go
    return (go,)


@app.cell(hide_code=True)
def building(agreed, answers, go, settle):
    mo.stop(not go.value)
    adoption.build(shop, agreed, answers.value, settle)
    return


@app.cell(hide_code=True)
def result(standing):
    standing().report
    return


if __name__ == "__main__":
    app.run()
