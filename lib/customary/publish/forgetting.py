"""Who is to be forgotten: remembered as a keyed print in the shop's settings."""

from pathlib import Path

from customary.errors import Refused
from customary.intake.erasure import KEY, print_of
from customary.intake.settings import read_settings, write_settings
from customary.publish import pseudonyms


def remember(folder: Path, person: str) -> bool:
    """Add a person, by a key, an e-mail address or a phone number; False where they were there already.

    A pseudonym of the current snapshot stands for the key behind it. Raises `Refused` for a blank.
    """
    if not person.strip():
        raise Refused("name the person by a customer's key, an e-mail address or a phone number")
    is_hidden = pseudonyms.SHAPE.match(person) is not None
    key = (pseudonyms.look_up(folder, person) if is_hidden else None) or person
    told = read_settings(folder)
    files = told.pop("files", [])
    found = print_of(pseudonyms.secret_of(folder), key)
    if found in told.get(KEY, []):
        return False
    told[KEY] = [*told.get(KEY, []), found]
    write_settings(folder, told, files)
    return True
