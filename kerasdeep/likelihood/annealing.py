r"""Annealed importance sampling: the partition function of large models, with an error bar."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import keras
import numpy as np
from keras import ops

from kerasdeep.backend import check_built, positive_integer, seed_number, yes_or_no
from kerasdeep.backend.seeds import StepSeeds
from kerasdeep.backend.types import ArrayLike
from kerasdeep.energies.harmonium import Harmonium
from kerasdeep.energies.tempering import Tempered

TEMPERATURES_A_CALL = 250


class Estimate(NamedTuple):
    """A number that was estimated.

    Attributes:
        mean: the estimate, in nats.
        low: lower end of its interval of three standard errors; minus infinity where the error is
            larger than the estimate of $Z$ itself.
        high: upper end.
    """

    mean: float
    low: float
    high: float


def annealed_importance_sampling(
    rbm: Harmonium,
    data: ArrayLike,
    num_temperatures: int | Sequence[float] = 10_000,
    num_chains: int = 100,
    reverse: bool = False,
    burn_in: int = 1000,
    seed: int = 0,
    verbose: int = 1,
) -> Estimate:
    r"""Estimates $\log Z$ of an RBM.

    Chains start at independent units with the means of the data, whose partition function is
    known, and pass through the distributions of `kerasdeep.energies.tempering` to the RBM. The
    average of the importance weights

    $$w = \prod_k \frac{p^*_{\beta_k}(v_k)}{p^*_{\beta_{k-1}}(v_k)}, \qquad
    p^*_\beta = e^{-F_\beta},$$

    is the ratio of the partition functions. Its logarithm is too low on average, most so where
    chains miss a mode. With `reverse`, chains start at the data, take `burn_in` Gibbs steps and
    pass the other way; that estimate is too high on average, if the chains had reached the
    distribution of the RBM. A gap between the two says that more temperatures are needed.

    Args:
        rbm: a built `RBM` or `DBM`; or a DBN, of which the highest RBM is meant.
        data: rows to take the means of the base model from, shape `(num_rows, num_visible)`.
        num_temperatures: number of steps from $\beta = 0$ to 1, evenly spaced; at least 1. Default
            10,000. Or an increasing sequence of all $\beta$, from 0 to 1.
        num_chains: at least 2. Default 100.
        reverse: whether to pass from the RBM to the base model. Default False.
        burn_in: Gibbs steps before a reverse pass, at least 1. Default 1000.
        seed: integer of at least 0. Default 0.
        verbose: 0 for silence, 1 for a progress bar. Default 1.

    Returns:
        `Estimate`, in nats: low and high are three standard errors of the mean weight away.

    Raises:
        ValueError: for arguments out of range, or a model without a partition function.

    Example:

    >>> log_z = annealed_importance_sampling(rbm, x_train)
    >>> log_likelihood(rbm, x_test, log_z.mean)

    References: Neal (2001), Annealed importance sampling. Salakhutdinov, Murray (2008), On the
    quantitative analysis of deep belief networks. ICML.
    """
    check_built(rbm)
    owner = "annealed_importance_sampling"
    num_chains = positive_integer(num_chains, "num_chains", owner)
    burn_in = positive_integer(burn_in, "burn_in", owner)
    if num_chains == 1 or seed_number(seed, owner) is None:
        raise ValueError(
            f"{owner} expects at least 2 chains, and a seed. Received: num_chains={num_chains}, "
            f"seed={seed}."
        )
    yes_or_no(reverse, "reverse", owner)
    betas = _inverse_temperatures(num_temperatures)
    network = type(rbm).__name__
    rbm, data = rbm.undirected_part(ops.cast(data, "float32"))
    if rbm is None:
        raise ValueError(
            f"{owner} estimates a partition function, which a {network} has none of: its "
            "probabilities sum to 1. Use lower_bound."
        )
    path = Tempered(rbm.of_shape(data.shape[1:]), rbm.base_bias(data))
    base_row = path.base_bias[None]
    if reverse:
        rows = np.random.default_rng(seed).integers(len(data), size=num_chains)
        visible = rbm.continued(ops.take(data, rows, axis=0), burn_in)
        betas = betas[::-1]
    else:
        field = ops.repeat(base_row, num_chains, axis=0)
        visible = rbm.visible.sample(field, StepSeeds(seed, 0))
    log_weight = ops.zeros((num_chains,))
    progress = keras.utils.Progbar(len(betas) - 1, verbose=verbose, unit_name="temperature")
    anneal = rbm.program(_anneal, data.shape[1:])
    for start in range(0, len(betas) - 1, TEMPERATURES_A_CALL):
        part = betas[start : start + TEMPERATURES_A_CALL + 1]
        number = len(part) - 1
        # XLA compiles for every shape: the last call gets as many, and takes fewer.
        part = np.pad(part, (0, TEMPERATURES_A_CALL - number), mode="edge")
        part = ops.convert_to_tensor(part, "float32")
        first = ops.convert_to_tensor([seed, start + 1], "int64")
        visible, log_weight = anneal(
            base_row, visible, log_weight, part, first, ops.convert_to_tensor(number)
        )
        progress.add(number)
    base = float(path.base_log_partition())
    ratio = log_mean_exp(ops.convert_to_numpy(log_weight))
    if reverse:
        return Estimate(base - ratio.mean, base - ratio.high, base - ratio.low)
    return Estimate(*(base + end for end in ratio))


def _anneal(rbm, base_row, visible, log_weight, betas, first, number):
    path = Tempered(rbm.of_shape(base_row.shape[1:]), base_row[0])
    seed, first_step = first[0], ops.cast(first[1], "int32")

    def step(k, state):
        visible, log_weight = state
        field = path.machine.hidden_field(visible)
        log_weight += path.log_weight(visible, field, betas[k], betas[k + 1])
        seeds = StepSeeds(seed, first_step + k)
        return path.gibbs_step(field, betas[k + 1], seeds), log_weight

    return ops.fori_loop(0, number, step, (visible, log_weight))


def _inverse_temperatures(num_temperatures):
    if np.ndim(num_temperatures) == 0:
        number = positive_integer(
            num_temperatures, "num_temperatures", "annealed_importance_sampling"
        )
        return np.linspace(0.0, 1.0, number + 1)
    betas = np.asarray(num_temperatures, "float64")
    if len(betas) < 2 or betas[0] != 0 or betas[-1] != 1 or (np.diff(betas) <= 0).any():
        raise ValueError(
            "annealed_importance_sampling expects inverse temperatures that increase from 0 to 1. "
            f"Received: {num_temperatures}."
        )
    return betas


def log_mean_exp(log_weights: ArrayLike) -> Estimate:
    """Returns the logarithm of the mean of weights, and of the mean -+ 3 standard errors."""
    log_weights = np.asarray(log_weights, "float64")
    top = log_weights.max()
    weights = np.exp(log_weights - top)
    mean = weights.mean()
    error = 3 * weights.std(ddof=1) / math.sqrt(len(weights)) / mean
    low = math.log1p(-error) if error < 1 else -math.inf
    center = top + math.log(mean)
    return Estimate(float(center), float(center + low), float(center + math.log1p(error)))
