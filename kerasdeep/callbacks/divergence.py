"""Stops a training that has broken down."""

import keras
import numpy as np

from kerasdeep.callbacks.learner import learner
from kerasdeep.units import Gaussian


class StopOnDivergence(keras.callbacks.Callback):
    """Stops training, with an error, as soon as a reported number is NaN or infinite.

    Or, at the end of an epoch, a weight.

    Added by the `fit` of every model of this package.

    Raises:
        FloatingPointError: in `fit`; the message names the likely cause.
    """

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        broken = [name for name, value in (logs or {}).items() if not np.isfinite(value)]
        self._stop(broken, f"at batch {batch}")

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        # Binary chains may hide what has become of the weights.
        weights = learner(self.model).trainable_weights
        broken = [weight.name for weight in weights if not np.isfinite(np.asarray(weight)).all()]
        self._stop(broken, f"in epoch {epoch + 1}")

    def _stop(self, broken, when):
        if not broken:
            return
        one = learner(self.model)
        optimizers = filter(None, [one.optimizer, getattr(one, "discriminator_optimizer", None)])
        rates = [float(optimizer.learning_rate) for optimizer in optimizers]
        now, smaller = (" and ".join(f"{rate / by:g}" for rate in rates) for by in (1, 10))
        unit_types = (getattr(one, side, None) for side in ("visible", "hidden"))
        gaussian = any(isinstance(unit, Gaussian) for unit in unit_types)
        advice = " Gaussian units need standardized data and small rates." if gaussian else ""
        raise FloatingPointError(
            f"Training diverged: {', '.join(broken)} became NaN or infinite {when}. "
            f"The likely cause is the learning rate, now {now}: try {smaller}, or pass "
            f"global_clipnorm to the optimizer.{advice}"
        )
