"""Why a model is not sound: the sentences that name a parameter or a number."""

RUNS_OFF, FLAT, RESTLESS, VAGUE = SENTENCES = (
    "{letter} runs off: the data set no bound to it",
    "the likelihood is flat along {letter}: other values explain the data just as well",
    "the search for the best parameters does not come to rest (its slope is still {slope})",
    "{letter} is known to no better than a factor of {factor} either way",
)
