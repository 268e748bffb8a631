"""Callbacks that watch an energy model learn."""

import math

import keras
import numpy as np

from kerasdeep import backend, pictures


class StopOnDivergence(keras.callbacks.Callback):
    """Stops training, with an error, as soon as a reported number is NaN or infinite.

    Added by the `fit` of every model of this package.

    Raises:
        FloatingPointError: in `fit`; the message names the likely cause.
    """

    @property
    def optimizer(self):
        """The optimizer that is at work: the model's own, or that of the layer in training."""
        return (getattr(self.model, "trained_rbm", None) or self.model).optimizer

    def on_train_batch_end(self, batch, logs=None):
        broken = [name for name, value in (logs or {}).items() if not np.isfinite(value)]
        if broken:
            rate = float(self.optimizer.learning_rate)
            raise FloatingPointError(
                f"Training diverged: {', '.join(broken)} became NaN or infinite at batch {batch}. "
                f"The likely cause is the learning rate, now {rate:g}: try {rate / 10:g}, or pass "
                "global_clipnorm to the optimizer. Gaussian units need standardized data and small "
                "rates."
            )


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

    def __init__(self, rows, rbm=None, prefix="", num_rows=1000):
        super().__init__()
        self.rows = rows[:: max(1, len(rows) // num_rows)][:num_rows]
        self.rbm = rbm
        self.prefix = prefix

    def on_epoch_end(self, epoch, logs=None):
        validation = (logs or {}).get(f"val_{self.prefix}free_energy")
        if validation is not None:
            training = float(keras.ops.mean((self.rbm or self.model).free_energy(self.rows)))
            logs[f"{self.prefix}free_energy_gap"] = validation - training


class SamplerSchedule(keras.callbacks.Callback):
    """Changes the sampler at the beginning of epochs, for example from CD-1 to CD-9.

    Args:
        steps: dict from the number of an epoch, from 0, to the Gibbs steps a training step from
            then on. Default None: as they are.
        active_chains: likewise, how many of the persistent chains move and count. Default None.

    Raises:
        ValueError: in `fit`, for a sampler that does not have what should change.

    Example:

    >>> rbm.fit(x, epochs=40, callbacks=[SamplerSchedule(steps={0: 1, 10: 3, 20: 5, 30: 9})])

    Reference: Salakhutdinov, Mnih, Hinton (2007), Restricted Boltzmann machines for collaborative
    filtering. ICML, section 2.2.
    """

    def __init__(self, steps=None, active_chains=None):
        super().__init__()
        self.schedules = {
            name: dict(sorted(schedule.items()))
            for name, schedule in (("steps", steps), ("active_chains", active_chains))
            if schedule is not None
        }

    def on_epoch_begin(self, epoch, logs=None):
        sampler = (getattr(self.model, "trained_rbm", None) or self.model).sampler
        for name, schedule in self.schedules.items():
            begun = [number for first, number in schedule.items() if first <= epoch]
            if begun and getattr(sampler, name, None) != begun[-1]:
                sampler.change(**{name: begun[-1]})
                self.model.make_train_function(force=True)


class Pictures(keras.callbacks.Callback):
    """Writes pictures to TensorBoard as training goes on: filters, reconstructions, fantasies.

    Args:
        log_dir: folder of the TensorBoard logs.
        images: images to reconstruct, shape `(num_images, num_visible)`.
        image_shape: `(height, width)` or `(height, width, channels)`.
        every: epochs between two sets of pictures, at least 1. Default 10.
        steps: Gibbs steps of each fantasy. Default 100.

    Example:

    >>> rbm.fit(x, epochs=30, callbacks=[Pictures("logs", x[:20], (28, 28))])
    """

    def __init__(self, log_dir, images, image_shape, every=10, steps=100):
        super().__init__()
        if math.prod(image_shape) != images.shape[1]:
            raise ValueError(
                f"Pictures expects images of {math.prod(image_shape)} values for image_shape="
                f"{tuple(image_shape)}. Received: images of shape {tuple(images.shape)}."
            )
        self.log_dir = log_dir
        self.images = images
        self.image_shape = image_shape
        self.every = every
        self.steps = steps

    def on_epoch_end(self, epoch, logs=None):
        if (epoch + 1) % self.every:
            return
        model = self.model
        bottom = getattr(model, "rbms", [model])[0]
        shape = self.image_shape
        samples = model.sample(len(self.images), self.steps, mean=True)
        figures = {
            "filters": pictures.filters(bottom.kernel, shape),
            "reconstructions": pictures.reconstructions(
                self.images, model.reconstruct(self.images), shape
            ),
            "fantasies": pictures.fantasies(samples[None], [self.steps], shape),
        }
        backend.write_images(self.log_dir, figures, epoch)
