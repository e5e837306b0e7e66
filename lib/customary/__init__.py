"""customary – know your customers. Open a shop, measure it, see what every number is made of."""

from customary import metrics
from customary.forecasts.fitting import fit
from customary.measure import measure
from customary.metrics import *  # noqa: F403  (every metric is public by its own name)
from customary.passport import passport
from customary.shop import Shop, open_shop
from customary.study import study
from customary.words import metric

__all__ = ["Shop", "fit", "measure", "metric", "open_shop", "passport", "study", *metrics.__all__]
