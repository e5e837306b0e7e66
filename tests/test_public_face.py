"""What `import customary` gives: the verb, the shop, the decorator and every metric, nothing else."""

import subprocess
import sys
from pathlib import Path

import customary
from customary.declare import METRICS
from customary.shop import Shop


def test_the_public_names():
    """Exported names are a promise: a new one is added here on purpose, metrics come by themselves."""
    assert set(customary.__all__) == {"Shop", "fit", "measure", "metric", "open_shop", "passport", "study", *METRICS}


def test_every_public_name_exists():
    """What is promised is there, and nothing twice."""
    assert len(customary.__all__) == len(set(customary.__all__))
    assert all(hasattr(customary, name) for name in customary.__all__)


def test_a_metric_is_imported_by_its_own_name():
    """`from customary import net_revenue` is the metric of that name."""
    assert all(getattr(customary, name) is metric for name, metric in METRICS.items())


def test_the_face_is_short():
    """At most 25 lines: it says what there is and does nothing."""
    assert len(Path(customary.__file__).read_text("utf-8").splitlines()) <= 25


def test_a_shop_has_at_most_ten_public_names(worked_shop):
    """Thin: settings, frames and answers, no analytics."""
    public = {name for name in (*dir(Shop), *vars(worked_shop)) if not name.startswith("_")}
    settings = {"name", "as_of", "currency", "time_zone", "week_start", "audience", "snapshot"}
    assert public == settings | {"frame", "fetch", "rules"}


def test_importing_opens_nothing():
    """No shop, no file, no pandas is needed to import customary; a page opens its shop itself."""
    code = "import sys, customary; sys.exit(bool({'pandas', 'altair', 'marimo', 'scipy'} & set(sys.modules)))"
    path = [str(Path(customary.__file__).parents[1]), *sys.path]
    done = subprocess.run([sys.executable, "-c", f"import sys; sys.path[:0] = {path!r}; {code}"], check=False)
    assert done.returncode == 0
