"""Maximum likelihood: from a log-likelihood and its gradient to a frozen fit that says whether it can be trusted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Array = NDArray[np.float64]
# Log-parameters → log-likelihood summed over all customers, and its gradient by the log-parameters.
Likelihood = Callable[[Array], tuple[float, Array]]

STEP = 1e-4  # of central differences in log-parameters
REACHED = 1e-9  # a mean gradient that counts as none
SHARPEST = 1e6  # condition of the Hessian from which on one direction is as good as flat
VAGUEST = 1.5  # standard error of a logarithm: an interval from a nineteenth of the value to nineteen times it
FARTHEST = 7.0  # how far, in logarithms, a parameter may lie from the scale of its data: a factor of 1,100
LIMIT = 12.0  # where the search ends


@dataclass(frozen=True)
class Fit:
    """A model's parameters by their letters, with what they rest on; `why` says what keeps them from being sound.

    `covariance` is that of the logarithms of the parameters, in the order of the letters.
    """

    model: str
    parameters: Mapping[str, float]
    standard_errors: Mapping[str, float]
    log_likelihood: float
    customers: int
    identified: bool
    why: str
    gradient: float
    condition: float
    covariance: tuple[tuple[float, ...], ...]

    @property
    def values(self) -> tuple[float, ...]:
        """The parameters in the order of their letters."""
        return tuple(self.parameters.values())

    def interval(self, letter: str, z: float = 1.959964) -> tuple[float, float]:
        """A parameter's interval, symmetric in its logarithm, so that it never reaches below nought."""
        value, error = self.parameters[letter], self.standard_errors[letter]
        factor = float(np.exp(z * error / value))
        return value / factor, value * factor


def _hessian(likelihood: Likelihood, theta: Array) -> Array:
    """Second derivatives of the log-likelihood, by central differences of its gradient."""
    steps = STEP * np.eye(len(theta))
    rows = [(likelihood(theta + step)[1] - likelihood(theta - step)[1]) / (2 * STEP) for step in steps]
    found = np.array(rows)
    return 0.5 * (found + found.T)


def _climb(likelihood: Likelihood, start: Array, size: float) -> Array:
    """The neighbourhood of the summit: L-BFGS-B on the mean, whose tolerance shrinks as customers become more."""

    def fall(theta: Array) -> tuple[float, Array]:
        value, gradient = likelihood(theta)
        return -value / size, -gradient / size

    bounds = [(centre - LIMIT, centre + LIMIT) for centre in start]
    options = {"maxiter": 500, "ftol": 1e-10 / size, "gtol": 1e-6, "maxcor": 10}
    return np.asarray(minimize(fall, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options).x)


def _polish(likelihood: Likelihood, theta: Array, hessian: Array, size: float) -> tuple[Array, float, Array]:
    """Newton steps with one Hessian until the gradient no longer falls: no trace of the start or the order is left."""
    value, gradient = likelihood(theta)
    for _step in range(20):
        try:
            nearer = theta - np.linalg.solve(hessian, gradient)
        except np.linalg.LinAlgError:
            break
        if not np.all(np.abs(nearer - theta) < 0.5):
            break
        there, slope = likelihood(nearer)
        if not np.abs(slope).max() < 0.5 * np.abs(gradient).max():
            break
        theta, value, gradient = nearer, there, slope
    return theta, value, gradient / size


def _doubt(letters: Sequence[str], off: Array, slope: float, curvature: Array) -> tuple[str, float]:
    """Which check fails, in a sentence, and the condition of the Hessian."""
    falls, ways = np.linalg.eigh(-curvature if np.isfinite(curvature).all() else np.zeros(curvature.shape))
    condition = float(falls[-1] / falls[0]) if falls[0] > 0 else float("inf")
    far, flat = letters[int(np.abs(off).argmax())], letters[int(np.abs(ways[:, 0]).argmax())]
    if np.abs(off).max() > FARTHEST:
        return f"{far} runs off: the data set no bound to it", condition
    if condition > SHARPEST:
        return f"the likelihood is flat along {flat}: other values explain the data just as well", condition
    if not slope < REACHED:
        return f"the search for the best parameters does not come to rest (its slope is still {slope:.1g})", condition
    return "", condition


def _vague(letters: Sequence[str], covariance: Array) -> str:
    """The parameter that the data leave open within a factor of many, in a sentence."""
    spread = np.sqrt(np.diag(covariance))
    if spread.max() <= VAGUEST:
        return ""
    factor = np.exp(1.96 * min(float(spread.max()), 100.0))
    return f"{letters[int(spread.argmax())]} is known to no better than a factor of {factor:,.0f} either way"


def maximise(
    model: str,
    letters: Sequence[str],
    likelihood: Likelihood,
    start: Sequence[float],
    customers: float,
    *,
    doubt: str = "",
    rough: Likelihood | None = None,
) -> Fit:
    """The fit of `model` by its likelihood; `start` holds the scale of each parameter in these data.

    `doubt` is what the data themselves speak against it; `rough` is a cheaper likelihood that leads near the summit.
    """
    centre = np.log(np.asarray(start, float))
    size = max(float(customers), 1.0)
    with np.errstate(all="ignore"):
        theta = _climb(rough or likelihood, centre, size)
        theta, value, slopes = _polish(likelihood, theta, _hessian(rough or likelihood, theta), size)
        curvature = _hessian(likelihood, theta) / size
        found, condition = _doubt(letters, theta - centre, float(np.abs(slopes).max()), curvature)
        covariance = np.linalg.inv(-curvature) / size if not found else np.full(curvature.shape, np.nan)
        why = doubt or found or _vague(letters, covariance)
        errors = np.exp(theta) * np.sqrt(np.diag(covariance))
    return Fit(
        model=model,
        parameters=dict(zip(letters, np.exp(theta).tolist(), strict=True)),
        standard_errors=dict(zip(letters, errors.tolist(), strict=True)),
        log_likelihood=float(value),
        customers=round(customers),
        identified=not why,
        why=why,
        gradient=float(np.abs(slopes).max()),
        condition=condition,
        covariance=tuple(tuple(row) for row in covariance.tolist()),
    )
