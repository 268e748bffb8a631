r"""What the replicas of a model compute together. TensorFlow's alone: `tf.distribute`.

A model on several devices has a replica of its weights on each. A step runs on all of them at once,
each with its part of the rows of a batch and its part of the lasting chains. Whatever a step says
of *all* rows it says by a sum over replicas, so that the weights after a step, and all else that a
training carries on, are those that one device would have, and the same on every replica: any one of
them can be saved, and any number of them can go on.

With one device, or outside of a step, a sum over replicas is what it is a sum of, and a part is
the whole.
"""

import contextvars
import functools
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import keras
import tensorflow as tf

from kerasdeep.backend.types import Tensor

# An odd number far from others, so that neighbouring replicas have keys far apart.
_FAR = 0x61C88647
# How many rows all replicas have of the batch of this step: those whose number is not known before.
# To ask the others for it would be one more message for every average.
_batch = contextvars.ContextVar("batch", default=None)


def variable_scope(model: keras.Model) -> AbstractContextManager:
    """Returns the context in which a model's variables are made: that of its `tf.distribute`."""
    return model.distribute_strategy.scope()


def distributed(model: keras.Model) -> bool:
    """Whether a `tf.distribute` strategy is in use, now or where the model was made."""
    with variable_scope(model):
        return tf.distribute.has_strategy()


def in_scope(method: Callable[..., Any]) -> Callable[..., Any]:
    """Returns a method of a model that makes its variables on the devices of the model."""

    @functools.wraps(method)
    def in_scope_of_model(model, *args, **kwargs):
        if num_replicas() > 1:  # within a step everything is there
            return method(model, *args, **kwargs)
        with variable_scope(model):
            return method(model, *args, **kwargs)

    return in_scope_of_model


def at_once(method: Callable[..., Any]) -> Callable[..., Any]:
    """Returns a method that runs when it is called, within a step that is being traced too."""

    @functools.wraps(method)
    def run(*args, **kwargs):
        with tf.init_scope():
            return method(*args, **kwargs)

    return run


def check_scope(model: keras.Model) -> None:
    """Raises a ValueError for a model, or an optimizer of it, that was made outside of a scope."""
    name, optimizer = type(model).__name__, getattr(model, "optimizer", None)
    number = model.distribute_strategy.num_replicas_in_sync
    if number == 1:
        return
    if model._distribute_strategy is None:
        raise ValueError(
            f"{name} was made outside of the scope of a strategy of {number} devices. Received: a "
            "call within it. Make and compile the model there."
        )
    places = getattr(optimizer, "variables", [])
    if not all(isinstance(one.value, tf.distribute.DistributedValues) for one in places):
        raise ValueError(
            f"{name} expects an optimizer that was made in the scope of its strategy. Received: a "
            f"{type(optimizer).__name__} made outside. Make it there, or pass its name."
        )


def check_one_device(model: keras.Model) -> None:
    """Raises a ValueError for a model on several devices that cannot be shared out."""
    number = model.distribute_strategy.num_replicas_in_sync
    if number > 1:
        raise ValueError(
            f"{type(model).__name__} learns on one device. Received: a strategy of {number}. Make "
            "the model outside of its scope."
        )


def num_replicas() -> int:
    """Returns how many replicas take this step, 1 outside of a step."""
    return 1 if tf.distribute.in_cross_replica_context() else _context().num_replicas_in_sync


def replica_number() -> int | Tensor:
    """Returns which of them this one is, from 0."""
    if num_replicas() == 1:
        return 0
    number = _context().replica_id_in_sync_group
    known = tf.get_static_value(number)
    return number if known is None else int(known)


def _context():
    return tf.distribute.get_replica_context()


def own_key(key: Tensor) -> Tensor:
    """Returns the key of random numbers of this replica, given two integers that all have."""
    if num_replicas() == 1:
        return key
    return key + tf.cast(tf.stack([replica_number() * tf.constant(_FAR), 0]), key.dtype)


# Sums.


def sum_over_replicas(values: Tensor) -> Tensor:
    """Returns the sum of a float tensor of every replica; GPUs do not add up whole numbers."""
    if num_replicas() == 1:
        return values
    return _context().all_reduce(tf.distribute.ReduceOp.SUM, values)


def mean_over_replicas(values: Tensor) -> Tensor:
    """Returns the mean of a tensor of every replica."""
    return sum_over_replicas(values) / num_replicas()


def rows_of_a_replica(values: Tensor) -> Tensor:
    """Returns how many rows a replica has on average; a float tensor.

    Sums over own rows, divided by it, are on average over replicas the mean over all rows, even
    where some replicas have more of them than others, or none.
    """
    if values.shape[0] is None and (batch := _batch.get()) is not None:
        return tf.cast(batch, "float32") / num_replicas()
    return mean_over_replicas(tf.cast(tf.shape(values)[0], "float32"))


def part_of_mean(values: Tensor) -> Tensor:
    """Returns what is, averaged over replicas, the mean over the rows of all."""
    return tf.reduce_sum(values, axis=0) / rows_of_a_replica(values)


def mean_of_all_rows(values: Tensor) -> Tensor:
    """Returns the mean over the rows of all replicas."""
    return mean_over_replicas(part_of_mean(values))


def rows_before(values: Tensor) -> tuple[Tensor, Tensor]:
    """Returns how many rows the replicas before this one have, and how many there are in all."""
    number = tf.shape(values)[0]
    if num_replicas() == 1:
        return tf.zeros((), "int32"), number
    own = replica_number()
    if values.shape[0] is None and (batch := _batch.get()) is not None:
        return own * batch // num_replicas(), batch
    numbers = sum_over_replicas(tf.cast(number, "float32") * tf.one_hot(own, num_replicas()))
    numbers = tf.cast(numbers, "int32")
    return tf.reduce_sum(numbers[:own]), tf.reduce_sum(numbers)


def on_all_replicas(condition: Tensor) -> Tensor:
    """Returns whether a condition holds on all of them."""
    return tf.equal(sum_over_replicas(tf.cast(tf.logical_not(condition), "float32")), 0)


# Parts.


def own_part(values: Tensor, axis: int = 0) -> Tensor:
    """Returns this replica's part of what all of them carry on together, such as chains.

    Args:
        values: the whole, the same on every replica.
        axis: along which it is shared out. Default 0.
    """
    if num_replicas() == 1:
        return values
    start, end = _bounds(values, axis)
    return values[(slice(None),) * axis + (slice(start, end),)]


def put_together(part: Tensor, whole: Tensor, axis: int = 0) -> Tensor:
    """Returns the whole that the parts of all replicas are.

    Args:
        part: what this replica made of its `own_part`.
        whole: what that was a part of.
        axis: as of `own_part`.
    """
    if num_replicas() == 1:
        return part
    start, end = _bounds(whole, axis)
    around = [[0, 0]] * part.shape.rank
    around[axis] = [start, tf.shape(whole)[axis] - end]
    # Zeros of the others: a sum that does not round.
    return tf.reshape(sum_over_replicas(tf.pad(part, around)), tf.shape(whole))


def _bounds(values, axis):
    size, number = values.shape[axis], replica_number()
    if size is None:
        size = tf.shape(values)[axis]
    return number * size // num_replicas(), (number + 1) * size // num_replicas()


def in_each_replica(model: keras.Model, step: Callable[..., None]) -> Callable[..., None]:
    """Returns a step of a whole batch, in which every replica takes the step with its own rows.

    Args:
        model: the model, whose strategy says which replicas there are.
        step: function of the tensors of a batch, or None for those that it has none of.
    """

    def with_own_rows(*batch):
        token = _batch.set(tf.shape(batch[0])[0])
        try:
            step(*(rows if rows is None else own_part(rows) for rows in batch))
        finally:
            _batch.reset(token)

    def take(*batch):
        if distributed(model):
            model.distribute_strategy.run(with_own_rows, args=batch)
        else:
            step(*batch)

    return take
