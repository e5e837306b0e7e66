"""Why a model is not sound: the sentences that name a parameter or a number, and each in the reader's language."""

import re
import string

from customary.wording import say, word

RUNS_OFF, FLAT, RESTLESS, VAGUE = SENTENCES = (
    "{letter} runs off: the data set no bound to it",
    "the likelihood is flat along {letter}: other values explain the data just as well",
    "the search for the best parameters does not come to rest (its slope is still {slope})",
    "{letter} is known to no better than a factor of {factor} either way",
)


def reason_in(why: str, language: str = "") -> str:
    """The `why` of a fit in the reader's language; one that nobody has translated stands as it was written."""
    for template in SENTENCES:
        if found := re.fullmatch(_pattern(template), why):
            return str(say(template, language, **found.groupdict()))
    return word(why, language)


def _pattern(template: str) -> str:
    """What a filled template looks like: its literals, and in its places words without a space."""
    parts = string.Formatter().parse(template)
    return "".join(re.escape(text) + (rf"(?P<{name}>\S+?)" if name else "") for text, name, _form, _turn in parts)
