"""How many customers an experiment needs before an effect of a given size is likely to be seen."""

from dataclasses import dataclass
from math import ceil, sqrt


@dataclass(frozen=True)
class Baseline:
    """What customers do without the offer: the average of the outcome and its variance, and whether it is a share."""

    mean: float
    variance: float
    is_share: bool = False

    def lifted_variance(self, lift: float) -> float:
        """The variance where the average is higher by the share `lift`; of amounts it stays what it is."""
        mean = self.mean * (1 + lift)
        return max(mean * (1 - mean), 0.0) if self.is_share else self.variance


def customers_needed(
    baseline: Baseline, lift: float, control_share: float, power: float, level: float = 0.05
) -> int | None:
    """Customers in both arms together, for a two-sided test of `level` to find a relative `lift` with this `power`.

    n = (z₁₋ₐ/₂ + z_power)² · (v₁ / (1 − c) + v₀ / c) / (mean · lift)², unpooled, c being the control's share (Fleiss,
    Levin & Paik 2003, ch. 4). None where nothing varies, or a share would exceed 1.
    """
    from scipy import stats

    is_possible = not baseline.is_share or baseline.mean * (1 + lift) <= 1
    if not (baseline.mean > 0 and baseline.variance > 0 and is_possible):
        return None
    z = float(stats.norm.isf(level / 2) + stats.norm.isf(1 - power))
    spread = baseline.lifted_variance(lift) / (1 - control_share) + baseline.variance / control_share
    return ceil(z * z * spread / (baseline.mean * lift) ** 2)


def power_of(
    baseline: Baseline, lift: float, control_share: float, customer_count: int, level: float = 0.05
) -> float | None:
    """The chance to find a relative `lift` with so many customers, by the same formula; None where nothing varies."""
    from scipy import stats

    if not (baseline.mean > 0 and baseline.variance > 0 and customer_count):
        return None
    spread = baseline.lifted_variance(lift) / (1 - control_share) + baseline.variance / control_share
    shift = baseline.mean * lift / sqrt(spread / customer_count)
    return float(stats.norm.sf(stats.norm.isf(level / 2) - shift))
