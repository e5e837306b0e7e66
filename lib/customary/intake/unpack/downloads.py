"""Files at an http or https address, fetched once; what came is what is adopted."""

import shutil
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from customary.errors import Refused
from customary.intake.unpack.naming import place_for

WAIT_S = 60


def is_address(place: str) -> bool:
    """Whether what was named is an http or https address."""
    return place.lower().startswith(("http://", "https://"))


def fetch(address: str, scratch: Path) -> Path:
    """The file at an address, below `scratch` under the name that its path ends with.

    Raises `Refused` where nobody answers, the answer is an error or breaks off.
    """
    shown = _without_secrets(address)
    own = Path(urllib.parse.unquote(urllib.parse.urlsplit(address).path)).name or "download.csv"
    target = place_for(scratch, Path(own).stem, "", Path(own).suffix)
    try:
        with urllib.request.urlopen(address, timeout=WAIT_S) as answer, target.open("wb") as file:
            shutil.copyfileobj(answer, file, 1 << 20)
            told = answer.headers.get("Content-Length")
    except urllib.error.HTTPError as error:
        raise Refused(
            "{shown} answers {code} {reason}: nothing was fetched", shown=shown, code=error.code, reason=error.reason
        ) from error
    except (OSError, ValueError) as error:
        raise Refused("{shown} cannot be fetched: {why}", shown=shown, why=getattr(error, "reason", error)) from error
    if told and target.stat().st_size != int(told):
        raise Refused(
            "{shown} broke off: {size:,} of {told:,} bytes came",
            shown=shown,
            size=target.stat().st_size,
            told=int(told),
        )
    return target


def _without_secrets(address: str) -> str:
    """An address without the password and the query, which often hold a key."""
    parts = urllib.parse.urlsplit(address)
    return f"{parts.scheme}://{parts.hostname}{parts.path}"
