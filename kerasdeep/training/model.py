"""How the models of this package are trained: one `fit`, one step, for all of them."""

import contextlib
from typing import Any

import keras
import numpy as np

from kerasdeep import backend
from kerasdeep.backend.pipelines import QuietPipelines
from kerasdeep.backend.types import Tensor
from kerasdeep.callbacks import StopOnDivergence
from kerasdeep.training import arguments as given
from kerasdeep.training import data
from kerasdeep.training.apply import apply_gradients, spare_biases
from kerasdeep.training.batches import SingleBatches
from kerasdeep.training.checked import CheckedModel
from kerasdeep.training.compilers import has_many_weights, slow_by_xla
from kerasdeep.training.endpoints import Endpoint, predict, rows
from kerasdeep.training.loop import Loop, Position, batches_per_call

# What `fit` reports of the training data is measured on one batch in so many: with all of them,
# metrics took a third of the time of a step; with a few rows of each, a tenth.
MEASURED_EVERY = 10


class TrainedModel(SingleBatches, CheckedModel):
    """Base class of the models that train by steps of their own.

    A model says what it is by

    - `visible`, the unit type of its data, and `row_shape`,
    - `initialize_from(rows)`, which makes the weights and starts the biases,
    - `_update(rows, ..., weight)`, one training step: the batch that `_batch` returns changes the
      weights, the chains and the random state, and nothing else,
    - `_measure(rows, ..., weight)`, which updates the metrics alone: in `evaluate` for all batches,
      in `fit` for the first of every ten; or, where a step knows them anyway (`measured_every`
      None), `_update` measures too.

    All else is here. Single steps, loops of many steps in one compiled program and the replicas of
    `tf.distribute` run the same `_update`, see `kerasdeep.backend.replicas`. Where `compile` got no
    `steps_per_execution`, `fit` and `evaluate` hand up to 50 batches at once to the program, one
    where a callback acts between batches; the weights are the same. Bad data is a ValueError,
    wherever it is found.
    """

    # What a model answers of itself; others answer otherwise.
    measured_every = MEASURED_EVERY
    position = 0
    compilations = 0
    _in_loop = False
    _reference_rows = None
    _steps_of_epoch = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(autocast=False, **kwargs)
        backend.check_float32(self)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Lets whatever makes variables make them on the devices of the model, see `in_scope`."""
        super().__init_subclass__(**kwargs)
        for name in {"build", "compile"} & set(vars(cls)):
            setattr(cls, name, backend.in_scope(getattr(cls, name)))

    def add_weight(self, *args: Any, **kwargs: Any) -> keras.Variable:
        """Makes a weight that stays float32 under mixed precision, as energies do.

        What may be in another precision, products of a connection, says so where it is.
        """
        return super().add_weight(*args, **{"autocast": False, **kwargs})

    # No properties: Keras saves what a property returns under the property's name.

    def bottom(self) -> "TrainedModel":
        """Returns the layer that sees the data: of a stack the lowest, else the model itself."""
        return self

    def layer_in_training(self) -> "TrainedModel":
        """Returns the layer that learns now: of a stack one of them, else the model itself."""
        return self

    def total_epochs(self, epochs: int) -> int:
        """Returns how many epochs `fit(epochs=epochs)` has."""
        return epochs

    def initialize_from(self, rows: np.ndarray, targets: np.ndarray | None = None) -> None:
        """Builds the model and sets its biases from data, where they are still zero.

        `fit` does so itself, with the first rows that it gets. Where it was done before, the next
        `fit` also asks these rows what it wants to know of the data: so a training that goes on in
        another process, with other rows first, ends as the one that was not stopped.

        Args:
            rows: array of data, one row each; at most 10,000 rows are remembered.
            targets: rows that `fit` will get as `y`, for a model that makes other rows than it
                reads. Default None.

        Raises:
            ValueError: for targets of a model that makes the rows it reads.
        """
        if targets is not None and not self.takes_targets:
            name = type(self).__name__
            raise ValueError(f"{name} makes the rows it reads. Received: targets. Give rows alone.")
        self._reference_rows = rows[: data.MAX_ROWS]
        self._start_from(rows, targets)

    def _start_from(self, rows, targets=None):
        self.build((None, *rows.shape[1:]))
        with backend.variable_scope(self):
            self._start_biases(rows if targets is None else targets)

    def _start_biases(self, rows):
        """Sets biases that are still zero from data."""

    def _callbacks(self, rows, prefix=""):
        """Returns callbacks that `fit` adds to those of the user, given some rows of the data.

        Args:
            rows: NumPy array.
            prefix: what stands before the names that they log.
        """
        return []

    def endpoints(self) -> list[Endpoint]:
        """Returns what the model answers where it is served, `kerasdeep.training.endpoints`."""
        return [predict(self, rows("inputs", self.row_shape))]

    # Compiling.

    @backend.in_scope
    def compile(
        self, optimizer: str | keras.optimizers.Optimizer | None = "sgd", **kwargs: Any
    ) -> None:
        """Configures training.

        Args:
            optimizer: any Keras optimizer, or its name. Its weight decay, if any, leaves the
                biases alone, unless it already leaves others alone. Default `"sgd"`.
            **kwargs: `metrics`, `weighted_metrics`, `run_eagerly`, `steps_per_execution`,
                `jit_compile`, `auto_scale_loss`, as in `keras.Model.compile`. Metrics compare data
                with its reconstruction, or labels with their probabilities. `steps_per_execution`
                is 50 by default, and 1 where a callback acts between batches. Without
                `jit_compile`, updates of 100,000 weights or more are compiled by XLA on a processor
                too: epochs take half the time, the first one some seconds more. On several devices
                TensorFlow makes them all.

        Raises:
            ValueError: for a loss, which these models have of their own, or metrics with the name
                of one of theirs.
        """
        if unexpected := {"loss", "loss_weights"} & set(kwargs):
            raise ValueError(
                f"{type(self).__name__} has an objective of its own, {self.objective}. Received: "
                f"{', '.join(sorted(unexpected))}. To train with another loss, use it as a layer "
                "of a keras.Sequential."
            )
        if metrics := [kwargs[name] for name in ("metrics", "weighted_metrics") if name in kwargs]:
            self._check_metrics(metrics)
        super().compile(optimizer=optimizer, **kwargs)
        self.loss = self.objective  # for those who ask whether there is one
        spare_biases(self.optimizer)
        # As a file has it, and not as objects, which Keras would track.
        self._compile_arguments = keras.saving.serialize_keras_object(kwargs)
        self.compilations += 1
        self._build_training()

    def _build_training(self):
        """Makes the variables of optimizer and metrics, once the model has weights and both."""
        if self.built and self.compiled:
            if self.optimizer is not None:
                self.optimizer.build(self.learned_variables())
            self._build_metrics()

    def learned_variables(self) -> list[keras.Variable]:
        """Returns what the updates of the model change."""
        return self.trainable_variables

    def get_compile_config(self) -> dict[str, Any] | None:
        if not self.compiled:
            return None
        optimizer = keras.saving.serialize_keras_object(self.optimizer)
        return {"optimizer": optimizer, **self._compile_arguments}

    def compile_from_config(self, config: dict[str, Any]) -> None:
        self.compile(**{k: keras.saving.deserialize_keras_object(v) for k, v in config.items()})

    # A step.

    def _batch(self, data):
        """Returns visible values and sample weights of a batch; the step stops at bad values."""
        visible, _, weight = keras.utils.unpack_x_y_sample_weight(data)
        return self._checked(visible), self._checked_weight(weight)

    def _update(self, *batch):
        raise NotImplementedError

    def _measure(self, *batch):
        raise NotImplementedError

    def _apply(self, gradients, variables):
        apply_gradients(self.optimizer, gradients, variables)

    def train_step(self, data: Any) -> dict[str, Tensor]:
        batch = self._batch(data)
        if self.measured_every:  # as many rows, where no loop knows which batch it is
            self._measure(
                *(part if part is None else part[:: self.measured_every] for part in batch)
            )
        self._update(*batch)
        return self.get_metrics_result()

    def test_step(self, data: Any) -> dict[str, Tensor]:
        self._measure(*self._batch(data))
        return self.get_metrics_result()

    # Loops of steps.

    @property
    def distribute_strategy(self) -> Any:
        strategy = super().distribute_strategy
        # Eager steps and predictions get their data from the strategy itself.
        shared_out = self._distribute_strategy and (self.run_eagerly or not self._in_loop)
        return strategy if shared_out else QuietPipelines(strategy)

    def _maybe_symbolic_build(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: models are built from their first rows; Keras would use up a batch for it."""

    def make_train_function(self, force: bool = False) -> None:
        if self.run_eagerly:
            super().make_train_function(force)
        elif force or self.train_function is None:
            every = self.measured_every
            measure = self._measure if every else None
            self.train_function = Loop(self, self._update, measure, every or 1, self._uses_xla)

    def make_test_function(self, force: bool = False) -> None:
        if self.run_eagerly:
            super().make_test_function(force)
        elif force or self.test_function is None:
            self.test_function = Loop(self, self._measure)

    def _uses_xla(self):
        """Whether XLA compiles the updates: as `compile` was told, or where that pays."""
        if self.run_eagerly or backend.distributed(self):
            return False  # its programs are of one device
        if "jit_compile" in self._compile_arguments:
            return bool(self.jit_compile)
        layer = self.layer_in_training()
        large = has_many_weights(layer.learned_variables())
        return bool(self.jit_compile) or (large and layer.suits_xla())

    def suits_xla(self) -> bool:
        """Whether XLA makes a fast program of updates; of others TensorFlow does."""
        return not any(map(slow_by_xla, self._flatten_layers()))

    def batches_of_this_call(self) -> int:
        """Returns how many batches the loop may take now: no more than the epoch has left."""
        left = self._steps_of_epoch and self._steps_of_epoch - self.position
        return min(self.steps_per_execution, left or self.steps_per_execution)

    @contextlib.contextmanager
    def _batches_per_call(self, callbacks, arguments, steps):
        """Sets the default of `steps_per_execution`, and how many batches of an epoch to take."""
        chosen = self.steps_per_execution, self._steps_of_epoch, self._in_loop
        if "steps_per_execution" not in self._compile_arguments and not self.run_eagerly:
            number = steps or given.num_batches(arguments)
            self.steps_per_execution = batches_per_call(callbacks, number)
        self._steps_of_epoch, self._in_loop = steps, True
        try:
            yield
        finally:
            self.steps_per_execution, self._steps_of_epoch, self._in_loop = chosen

    # Fitting and measuring.

    def fit(self, *args: Any, **kwargs: Any) -> keras.callbacks.History:
        """Trains the model; arguments and result as of `keras.Model.fit`.

        Raises:
            ValueError: for data that the visible units cannot have, or a frozen model.
            FloatingPointError: where training diverges; the message names the likely cause.
        """
        self._assert_compile_called("fit")
        backend.check_scope(self)
        arguments = given.fit_arguments(self, args, kwargs)
        if not self.trainable:
            name = type(self).__name__
            raise ValueError(f"{name} is frozen. Received: trainable=False. Set it to True to fit.")
        rows = data.checked_rows(arguments, self)
        if self._reference_rows is not None:
            rows, self._reference_rows = self._reference_rows, None
        elif rows is not None:
            self._start_from(rows, data.first_targets(arguments, self))
        return self._fit(arguments, rows=rows)

    def _fit(self, arguments, *callbacks, rows):
        """Runs `keras.Model.fit` with named arguments; our callbacks come before the user's."""
        users = arguments["callbacks"]
        own = [*callbacks, *([] if rows is None else self._callbacks(rows))]
        arguments["callbacks"] = [Position(), *own, StopOnDivergence(), *users]
        steps = arguments.get("steps_per_epoch")
        if not self.run_eagerly:
            arguments = given.in_array_batches(arguments)
        with backend.readable_data_errors(), self._batches_per_call(users, arguments, steps):
            return super().fit(**arguments)

    def evaluate(self, *args: Any, **kwargs: Any) -> float | list[float] | dict[str, float]:
        """Returns the metrics of data; arguments and result as of `keras.Model.evaluate`."""
        self._assert_compile_called("evaluate")
        arguments = given.named(keras.Model.evaluate, self, args, kwargs)
        steps = arguments.get("steps")
        if arguments.get("_use_cached_eval_dataset"):  # Keras's own call from within fit
            outer, self._steps_of_epoch = self._steps_of_epoch, steps
            try:
                return super().evaluate(**arguments)
            finally:
                self._steps_of_epoch = outer
        weight, return_dict = arguments.get("sample_weight"), arguments.pop("return_dict", False)
        arguments["x"] = given.as_rows(arguments.get("x"), self)
        backend.check_scope(self)
        self._build_for(arguments["x"])
        given.check_targets(arguments.get("y"), weight, self)
        if not self.learns_from_labels and given.is_array(arguments["x"]):
            x, y = arguments["x"], arguments.get("y")
            arguments["y"] = given.targets_beside(x, y, weight, self)
        callbacks = given.as_list(arguments.get("callbacks"))
        arguments["callbacks"] = [Position(), *callbacks]
        with backend.readable_data_errors(), self._batches_per_call(callbacks, arguments, steps):
            return self._as_asked(super().evaluate(**arguments, return_dict=True), return_dict)

    def predict(self, *args: Any, **kwargs: Any) -> np.ndarray:
        """Returns what a call gives, batch by batch; arguments as of `keras.Model.predict`."""
        arguments = given.named(keras.Model.predict, self, args, kwargs)
        arguments["x"] = given.as_rows(arguments.get("x"), self)
        if self.built and given.is_array(arguments["x"]):
            look = data.check_rows if self.jit_compile else data.check_shape
            look(np.asarray(arguments["x"]), self, self.row_shape[-1])
        # Each device gets its rows from the strategy, within a callback of `fit` too.
        outer, self._in_loop = self._in_loop, False
        try:
            with backend.readable_data_errors():
                return super().predict(**arguments)
        finally:
            self._in_loop = outer

    def predict_step(self, data: Any) -> Tensor:
        visible, _, _ = keras.utils.unpack_x_y_sample_weight(data)
        return super().predict_step(visible if self.jit_compile else self._checked(visible))
