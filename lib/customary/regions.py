"""Where the regions of a country lie on its map of tiles: data/regions.toml."""

import tomllib
from collections.abc import Mapping
from functools import cache

from customary.places import DATA

type Place = tuple[str, str, str, int, int]  # code, name, 中文, row, column


@cache
def maps() -> Mapping[str, tuple[Place, ...]]:
    """The places of each map, by the map's name."""
    with (DATA / "regions.toml").open("rb") as file:
        return {one["name"]: tuple(tuple(place) for place in one["places"]) for one in tomllib.load(file)["map"]}
