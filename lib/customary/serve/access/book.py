"""A shop's `access.toml`: how people sign in, who they are, and what each audience sees.

    [sign_in]
    ways = ["link", "password", "proxy"]     # of these three
    hours = 12                               # how long a sign-in holds
    proxy_header = "x-forwarded-user"        # where a proxy writes who it is …
    proxy_peers = ["127.0.0.1"]              # … and from which addresses that is believed

    [audiences.north]
    sees = "stakeholder"                     # or "analyst", who sees rows about single people
    hidden_columns = ["customers.city"]
    rows = { region = ["North"] }

    [people]
    "sales@shop.example" = "north"

Without the file whoever reaches the server is a stakeholder who sees all.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from customary.errors import Refused, unknown_name
from customary.sight import ANALYST, STAKEHOLDER, Sight, Viewer
from customary.standard import read_toml

FILE = "access.toml"
WAYS = ("link", "password", "proxy")
LONGEST_HOURS = 24 * 31
OWN = {ANALYST: Viewer(ANALYST), STAKEHOLDER: Viewer(STAKEHOLDER)}
_HEADER = re.compile(r"[a-z][a-z0-9-]*")
_NAME = re.compile(r"[\w.@+-]{1,100}")
type Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class AccessBook:
    """Who may read a shop and what they see; `ways` is empty where nobody is asked who they are."""

    ways: tuple[str, ...] = ()
    hours: float = 12
    proxy_header: bytes = b""
    proxy_peers: tuple[Network, ...] = ()
    audiences: Mapping[str, Viewer] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)

    def viewer_of(self, person: str) -> Viewer | None:
        """What a person sees; None for somebody the book does not name, or names no longer."""
        audience = self.people.get(person)
        return None if audience is None else self.audiences[audience]

    def trusts(self, peer: str) -> bool:
        """Whether a header from this address is believed."""
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return False
        return any(address in network for network in self.proxy_peers)


def read_access(folder: Path) -> AccessBook:
    """The book of a shop's folder as it stands now; raises Refused, with the place, for what cannot be meant."""
    file = folder / FILE
    if not file.exists():
        return AccessBook()
    told = read_toml(file)
    _check_names(told, ("sign_in", "audiences", "people"))
    sign_in = _table(told, "sign_in")
    _check_names(sign_in, ("ways", "hours", "proxy_header", "proxy_peers"))
    audiences = OWN | {name: _viewer(name, each) for name, each in _table(told, "audiences").items()}
    return AccessBook(
        ways=_ways(sign_in),
        hours=_hours(sign_in.get("hours", 12)),
        proxy_header=_proxy_header(sign_in),
        proxy_peers=tuple(map(_network, _texts(sign_in, "proxy_peers"))),
        audiences=audiences,
        people=_people(_table(told, "people"), audiences),
    )


def _check_names(told: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for name in told:
        if name not in known:
            raise Refused("{file}: {error}", file=FILE, error=str(unknown_name(name, known, "setting")))


def _table(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = told.get(name, {})
    if not isinstance(found, Mapping):
        raise Refused("{file}: {name} is a table, [{name}]", file=FILE, name=name)
    return found


def _texts(told: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A list of texts; numbers in it are written as texts, so that a rule on years may be."""
    found = told.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, str | int) for each in found):
        raise Refused("{file}: {name} is a list of texts", file=FILE, name=name)
    return tuple(map(str, found))


def _ways(sign_in: Mapping[str, Any]) -> tuple[str, ...]:
    ways = _texts(sign_in, "ways")
    for way in ways:
        if way not in WAYS:
            raise Refused("{file}: {error}", file=FILE, error=str(unknown_name(way, WAYS, "way to sign in")))
    if not ways:
        told = "{file}: say under [sign_in] how people sign in: ways = [{ways}]"
        raise Refused(told, file=FILE, ways=", ".join(f'"{way}"' for way in WAYS))
    return ways


def _hours(told: Any) -> float:
    if not isinstance(told, int | float) or isinstance(told, bool) or not 0 < told <= LONGEST_HOURS:
        raise Refused("{file}: hours is a number up to {most}", file=FILE, most=LONGEST_HOURS)
    return float(told)


def _proxy_header(sign_in: Mapping[str, Any]) -> bytes:
    header = str(sign_in.get("proxy_header", "")).lower()
    if "proxy" in sign_in.get("ways", ()) and not (_HEADER.fullmatch(header) and sign_in.get("proxy_peers")):
        told = "{file}: sign-in by a proxy needs proxy_header and proxy_peers, the addresses that it asks from"
        raise Refused(told, file=FILE)
    return header.encode()


def _network(told: str) -> Network:
    try:
        return ipaddress.ip_network(told, strict=False)
    except ValueError as error:
        raise Refused("{file}: “{address}” is no address", file=FILE, address=told) from error


def _viewer(name: str, told: Any) -> Viewer:
    if not isinstance(told, Mapping) or name in OWN:
        raise Refused("{file}: [audiences.{name}] must be a table, and no name of ours", file=FILE, name=name)
    _check_names(told, ("sees", "hidden_columns", "rows"))
    sees = told.get("sees", STAKEHOLDER)
    if sees not in OWN:
        raise Refused("{file}: {error}", file=FILE, error=str(unknown_name(str(sees), OWN, "audience")))
    hidden = _texts(told, "hidden_columns")
    keys = [column for column in hidden if column.endswith("_id")]
    if keys:
        raise Refused("{file}: {names} cannot be hidden: frames are joined by it", file=FILE, names=keys)
    rules = _table(told, "rows")
    return Viewer(sees, Sight(hidden, tuple((column, _texts(rules, column)) for column in rules)))


def _people(told: Mapping[str, Any], audiences: Mapping[str, Viewer]) -> Mapping[str, str]:
    for person, audience in told.items():
        if not _NAME.fullmatch(person):
            raise Refused("{file}: “{person}” is no name to sign in by", file=FILE, person=person)
        if audience not in audiences:
            raise Refused("{file}: {error}", file=FILE, error=str(unknown_name(str(audience), audiences, "audience")))
    return {person: str(audience) for person, audience in told.items()}
