"""Why a model is not sound, in the reader's language: the sentence of a fit, known again with what stands in it."""

from customary.models.reasons import SENTENCES
from customary.reasons import retell
from customary.wording import word


def reason_in(why: str, language: str = "") -> str:
    """The `why` of a fit in the reader's language; one that nobody has translated stands as it was written."""
    return retell(why, SENTENCES, language) or word(why, language)
