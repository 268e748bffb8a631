"""Stacks that are trained layer by layer first, and then as a whole."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops
from keras.optimizers import Optimizer

from kerasdeep import samplers
from kerasdeep.backend.registration import serialized
from kerasdeep.backend.types import Tensor
from kerasdeep.training.greedy import GreedyStack
from kerasdeep.training.measured import MeasuredModel
from kerasdeep.training.model import MEASURED_EVERY, TrainedModel
from kerasdeep.training.sampled import SampledModel


class JointStack(GreedyStack, SampledModel):
    """Base class of stacks with a training of their own, which follows that of their layers.

    `fit` trains the layers in turn and then the whole: one call, one History, epochs counted
    through. What layers log starts with their name, what the whole logs does not. Once the layers
    were joined, as they are when the highest has been trained, `fit` goes on with the whole alone,
    unless it is told the epochs of every stage; where it trains a layer again, the whole starts
    from its layers again. A subclass says of its own training

    - `_join(rows)`: how the whole starts from its layers, and from data, or None,
    - `_update_whole(visible, label, weight)` and `_measure_whole`, as `_update` and `_measure` of
      `TrainedModel`, and `own_metrics`,
    - `learned_variables()`, what its updates change.

    Args:
        layers, mean_field: as of `GreedyStack`.
        pretraining: whether layers are trained first, where `fit` gets one number of epochs.

    Attributes:
        joined: whether the layers were joined already, 0 or 1; a weight, so that files know.
    """

    def __init__(
        self,
        layers: Sequence[TrainedModel],
        mean_field: bool = True,
        pretraining: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(layers, mean_field, **kwargs)
        self.pretraining = pretraining and len(layers) > 1  # one layer is the whole

    def _add_joined(self):
        self.joined = self.add_weight(name="joined", shape=(), initializer="zeros", trainable=False)

    def stages(self) -> list[TrainedModel]:
        return [*self.stack, self]

    @property
    def measured_every(self) -> int | None:
        stage = self.layer_in_training()
        return MEASURED_EVERY if stage is self else stage.measured_every

    # Compiling.

    @property
    def optimizer(self) -> Optimizer | None:
        """Optimizer of the layer in training, or that of the whole."""
        if self._in_fit and self.training_layer is None:
            return None  # at its end Keras would finalize it, with the weights of all stages
        stage = self.layer_in_training()
        return getattr(self, "whole_optimizer", None) if stage is self else stage.optimizer

    @optimizer.setter
    def optimizer(self, value: Any) -> None:
        self.whole_optimizer = value

    def compile(
        self,
        optimizer: str | Optimizer | Sequence[str | Optimizer] = "sgd",
        sampler: str | samplers.Sampler | Sequence[str | samplers.Sampler] = "cd",
        **kwargs: Any,
    ) -> None:
        """Configures the training of every stage.

        Args:
            optimizer: a Keras optimizer or its name, copied for each stage; or a list with one a
                layer and one for the whole. Default `"sgd"`.
            sampler: sampler of the whole, or its name, while layers learn by contrastive
                divergence; or a list as of `optimizer`. Default `"cd"`.
            **kwargs: as in `RBM.compile`. Metrics are those of the whole.

        Raises:
            ValueError: for a list of another length than the stages.
        """
        if not isinstance(sampler, list | tuple):
            sampler = [*(samplers.ContrastiveDivergence() for _ in self.stack), sampler]
        *optimizers, own_optimizer = self._one_a_stage(optimizer, "optimizer", keras.optimizers.get)
        *chosen, own_sampler = self._one_a_stage(sampler, "sampler", samplers.get)
        self._compile_whole(own_optimizer, own_sampler, **kwargs)
        metrics = ("metrics", "weighted_metrics")
        options = {name: value for name, value in kwargs.items() if name not in metrics}
        for layer, own_optimizer, own_sampler in zip(self.stack, optimizers, chosen, strict=True):
            layer.compile(own_optimizer, own_sampler, **options)

    def _compile_whole(self, optimizer, sampler, **kwargs):
        SampledModel.compile(self, optimizer, sampler, **kwargs)
        self._functions = {}

    def _build_training(self):
        SampledModel._build_training(self)

    def get_compile_config(self) -> dict[str, Any] | None:
        if not self.compiled:
            return None
        optimizer, sampler = serialized(self.whole_optimizer), serialized(self.sampler)
        return {"optimizer": optimizer, "sampler": sampler, **self._compile_arguments}

    def compile_from_config(self, config: dict[str, Any]) -> None:
        # The layers were compiled one by one, when `from_config` made them.
        given = {k: keras.saving.deserialize_keras_object(value) for k, value in config.items()}
        self._compile_whole(**given)

    # Fitting.

    def _stages_in_words(self):
        return f"{len(self.stack)} layers and the whole"

    def _epochs_of_layers(self, epochs, pretraining=None):
        pretraining = self.pretraining if pretraining is None else pretraining
        if not isinstance(epochs, list | tuple) and not pretraining:
            epochs = [0] * len(self.stack) + [epochs]
        return super()._epochs_of_layers(epochs)

    def _fit(self, arguments, *callbacks, rows):
        # A training that goes on counts its epochs from the first stage.
        alone = self.is_joined() and not arguments.get("initial_epoch")
        epochs = self._epochs_of_layers(arguments.get("epochs", 1), False if alone else None)
        arguments["epochs"] = epochs
        history = super()._fit(arguments, *callbacks, rows=rows)
        if any(epochs[:-1]) and not self.is_joined():
            # The whole answers as its layers are now; it is their last word only where the highest
            # was trained, or had been before a training that went on.
            self._join(rows)
            self.joined.assign(epochs[-2] and self.last_finished in (None, len(self.stack) - 1))
        return history

    def is_joined(self) -> bool:
        """Returns whether the layers were joined already."""
        return self.built and bool(ops.convert_to_numpy(self.joined))

    def start_layer(self, number: int, rows: np.ndarray | None) -> list[keras.callbacks.Callback]:
        if number < len(self.stack):
            if self.is_joined():
                self.joined.assign(0)
            return super().start_layer(number, rows)
        self.join(rows)
        return [] if rows is None else self._callbacks_of_whole(rows)

    def join(self, rows: np.ndarray | None = None) -> None:
        """Makes one model of the trained layers, if that was not done yet; `fit` does so itself.

        Args:
            rows: rows of data, from which some biases and running means start. Default None.
        """
        if not self.is_joined():
            self._join(rows)
            self.joined.assign(1)

    def _join(self, rows):
        raise NotImplementedError

    def train_on_batch(self, x: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Makes one update of the whole, which starts from its layers and `x` if it has not yet."""
        if not self.is_joined():
            rows = ops.convert_to_numpy(x)
            self.check_rows(rows, self.row_shape[-1] if self.built else None)
            self.build((None, *rows.shape[1:]))
            self.join(rows)
        return super().train_on_batch(x, *args, **kwargs)

    def _callbacks_of_whole(self, rows):
        return []

    def _update(self, visible, label, weight):
        if self.layer_in_training() is self:
            self._update_whole(visible, label, weight)
        else:
            super()._update(visible, label, weight)

    def _measure(self, visible, label, weight):
        if self.layer_in_training() is self:
            self._measure_whole(visible, label, weight)
        else:
            super()._measure(visible, label, weight)

    # What is logged.

    def log_prefix(self, number: int) -> str:
        return "" if number == len(self.stack) else super().log_prefix(number)

    def log_names(self, logs: dict[str, float]) -> set[str]:
        users = self._compile_metrics.metrics if self._compile_metrics is not None else []
        own = {"loss", "free_energy_gap", *(one.name for one in [*self.own_metrics(), *users])}
        validated = any(name.startswith("val_") for name in logs)
        of_whole = own | {f"val_{name}" for name in own if validated}
        if self.layer_in_training() is self:
            return of_whole | set(logs)
        return of_whole | super().log_names(logs)

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        stage = self.layer_in_training()
        return MeasuredModel.metrics.fget(self) if stage is self else stage.metrics

    def get_metrics_result(self) -> dict[str, Tensor]:
        if self.layer_in_training() is self:
            return MeasuredModel.get_metrics_result(self)
        return super().get_metrics_result()

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "pretraining": self.pretraining}
