"""Learning rates to choose from: a grid that grows until the best of them is inside."""

import math
from collections.abc import Callable, Mapping, Sequence

LOWEST, HIGHEST = 1e-6, 100.0


def errors_by_rate(
    error_at: Callable[[float], float], rates: Sequence[float]
) -> dict[float, float]:
    """Returns the error at each rate, and at further ones until no edge is among the best.

    Args:
        error_at: function from rate to error.
        rates: the rates to try first. Further ones are 1 or 3 times a power of 10, from `LOWEST`
            to `HIGHEST`.
    """
    errors = {rate: error_at(rate) for rate in rates}
    while True:
        edges = (min(errors), -1), (max(errors), 1)
        least = min(errors.values())
        further = [_beside(rate, by) for rate, by in edges if errors[rate] == least]
        further = [rate for rate in further if LOWEST <= rate <= HIGHEST]
        if not further:
            return dict(sorted(errors.items()))
        errors |= {rate: error_at(rate) for rate in further}


def _beside(rate, by):
    step = round(2 * math.log10(rate)) + by
    return float(f"{3 if step % 2 else 1}e{step // 2}")


def shown(errors: Mapping[float, float]) -> str:
    """Returns the error at each rate as a person reads it, in percent."""
    return ", ".join(f"{rate:g}: {100 * error:.2f} %" for rate, error in errors.items())


def best_rate(errors: Mapping[float, float]) -> float:
    """Returns the rate with the lowest error; of several, as with few rows, the middle one."""
    least = min(errors.values())
    best = sorted(rate for rate, error in errors.items() if error == least)
    return best[len(best) // 2]
