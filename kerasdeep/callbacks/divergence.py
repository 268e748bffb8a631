"""Stops a training that has broken down."""

import keras
import numpy as np

from kerasdeep.callbacks.learner import learner


class StopOnDivergence(keras.callbacks.Callback):
    """Stops training, with an error, as soon as a reported number is NaN or infinite.

    Added by the `fit` of every model of this package.

    Raises:
        FloatingPointError: in `fit`; the message names the likely cause.
    """

    def on_train_batch_end(self, batch, logs=None):
        broken = [name for name, value in (logs or {}).items() if not np.isfinite(value)]
        if broken:
            rate = float(learner(self.model).optimizer.learning_rate)
            raise FloatingPointError(
                f"Training diverged: {', '.join(broken)} became NaN or infinite at batch {batch}. "
                f"The likely cause is the learning rate, now {rate:g}: try {rate / 10:g}, or pass "
                "global_clipnorm to the optimizer. Gaussian units need standardized data and small "
                "rates."
            )
