"""Whoever is to be forgotten leaves the ledger too: no list keeps a key by which somebody could be found again."""

from pathlib import Path

from customary.campaigns.ledger import Ledger
from customary.intake.erasure import erasure_of
from customary.intake.settings import read_settings
from customary.publish.contacts import contacts
from customary.publish.pseudonyms import secret_of


def forget(folder: Path) -> int:
    """Take those out of the ledger whom the shop is to forget, by key, address or number; gives in how many places.

    Asked before the next build, which no longer knows how they were reached.
    """
    erasure = erasure_of(read_settings(folder), secret_of(folder))
    ledger = Ledger(folder)
    reached = {row["customer_id"]: (row["email"], row["phone"]) for row in contacts(folder).to_pylist()}
    return ledger.forget([key for key in ledger.customers() if erasure.has((key, *reached.get(key, ())))])
