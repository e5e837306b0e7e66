"""The server's log as lines of JSON: our own words, and of others' errors the kind and the place alone."""

import json
import logging

from customary.serve.logs import JsonLines

SECRET = "canary@shop.example"


def line_of(name, message, *args, error=None):
    """What is written of one record."""
    told = (type(error), error, error.__traceback__) if error else None
    return json.loads(JsonLines().format(logging.LogRecord(name, logging.ERROR, "", 1, message, args, told)))


def raised():
    """An error that quotes a customer."""
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        return error


def test_our_own_words_stand_in_the_line():
    """Who, how grave, and the sentence."""
    line = line_of("customary.serve.run", "worker %d ended", 3)
    assert (line["from"], line["level"], line["said"]) == ("customary.serve.run", "error", "worker 3 ended")


def test_what_a_library_quotes_is_left_out():
    """Neither its message nor its error's says whom it was about; which error it was, and where, does."""
    line = line_of("marimo", f"failed for {SECRET}", error=raised())
    assert SECRET not in json.dumps(line) and "said" not in line
    assert line["error"] == "ValueError" and line["where"].rpartition(":")[0].endswith("test_server_logs.py")


def test_an_error_of_ours_is_told_without_its_message():
    """The sentence is ours; the error's own text may be anybody's."""
    assert SECRET not in json.dumps(line_of("customary.serve.gateway", "a page failed", error=raised()))
