"""Averages of many groups, each drawn toward the average of all the more the less it is known."""

import ibis
import ibis.expr.types as ir

from customary.stats.intervals import clamp, share


def shrink(
    t: ir.Table, name: str, n: str, variance: ir.Value, *, is_share: bool = False, among: str | None = None
) -> ir.Table:
    """Add to groups with mean `name` of `n` observations: `<name>_all`, `<name>_drawn`, `<name>_sd`.

    Empirical Bayes: groups are taken to scatter around the mean of all by a variance found by moments (DerSimonian and
    Laird 1986, eq. 8), observations within a group by `variance`. The fewer a group has, the nearer it is drawn to
    the mean of all; where nothing shows that groups differ, all are. `<name>_sd` is the posterior's; a share's is
    that of the beta distribution with the drawn mean (Morris 1983). Groups without observations stay empty. `among`
    names a column within whose values groups are compared, instead of all with all.
    """
    whole = ibis.window(group_by=[t[among]] if among else None)
    mean, size = t[name].cast("float64"), t[n].cast("float64").nullif(0)
    t = t.mutate(_mean=mean, _n=size, _within=ibis.greatest(variance.cast("float64"), 1e-12))
    t = t.mutate(_all=share((t._n * t._mean).sum().over(whole), t._n.sum().over(whole)))
    t = t.mutate(_miss=t._n * (t._mean - t._all) ** 2, _square=t._n * t._n)
    apart = t._miss.sum().over(whole) - (t._n.count().over(whole) - 1) * t._within
    scale = t._n.sum().over(whole) - share(t._square.sum().over(whole), t._n.sum().over(whole))
    t = t.mutate(_between=ibis.greatest(share(apart, scale).fill_null(0.0), 0.0))
    t = t.mutate(_weight=t._n * t._between / (t._n * t._between + t._within))
    t = t.mutate(_drawn=t._all + t._weight * (t._mean - t._all))
    # The beta's prior counts as within/between observations.
    as_share = clamp(t._drawn * (1 - t._drawn), 0.0) * t._weight / t._n
    variance_left = as_share if is_share else t._weight * t._within / t._n
    t = t.mutate(**{f"{name}_all": t._all, f"{name}_drawn": t._drawn, f"{name}_sd": variance_left.sqrt()})
    return t.drop("_mean", "_n", "_within", "_all", "_miss", "_square", "_between", "_weight", "_drawn")
