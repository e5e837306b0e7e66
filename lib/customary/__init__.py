"""customary – know your customers. Open a shop, measure it, see what every number is made of."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from customary.declare import metric as metric
    from customary.metrics import *  # noqa: F403  (every metric is public by its own name)
    from customary.query.fit import fit as fit
    from customary.query.measure import measure as measure
    from customary.query.passport import passport as passport
    from customary.query.study import study as study
    from customary.shop import Shop as Shop
    from customary.shop import open_shop as open_shop

    __version__: str
else:  # the same names, imported when they are first used
    from customary.lazy import lazy_names

    _HOMES = {"declare": ["metric"], "shop": ["Shop", "open_shop"]}
    _HOMES |= {f"query.{verb}": [verb] for verb in ("fit", "measure", "passport", "study")}
    __getattr__, __dir__ = lazy_names(__name__, _HOMES, whole="metrics")
