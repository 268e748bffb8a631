"""How models of this package train fast and fail readably."""

import contextlib

import keras
from keras import ops

from kerasdeep import backend
from kerasdeep.callbacks import StopOnDivergence
from kerasdeep.training import data as inputs

# Python takes as long between two steps as a small model for a step; see benchmarks/README.md.
BATCHES_PER_CALL = 20
BATCH_HOOKS = ("on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end")
# What `fit` reports of the training data is measured on every so many-th row of a batch: with all
# rows, metrics took a third of the time of a step.
METRIC_EVERY = 10
# Weight decay leaves alone what is no weight between units.
NOT_DECAYED = ["bias", "log_variance"]


class BatchedModel(keras.Model):
    """Base class of the models of this package that train by steps of their own.

    Where `compile` got no `steps_per_execution`, `fit` and `evaluate` hand 20 batches at once to
    the compiled graph. The weights are the same, bit for bit, and callbacks that are written to see
    every batch get every batch. Bad data is a ValueError, wherever it is found.
    """

    # What a model answers of itself; others answer otherwise.
    learns_from_labels = False
    num_classes = None

    @property
    def bottom(self):
        """The layer that sees the data: of a stack the lowest, else the model itself."""
        return self

    @property
    def layer_in_training(self):
        """The layer that learns at the moment: of a stack one of them, else the model itself."""
        return self

    @property
    def row_shape(self):
        """Shape of one row of data, None where any size will do."""
        return (self.kernel.shape[0],)

    def total_epochs(self, epochs):
        """Returns how many epochs `fit(epochs=epochs)` has."""
        return epochs

    def compile(self, optimizer, **kwargs):
        if unexpected := {"loss", "metrics", "weighted_metrics", "loss_weights"} & set(kwargs):
            raise ValueError(
                f"{type(self).__name__} has its own objective and metrics. Received: "
                f"{', '.join(sorted(unexpected))}. To train with another loss, use it as a layer "
                "of a keras.Sequential."
            )
        super().compile(optimizer=optimizer, **kwargs)
        # Of a wrapper for mixed precision, the optimizer within.
        stepper = getattr(self.optimizer, "inner_optimizer", self.optimizer)
        if stepper is not None and stepper.weight_decay and not stepper.built:
            stepper.exclude_from_weight_decay(var_names=NOT_DECAYED)
        self._compile_arguments = kwargs
        self._traced_for = {}

    def _build_training(self):
        """Makes the variables of the optimizer, once the model has both weights and optimizer."""
        if self.built and self.compiled:
            self.optimizer.build(self.trainable_variables)

    def _checked(self, visible):
        """Returns visible values; where the visible units cannot have them, the step stops."""
        if self.jit_compile:  # XLA compiles no assertions
            return visible
        name = type(self).__name__
        parts = [
            backend.check_values(own, unit.support, inputs.expected_values(name, unit))
            for unit, own in self.visible.split(visible)
        ]
        return parts[0] if len(parts) == 1 else ops.concatenate(parts, axis=-1)

    def _flat(self, sample_weight):
        """Returns sample weights as float32 of shape `(batch,)`, or None for none."""
        if sample_weight is None:
            return None
        return ops.reshape(ops.cast(sample_weight, "float32"), (-1,))

    def get_compile_config(self):
        if not self.compiled:
            return None
        optimizer = keras.saving.serialize_keras_object(self.optimizer)
        return {"optimizer": optimizer, **self._compile_arguments}

    def compile_from_config(self, config):
        self.compile(**{k: keras.saving.deserialize_keras_object(v) for k, v in config.items()})

    def evaluate(self, *args, **kwargs):
        """Returns the metrics of data; arguments and result as of `keras.Model.evaluate`."""
        if "_use_cached_eval_dataset" in kwargs:  # Keras's own call from within fit
            return super().evaluate(*args, **kwargs)
        number = batches_per_call([], kwargs.get("steps"))
        with backend.readable_data_errors(), self._batches_per_call(number, "test_function"):
            return super().evaluate(*args, **kwargs)

    def train_on_batch(self, *args, **kwargs):
        """Makes one update; arguments and result as of `keras.Model.train_on_batch`."""
        with backend.readable_data_errors():
            return super().train_on_batch(*args, **kwargs)

    def test_on_batch(self, *args, **kwargs):
        """Measures one batch; arguments and result as of `keras.Model.test_on_batch`."""
        with backend.readable_data_errors():
            return super().test_on_batch(*args, **kwargs)

    def _fit(self, arguments, *callbacks):
        """Runs `keras.Model.fit` with named arguments; our callbacks come before the user's."""
        counts = arguments.get("steps_per_epoch"), arguments.get("validation_steps")
        number = batches_per_call(arguments["callbacks"], *counts)
        arguments["callbacks"] = [*callbacks, StopOnDivergence(), *arguments["callbacks"]]
        functions = "train_function", "test_function"
        with backend.readable_data_errors(), self._batches_per_call(number, *functions):
            return super().fit(**arguments)

    @contextlib.contextmanager
    def _batches_per_call(self, number, *functions):
        """Sets the default of `steps_per_execution`, and drops functions made for another."""
        chosen = self.steps_per_execution
        if self.run_eagerly or "steps_per_execution" in self._compile_arguments:
            number = chosen
        for name in functions:
            if self._traced_for.setdefault(name, number) != number:
                setattr(self, name, None)
                self._traced_for[name] = number
        self.steps_per_execution = number
        try:
            yield
        finally:
            self.steps_per_execution = chosen


def batches_per_call(callbacks, *counts):
    """Returns how many batches one call of the compiled graph should take.

    Args:
        callbacks: the user's callbacks.
        *counts: numbers of batches that must be kept to exactly, or None. A call takes a divisor
            of them, because Keras counts in calls.
    """
    if any(watches_batches(callback) for callback in callbacks):
        return 1
    divides = (
        number
        for number in range(BATCHES_PER_CALL, 0, -1)
        if all(count % number == 0 for count in counts if count)
    )
    return next(divides)


def watches_batches(callback):
    """Whether a callback was written, or asked, to act between two batches."""
    if type(callback).__module__.startswith("keras."):
        frequency = getattr(callback, "save_freq", getattr(callback, "update_freq", "epoch"))
        return isinstance(frequency, int) or any(hook in vars(callback) for hook in BATCH_HOOKS)
    return any(
        getattr(type(callback), hook) is not getattr(keras.callbacks.Callback, hook)
        for hook in BATCH_HOOKS
    )
