"""Many training steps in one compiled program."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import keras
from keras import ops

from kerasdeep import backend
from kerasdeep.backend.pipelines import Gatherer, padded

if TYPE_CHECKING:
    from kerasdeep.training.model import TrainedModel

# Between two calls of a compiled program weights, velocities and gradients are copied in and out,
# and Python takes its time; see benchmarks/README.md.
BATCHES_PER_CALL = 50
BATCH_HOOKS = ("on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end")


class Loop:
    """What Keras calls for every few batches: takes them from an iterator, and steps through them.

    All values are checked before the first step. Batches are joined in memory, at most 64 MiB at a
    time, and the program takes one after the other from there; what a step leaves in the weights is
    what it would leave if it were called alone.

    Args:
        model: the model; its `steps_per_execution` batches are taken at a call.
        step: what to do with one batch, a function of what `model._batch` returns.
        measure: what to do with the first of every so many batches of an epoch, likewise. Default
            None: nothing.
        every: how many that are. Default 1.
        by_xla: function that says whether XLA should make the program, once the model has weights.
            Default None: TensorFlow makes it.
    """

    def __init__(
        self,
        model: "TrainedModel",
        step: Callable[..., None],
        measure: Callable[..., None] | None = None,
        every: int = 1,
        by_xla: Callable[[], bool] | None = None,
    ) -> None:
        self.model, self.by_xla = model, by_xla
        self.step = backend.in_each_replica(model, step)
        self.measure = measure and backend.in_each_replica(model, measure)
        self.every = every
        self.prepare = backend.compiled(model._batch)
        self.program = None
        # XLA compiles anew for every shape: its programs get rows for as many batches as ever yet.
        self.most = {}

    def __call__(self, iterator):
        batches = iterator if hasattr(iterator, "take") else Gatherer(iterator)
        position, logs = self.model.position, None
        end = position + self.model.batches_of_this_call()
        while position < end:
            # Every tenth batch of an epoch is measured, however many come at a call.
            past = position % self.every
            data, number = batches.take(min(end - position, self.every - past if past else end))
            if number == 0:
                break
            logs = self._run(self.prepare(data), number, measured=past == 0)
            position += number
        if logs is None:
            raise StopIteration
        return logs

    def _run(self, rows, number, measured):
        if self.program is None:
            self.fixed_size = self.by_xla is not None and self.by_xla()
            compiled = backend.compiled_by_xla if self.fixed_size else backend.compiled
            self.program = compiled(self._program)
        batch_size = rows[0].shape[0] // number
        if self.fixed_size:
            # At least two: of a single one XLA would make no loop, and another program.
            self.most[batch_size] = max(2, number, self.most.get(batch_size, 0))
            rows = padded(rows, self.most[batch_size] * batch_size)
        else:
            batch_size = ops.convert_to_tensor(batch_size)
        return self.program(rows, batch_size, ops.convert_to_tensor(number), measured)

    def _program(self, rows, batch_size, number, measured):
        measure = self.measure if measured else None
        backend.for_each_batch(self.step, rows, batch_size, number, measure, self.every)
        return self.model.get_metrics_result()


class Position(keras.callbacks.Callback):
    """Tells a model which batch of an epoch comes next."""

    def on_train_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self.model.position = batch

    def on_test_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self.model.position = batch


def batches_per_call(
    callbacks: Sequence[keras.callbacks.Callback], num_batches: int | None = None
) -> int:
    """Returns how many batches one call may take, where a user did not choose.

    Keras's progress bar counts whole calls: the fewer batches are wanting in the last one, the less
    it shows beyond the end.

    Args:
        callbacks: list of the user's callbacks.
        num_batches: batches of an epoch. Default None: not known.
    """
    if any(watches_batches(callback) for callback in callbacks):
        return 1
    if num_batches is None or num_batches < BATCHES_PER_CALL:
        return num_batches or BATCHES_PER_CALL
    # Multiples of ten: a call that starts elsewhere is another program, see `Loop`.
    return min(range(BATCHES_PER_CALL, 20, -10), key=lambda size: -num_batches % size)


def watches_batches(callback: keras.callbacks.Callback) -> bool:
    """Whether a callback was written, or asked, to act between two batches."""
    if type(callback).__module__.startswith("keras."):
        frequency = getattr(callback, "save_freq", getattr(callback, "update_freq", "epoch"))
        return isinstance(frequency, int) or any(hook in vars(callback) for hook in BATCH_HOOKS)
    return any(
        getattr(type(callback), hook) is not getattr(keras.callbacks.Callback, hook)
        for hook in BATCH_HOOKS
    )
