"""Maximum likelihood: from a log-likelihood and its gradient to a frozen fit that says whether it can be trusted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from customary.models.reasons import FLAT, RESTLESS, RUNS_OFF, VAGUE

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


def _climb(likelihood: Likelihood, start: Array, centre: Array, size: float) -> Array:
    """The neighbourhood of the summit: L-BFGS-B on the mean, whose tolerance shrinks as customers become more."""

    def fall(theta: Array) -> tuple[float, Array]:
        value, gradient = likelihood(theta)
        return -value / size, -gradient / size

    bounds = [(middle - LIMIT, middle + LIMIT) for middle in centre]
    options = {"maxiter": 500, "ftol": 1e-10 / size, "gtol": 1e-6, "maxcor": 10}
    return np.asarray(minimize(fall, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options).x)


def _polish(likelihood: Likelihood, theta: Array, hessian: Array) -> tuple[Array, float, Array]:
    """Newton steps until the gradient no longer falls, so that no trace of the start or of the rows' order is left.

    One Hessian does, corrected after each step by what the gradient then was (Broyden 1965).
    """
    value, gradient = likelihood(theta)
    for _step in range(25):
        try:
            step = -np.linalg.solve(hessian, gradient)
        except np.linalg.LinAlgError:
            break
        if not np.abs(step).max() < 0.5:
            break
        there, slope = likelihood(theta + step)
        if not np.abs(slope).max() < 0.5 * np.abs(gradient).max():
            break
        hessian = hessian + np.outer(slope, step) / (step @ step)
        theta, value, gradient = theta + step, there, slope
    return theta, value, gradient


def _summit(likelihood: Likelihood, rough: Likelihood, start: Array, size: float) -> tuple[Array, float, Array]:
    """The best log-parameters, the log-likelihood there and what is left of its gradient.

    The way up goes over the rough likelihood; where that leads astray, it is gone again over the exact one.
    """
    theta = _climb(rough, start, start, size)
    found = _polish(likelihood, theta, _hessian(rough, theta))
    if np.abs(found[2]).max() < REACHED * size:
        return found
    theta = _climb(likelihood, found[0], start, size)
    return _polish(likelihood, theta, _hessian(likelihood, theta))


def _doubt(letters: Sequence[str], off: Array, slope: float, curvature: Array) -> tuple[str, float]:
    """Which check fails, in a sentence, and the condition of the Hessian."""
    falls, ways = np.linalg.eigh(-curvature if np.isfinite(curvature).all() else np.zeros(curvature.shape))
    condition = float(falls[-1] / falls[0]) if falls[0] > 0 else float("inf")
    far, flat = letters[int(np.abs(off).argmax())], letters[int(np.abs(ways[:, 0]).argmax())]
    if np.abs(off).max() > FARTHEST:
        return RUNS_OFF.format(letter=far), condition
    if condition > SHARPEST:
        return FLAT.format(letter=flat), condition
    if not slope < REACHED:
        return RESTLESS.format(slope=f"{slope:.1g}"), condition
    return "", condition


def _vague(letters: Sequence[str], covariance: Array) -> str:
    """The parameter that the data leave open within a factor of many, in a sentence."""
    spread = np.sqrt(np.diag(covariance))
    if spread.max() <= VAGUEST:
        return ""
    factor = np.exp(1.96 * min(float(spread.max()), 100.0))
    return VAGUE.format(letter=letters[int(spread.argmax())], factor=f"{factor:,.0f}")


def no_fit(model: str, letters: Sequence[str], customers: float, why: str) -> Fit:
    """The fit that cannot be: no number, and the reason."""
    none, size = dict.fromkeys(letters, float("nan")), len(letters)
    nothing = tuple((float("nan"),) * size for _letter in letters)
    return Fit(model, none, none, float("nan"), round(customers), False, why, float("nan"), float("inf"), nothing)


def maximise(
    model: str,
    letters: Sequence[str],
    likelihood: Likelihood,
    start: Sequence[float],
    customers: float,
    *,
    rough: Likelihood | None = None,
) -> Fit:
    """The fit of `model` by its likelihood; `start` holds the scale of each parameter in these data.

    `rough` is a cheaper likelihood that leads near the summit.
    """
    centre, size = np.log(np.asarray(start, float)), float(customers)
    with np.errstate(all="ignore"):
        theta, value, gradient = _summit(likelihood, rough or likelihood, centre, size)
        curvature, slope = _hessian(likelihood, theta) / size, float(np.abs(gradient).max() / size)
        doubt, condition = _doubt(letters, theta - centre, slope, curvature)
        covariance = np.full(curvature.shape, np.nan) if doubt else np.linalg.inv(-curvature) / size
        why = doubt or _vague(letters, covariance)
        errors = np.exp(theta) * np.sqrt(np.diag(covariance))
    return Fit(
        model=model,
        parameters=dict(zip(letters, np.exp(theta).tolist(), strict=True)),
        standard_errors=dict(zip(letters, errors.tolist(), strict=True)),
        log_likelihood=float(value),
        customers=round(customers),
        identified=not why,
        why=why,
        gradient=slope,
        condition=condition,
        covariance=tuple(tuple(row) for row in covariance.tolist()),
    )
