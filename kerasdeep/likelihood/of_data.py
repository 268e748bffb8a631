r"""Likelihoods of data: under a model whose partition function is known, and from samples alone."""

import math

import numpy as np
from keras import ops

from kerasdeep.backend.types import ArrayLike
from kerasdeep.energies.harmonium import Harmonium
from kerasdeep.likelihood.annealing import Estimate
from kerasdeep.likelihood.exact import exact_log_partition

ROWS_A_BATCH = 1000


def log_likelihood(
    rbm: Harmonium, visible: ArrayLike, log_partition: float | Estimate | None = None
) -> np.ndarray:
    r"""Returns $\log p(v) = -F(v) - \log Z$ of each row.

    Args:
        rbm: a built `RBM`.
        visible: array of shape `(num_rows, num_visible)`.
        log_partition: $\log Z$ in nats, or an `Estimate` of it, whose mean counts. Default None:
            exact, for models with at most $2^{20}$ states of a layer.

    Returns:
        NumPy array of shape `(num_rows,)`, in nats.

    Raises:
        ValueError: without `log_partition`, for a model that is too large to be summed over; for
            no rows.

    Example:

    >>> log_likelihood(rbm, x_test).mean()
    """
    if log_partition is None:
        log_partition = exact_log_partition(rbm)
    if isinstance(log_partition, Estimate):
        log_partition = log_partition.mean
    visible = np.asarray(visible, "float32")
    if not len(visible):
        raise ValueError(f"Expected at least one row of data. Received: shape {visible.shape}.")
    batches = (visible[i : i + ROWS_A_BATCH] for i in range(0, len(visible), ROWS_A_BATCH))
    free_energy = [ops.convert_to_numpy(rbm.free_energy(batch)) for batch in batches]
    return -np.concatenate(free_energy).astype("float64") - log_partition


def lower_bound(
    dbm: Harmonium, visible: ArrayLike, log_partition: float | Estimate | None = None
) -> np.ndarray:
    r"""Returns a lower bound of $\log p(v)$ of each row, $-F(v) - \log Z$.

    $F$ is the variational free energy of a deep machine, found by mean field, so that the slack is
    $\mathrm{KL}(q(h) \,\|\, p(h \mid v))$; of a machine with one hidden layer the bound is exact.
    Of networks with directed layers $F$ is of one draw from their recognition weights, anew at
    every call: a bound on average over rows.

    Args:
        dbm: a built `DBM`, `DBN`, `GenerativeDBN` or `SigmoidBeliefNetwork`.
        visible, log_partition: as of `log_likelihood`.

    Returns:
        NumPy array of shape `(num_rows,)`, in nats.

    Example:

    >>> log_z = annealed_importance_sampling(dbm, x_train)
    >>> lower_bound(dbm, x_test, log_z.mean).mean()

    Reference: Salakhutdinov, Hinton (2009), Deep Boltzmann machines, section 3.2. AISTATS.
    """
    return log_likelihood(dbm, visible, log_partition)


def free_energy_gap(rbm: Harmonium, training: ArrayLike, validation: ArrayLike) -> float:
    r"""Returns $\overline{F}(\text{validation}) - \overline{F}(\text{training})$, in nats.

    The unknown partition function cancels. Near zero for a model that finds both as probable;
    growing while it overfits.

    Args:
        rbm: a built `RBM`.
        training: rows that it learned from.
        validation: rows that it did not.

    Reference: Hinton (2012), A practical guide to training RBMs, section 6.
    """
    return float(
        log_likelihood(rbm, training, 0.0).mean() - log_likelihood(rbm, validation, 0.0).mean()
    )


def parzen_log_likelihood(samples: ArrayLike, data: ArrayLike, bandwidth: float) -> Estimate:
    r"""Log-likelihood of data under Gaussians around samples, to compare with old tables.

    $$\log p(v) = \log \frac1n \sum_{i=1}^{n} \mathcal{N}(v;\, v_i, \sigma^2 I).$$

    It says little of a model in high dimensions: k-means centres score higher than the data itself.

    Args:
        samples: rows drawn from a model, shape `(num_samples, ...)`.
        data: rows to measure, shape `(num_rows, ...)`; at least two.
        bandwidth: $\sigma > 0$; `parzen_bandwidth` chooses it.

    Returns:
        `Estimate` of the mean over `data`, in nats.

    Raises:
        ValueError: for no samples, rows of different sizes, fewer than two, values that are not
            finite, or a bandwidth that is not above zero or not finite.

    References: Goodfellow et al. (2014), Generative adversarial nets, section 5. Theis, van den
    Oord, Bethge (2016), A note on the evaluation of generative models.
    """
    samples, data = (np.asarray(rows, "float64") for rows in (samples, data))
    if (
        min(len(samples), len(data) - 1) < 1
        or samples[0].size != data[0].size
        or (not 0 < bandwidth < math.inf)
    ):
        raise ValueError(
            "parzen_log_likelihood expects samples and at least two rows of as many values, and a "
            f"finite bandwidth above 0. Received: shapes {samples.shape} and {data.shape}, "
            f"bandwidth {bandwidth!r}."
        )
    if not (np.isfinite(samples).all() and np.isfinite(data).all()):
        raise ValueError("parzen_log_likelihood expects finite rows. Received: NaN or infinity.")
    samples, data = (rows.reshape(len(rows), -1) for rows in (samples, data))
    num_samples, num_visible = samples.shape
    centre = samples.mean(axis=0)  # far from zero, squares would lose their digits
    samples, data = ((rows - centre).astype("float32") for rows in (samples, data))
    normalizer = num_visible * math.log(bandwidth * math.sqrt(2 * math.pi)) + math.log(num_samples)
    squares = np.square(samples).sum(axis=1)
    log_p = []
    for start in range(0, len(data), ROWS_A_BATCH):
        rows = data[start : start + ROWS_A_BATCH]
        distances = squares - 2 * rows @ samples.T + np.square(rows).sum(axis=1)[:, None]
        exponents = ops.convert_to_tensor(-distances / (2 * bandwidth**2))
        log_p.append(ops.convert_to_numpy(ops.logsumexp(exponents, axis=1)) - normalizer)
    log_p = np.concatenate(log_p)
    mean, error = float(log_p.mean()), 3 * float(log_p.std(ddof=1)) / math.sqrt(len(log_p))
    return Estimate(mean, mean - error, mean + error)


def parzen_bandwidth(samples: ArrayLike, validation: ArrayLike) -> float:
    r"""Returns the $\sigma$ of ten from 0.1 to 1 that finds validation rows most probable."""
    candidates = np.logspace(-1.0, 0.0, 10)
    return float(
        max(candidates, key=lambda sigma: parzen_log_likelihood(samples, validation, sigma).mean)
    )
