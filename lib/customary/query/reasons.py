"""Why a model is not sound, in the reader's language: the sentence of a fit, known again with what stands in it."""

import re
import string

from customary.models.reasons import SENTENCES
from customary.wording import say, word


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
