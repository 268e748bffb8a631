"""Stacks of models that are trained one after the other, each on what those below make of data."""

from collections.abc import Sequence
from typing import Any, Self

import keras
import numpy as np
from keras import ops
from keras.optimizers import Optimizer

from kerasdeep import backend, samplers
from kerasdeep.backend.types import ArrayLike, Tensor
from kerasdeep.training.layer_by_layer import EndOfLayer, GreedySchedule, with_all_columns
from kerasdeep.training.measured import copies_of
from kerasdeep.training.model import TrainedModel
from kerasdeep.training.stages import Stages
from kerasdeep.units.base import Unit

ENDED = "ended_layers"


class GreedyStack(Stages, TrainedModel):
    """Base class of stacks that are trained greedily.

    Anything can be a layer that is a `TrainedModel`, and so fits, and that has
    `propagate(values, mean_field)`, which gives the next layer its data: means or samples of what
    the layer makes of values. `fit` trains the layers in turn: one call, one History, epochs
    counted through. Lower layers are computed as the data passes, never stored.

    Args:
        layers: list of the models, from the bottom up.
        mean_field: whether a layer learns from the means of the one below it, or, if False, from
            samples, drawn anew in every step. Default True.

    Attributes:
        stack: the layers, from the bottom up.
    """

    prefix = "layer"
    shows_layers = True

    def __init__(
        self, layers: Sequence[TrainedModel], mean_field: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if len({id(layer) for layer in layers}) < len(layers):
            raise ValueError(
                f"{type(self).__name__} expects a model of its own for each layer. Received: the "
                "same object twice."
            )
        self.stack = list(layers)
        self.mean_field = mean_field
        self.training_layer = None
        self.ended_layers = []
        self._in_fit = False

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        for number, layer in enumerate(self.stack):
            input_shape = self.layer_input_shape(number, input_shape)
            layer.build(input_shape)
            input_shape = layer.compute_output_shape(input_shape)
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        for number, layer in enumerate(self.stack):
            inputs = layer(self.layer_input(number, inputs, None))
        return inputs

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        for number, layer in enumerate(self.stack):
            input_shape = layer.compute_output_shape(self.layer_input_shape(number, input_shape))
        return input_shape

    def bottom(self) -> TrainedModel:
        return self.stack[0]

    def layer_in_training(self) -> TrainedModel:
        return self if self.training_layer is None else self.stages()[self.training_layer]

    @property
    def visible_unit(self) -> Unit:
        return self.stack[0].visible_unit

    @property
    def expected_rank(self) -> int:
        return self.stack[0].expected_rank

    @property
    def measured_every(self) -> int | None:
        return self.layer_in_training().measured_every if self.training_layer is not None else 1

    @property
    def row_shape(self) -> tuple[int | None, ...]:
        return self.stack[0].row_shape

    def propagate(
        self, visible: ArrayLike, num_layers: int | None = None, mean_field: bool = True
    ) -> Tensor:
        """Passes data up: the mean-field pass, or a sample of every layer in turn.

        Args:
            visible: array of shape `(batch, num_visible)`.
            num_layers: through how many layers. Default None: all.
            mean_field: whether to pass means up, or samples. Default True.

        Returns:
            Values of the hidden units of the last layer passed, shape `(batch, num_hidden)`.
        """
        backend.check_built(self)
        values = ops.cast(visible, "float32")
        for number, layer in enumerate(self.stack[:num_layers]):
            values = layer.propagate(self.layer_input(number, values, None), mean_field)
        return values

    def layer_input(self, number: int, values: Tensor, label: Tensor | None) -> Tensor:
        """Returns what a layer sees: values from below, which labels may join in a subclass.

        Args:
            number: number of the layer, from 0.
            values: what the layers below made of the data.
            label: labels of the rows, None where they are not known.
        """
        return values

    def training_input(self, number: int, values: Tensor, label: Tensor | None) -> Tensor:
        """Returns what a layer learns from: `layer_input`, unless a part of it is drawn."""
        return self.layer_input(number, values, label)

    def layer_input_shape(
        self, number: int, shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Returns the shape of what `layer_input` returns for values of a shape."""
        return shape

    # Training.

    @property
    def optimizer(self) -> Optimizer | None:
        """Optimizer of the layer in training; where none is, of the first layer."""
        if self._in_fit and self.training_layer is None:
            return None  # at its end Keras would finalize it, with the weights of all layers
        return getattr(self.stack[self.training_layer or 0], "optimizer", None)

    @optimizer.setter
    def optimizer(self, value: Any) -> None:
        """Ignores what Keras sets: `compile` gives each layer its own."""

    def _build_training(self):
        """Leaves it to the layers."""

    def compile(
        self,
        optimizer: str | Optimizer | Sequence[str | Optimizer] = "sgd",
        sampler: str | samplers.Sampler | Sequence[str | samplers.Sampler] = "cd",
        **kwargs: Any,
    ) -> None:
        """Configures the training of every layer.

        Args:
            optimizer: a Keras optimizer or its name, copied for each layer; or a list with one a
                layer. Default `"sgd"`.
            sampler: a sampler or its name, likewise. Default `"cd"`.
            **kwargs: as in `RBM.compile`.

        Raises:
            ValueError: for a list of another length than the layers.
        """
        chosen = self._one_a_stage(sampler, "sampler", samplers.get)
        self._compile_layers(optimizer, [{"sampler": own} for own in chosen], kwargs)

    def _compile_layers(self, optimizer, of_layers, arguments):
        """Compiles the layers with an optimizer each, what each is told, and what all are."""
        metrics = {k: arguments[k] for k in ("metrics", "weighted_metrics") if k in arguments}
        self._compile({k: v for k, v in arguments.items() if k not in metrics})
        optimizers = self._one_a_stage(optimizer, "optimizer", keras.optimizers.get)
        for layer, own, told in zip(self.stack, optimizers, of_layers, strict=True):
            layer.compile(own, **told | arguments | copies_of(metrics))

    def _compile(self, arguments):
        super().compile(optimizer=None, **arguments)
        # What Keras calls for batches, by the layer in training, as it was compiled: programs are
        # made once.
        self._functions = {}

    def _start_biases(self, rows):
        self.stack[0]._start_biases(ops.convert_to_numpy(self.layer_input(0, rows, None)))

    def _fit(self, arguments, *callbacks, rows):
        epochs = self._epochs_of_layers(arguments.get("epochs", 1))
        arguments["epochs"] = sum(epochs)
        schedule = self._schedule(epochs, rows)
        users = with_all_columns(arguments["callbacks"])
        arguments["callbacks"] = [*users, EndOfLayer(schedule, users)]
        self._in_fit, self.last_finished = True, None
        try:
            return super()._fit(arguments, schedule, *callbacks, rows=rows)
        finally:
            self._in_fit = False
            self.train_layer(None)
            self.ended_layers = []

    def _schedule(self, epochs, rows):
        """Returns the callback that makes the layers learn in turn."""
        return GreedySchedule(epochs, rows)

    def start_layer(self, number: int, rows: np.ndarray | None) -> list[keras.callbacks.Callback]:
        """Starts the biases of a layer from data; returns the callbacks that it has of its own.

        Args:
            number: number of the layer, from 0.
            rows: data that the stack sees, None where there is none to be seen before training.
        """
        if rows is None:
            return []
        layer, values = self.stack[number], self.propagate(rows, number)
        values = ops.convert_to_numpy(self.layer_input(number, values, None))
        layer._start_from(values)
        return layer._callbacks(values, self.log_prefix(number))

    def train_layer(self, number: int | None) -> None:
        """Makes a step serve one layer, counted from 0, or, by None, all."""
        self.training_layer = number
        key = self._program_key(number)
        self.train_function, self.test_function = self._functions.get(key, (None, None))
        self.make_train_function()
        self.make_test_function()
        self._functions[key] = self.train_function, self.test_function

    def _program_key(self, number):
        return number, self.layer_in_training().compilations

    def make_train_function(self, force: bool = False) -> None:
        if force:
            self._functions.clear()
        super().make_train_function(force)

    def log_prefix(self, number: int) -> str:
        """Returns what stands before the metrics of a layer in logs and History."""
        return f"{self.prefix}_{number + 1}_"

    def log_names(self, logs: dict[str, float]) -> set[str]:
        """Returns the names of what all stages log, given what the one in training does."""
        prefixes = [self.log_prefix(number) for number in range(len(self.stack))]
        now = self.log_prefix(self.training_layer)
        # A `val_` may stand before a prefix.
        return {name.replace(now, prefix) for name in logs for prefix in prefixes}

    def own_metrics(self) -> list[keras.metrics.Metric]:
        return [metric for layer in self.stack for metric in layer.metrics]

    def get_metrics_result(self) -> dict[str, Tensor]:
        numbers = range(len(self.stack)) if self.training_layer is None else [self.training_layer]
        found = {number: self.stack[number].get_metrics_result() for number in numbers}
        loss = sum(logs.pop("loss") for logs in found.values())
        named = {
            self.log_prefix(number) + name: value
            for number, logs in found.items()
            for name, value in logs.items()
        }
        return {"loss": loss, **named}

    def _batch(self, data):
        visible, label, weight = keras.utils.unpack_x_y_sample_weight(data)
        label = label if self.learns_from_labels else None
        return self._checked(visible), label, self._checked_weight(weight)

    def _update(self, visible, label, weight):
        number = self.training_layer
        if number is None:
            raise ValueError(
                f"{type(self).__name__} trains layer by layer. Use fit, or train_on_batch of one "
                "layer."
            )
        values = self.propagate(visible, number, self.mean_field)
        self._update_layer(number, values, label, weight)

    def _update_layer(self, number, values, label, weight):
        self.stack[number]._update(self.training_input(number, values, label), weight)

    def _measure_layer(self, number, values, label, weight):
        self.stack[number]._measure(self.layer_input(number, values, label), weight)

    def _measure(self, values, label, weight):
        for number, layer in enumerate(self.stack):
            if self.training_layer in (None, number):
                self._measure_layer(number, values, label, weight)
            values = layer.propagate(self.layer_input(number, values, None))

    # Saving.

    def save_own_variables(self, store: Any) -> None:
        """Saves, within `fit`, after which epochs layers ended: some end before their time."""
        super().save_own_variables(store)
        if self._in_fit and self.ended_layers:
            store[ENDED] = np.array(self.ended_layers)

    def load_own_variables(self, store: Any) -> None:
        own = {name: store[name] for name in store.keys()}  # noqa: SIM118 no dict
        self.ended_layers = [int(epoch) for epoch in own.pop(ENDED, [])]
        super().load_own_variables(own)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "layers": [keras.saving.serialize_keras_object(layer) for layer in self.stack],
            "mean_field": self.mean_field,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        layers = [keras.saving.deserialize_keras_object(layer) for layer in config["layers"]]
        return cls(**{**config, "layers": layers})

    def get_compile_config(self) -> dict[str, Any] | None:
        return {"compiled": True, **self._compile_arguments} if self.compiled else None

    def compile_from_config(self, config: dict[str, Any]) -> None:
        # The layers were compiled one by one, when `from_config` made them.
        arguments = {name: value for name, value in config.items() if name != "compiled"}
        self._compile(arguments)
