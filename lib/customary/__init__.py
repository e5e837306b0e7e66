"""customary – know your customers. Open a shop, measure it, see what every number is made of."""

from customary import metrics
from customary.declare import metric
from customary.metrics import *  # noqa: F403  (every metric is public by its own name)
from customary.query.fit import fit
from customary.query.measure import measure
from customary.query.passport import passport
from customary.query.study import study
from customary.shop import Shop, open_shop

__all__ = ["Shop", "fit", "measure", "metric", "open_shop", "passport", "study", *metrics.__all__]
