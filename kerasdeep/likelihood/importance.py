"""Likelihoods by importance sampling, of models that say the weight of a draw."""

import keras
import numpy as np

from kerasdeep import backend
from kerasdeep.backend.types import ArrayLike

ROWS_A_BATCH = 1000


def importance_log_likelihood(
    model: keras.Model, visible: ArrayLike, num_draws: int = 100
) -> np.ndarray:
    r"""Estimates $\log p(x)$ of each row by draws from the encoder,

    $$\log \frac1K \sum_{k=1}^{K} \frac{p(x, z_k)}{q(z_k \mid x)}, \qquad z_k \sim q(z \mid x),$$

    on average a lower bound, tighter than that of one draw, and the tighter the more draws.

    Args:
        model: a built `VariationalAutoencoder`.
        visible: array of rows, as `fit` takes them.
        num_draws: $K \geq 1$. Default 100.

    Returns:
        NumPy array of shape `(num_rows,)`, in nats.

    Raises:
        ValueError: for another model.

    Example:

    >>> importance_log_likelihood(vae, x_test, num_draws=1000).mean()

    Reference: Burda, Grosse, Salakhutdinov (2016), Importance weighted autoencoders. ICLR.
    """
    num_draws = backend.positive_integer(num_draws, "num_draws", "importance_log_likelihood")
    if not hasattr(model, "log_weight"):
        raise ValueError(
            "importance_log_likelihood expects a VariationalAutoencoder. Received: "
            f"{type(model).__name__}. See kerasdeep.likelihood for other estimates."
        )
    visible = np.asarray(visible, "float32")
    total = np.full(len(visible), -np.inf)
    for _ in range(num_draws):
        for start in range(0, len(visible), ROWS_A_BATCH):
            own = slice(start, start + ROWS_A_BATCH)
            weight = np.asarray(model.log_weight(visible[own]), "float64")
            total[own] = np.logaddexp(total[own], weight)
    return total - np.log(num_draws)
