"""Watches for overfitting."""

import keras
import numpy as np

from kerasdeep.energies.harmonium import Harmonium


class FreeEnergyGap(keras.callbacks.Callback):
    r"""Adds `free_energy_gap`, $\overline{F}(\text{validation}) - \overline{F}(\text{training})$.

    Both averages are taken with the weights at the end of the epoch, so the unknown partition
    function cancels. The gap starts near zero and grows when the model overfits. Added by the `fit`
    of an RBM; reported in epochs that validate.

    Args:
        rows: training data, shape `(num_rows, num_visible)`; at most `num_rows` of it are used.
        rbm: the RBM to look at. Default None: the model that is trained.
        prefix: what stands before `free_energy` among the logged names. Default none.
        num_rows: at least 1. Default 1000.

    Reference: Hinton (2012), A practical guide to training RBMs, section 6.
    """

    def __init__(
        self, rows: np.ndarray, rbm: Harmonium | None = None, prefix: str = "", num_rows: int = 1000
    ) -> None:
        super().__init__()
        self.rows = rows[:: max(1, len(rows) // num_rows)][:num_rows]
        self.rbm = rbm
        self.prefix = prefix

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        validation = (logs or {}).get(f"val_{self.prefix}free_energy")
        if validation is not None:
            training = float(keras.ops.mean((self.rbm or self.model).free_energy(self.rows)))
            logs[f"{self.prefix}free_energy_gap"] = validation - training
