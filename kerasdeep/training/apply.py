"""The one place where gradients change weights."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import keras
from keras import ops

from kerasdeep import backend
from kerasdeep.backend.types import Tensor

# Weight decay leaves alone what is no weight between units.
NOT_DECAYED = ["bias", "log_variance"]
BOUNDS = ("clipnorm", "global_clipnorm", "clipvalue")


def apply_gradients(
    optimizer: keras.optimizers.Optimizer,
    gradients: Sequence[Tensor],
    variables: Sequence[keras.Variable],
) -> None:
    r"""Hands mean gradients of an objective to an optimizer, $\theta \leftarrow \theta - \eta g$.

    What the regularizer of a variable adds is added here; constraints, clipping and weight decay
    are the optimizer's. Under `tf.distribute` it sums the replicas' gradients: each hands over its
    share. Under mixed precision it divides by the scale of a loss: gradients that were not made
    from a scaled loss are multiplied by it.

    Args:
        optimizer: a built Keras optimizer.
        gradients: list of tensors.
        variables: the Keras variables that they belong to.

    Raises:
        ValueError: for what Keras's optimizers cannot do on several devices.
    """
    changes = [
        gradient if variable.regularizer is None else gradient + _of_regularizer(variable)
        for gradient, variable in zip(gradients, variables, strict=True)
    ]
    scaled = [optimizer.scale_loss(change) for change in changes]
    scaling = isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
    if backend.num_replicas() > 1:
        scaled = _shares(optimizer.inner_optimizer if scaling else optimizer, scaling, scaled)
    # No variable changes before all that reads it has been computed: TensorFlow was seen to run the
    # update of a kernel before the gradient of a variance that depends on it, one time in twelve.
    update = functools.partial(optimizer.apply, backend.all_of(scaled), variables)
    if scaling:
        update()  # it looks for infinity in a branch of its own
    else:
        backend.in_one_place(update)


def descend(
    optimizer: keras.optimizers.Optimizer,
    objective: Callable[[], tuple[Tensor, Any]],
    variables: Sequence[keras.Variable],
) -> Any:
    """Makes one step down an objective, whose gradient is found by automatic differentiation.

    Under mixed precision the objective is scaled, as gradients of 16 bits would vanish.

    Args:
        optimizer: a built Keras optimizer.
        objective: function that returns a scalar, and anything else.
        variables: the Keras variables to change.

    Returns:
        What else the objective returned.
    """
    scale = optimizer.scale_loss(ops.ones(()))

    def scaled():
        value, others = objective()
        return scale * value, others

    gradients, others = backend.gradients(scaled, variables, has_aux=True)
    apply_gradients(optimizer, [gradient / scale for gradient in gradients], variables)
    return others


def _shares(optimizer, scaling, gradients):
    """Returns what each of several replicas hands over, for the optimizer to sum.

    Keras clips, and looks for infinity, before it sums: a replica's own gradient may be too large
    where the mean is not. It clips nothing of what is within its bounds already.
    """
    clips = any(getattr(optimizer, name) for name in BOUNDS)
    unable = {
        "gradient_accumulation_steps": optimizer.gradient_accumulation_steps,
        "ema_overwrite_frequency": optimizer.use_ema and optimizer.ema_overwrite_frequency,
        "clipping beside a LossScaleOptimizer": clips and scaling,
    }
    if named := [name for name, used in unable.items() if used]:
        raise ValueError(
            f"Optimizers of Keras cannot do this on several devices. Received: {named[0]}. Train "
            "without it, or on one device."
        )
    if clips or scaling:
        gradients = [backend.mean_over_replicas(gradient) for gradient in gradients]
    if clips:
        gradients = optimizer._clip_gradients(gradients)
    return [gradient / backend.num_replicas() for gradient in gradients]


def _of_regularizer(variable):
    return backend.gradients(lambda: variable.regularizer(variable.value), [variable])[0]


def spare_biases(optimizer: keras.optimizers.Optimizer | None) -> None:
    """Lets the weight decay of an optimizer leave biases alone, if its user chose nothing else."""
    # Of a wrapper for mixed precision, the optimizer within.
    stepper = getattr(optimizer, "inner_optimizer", optimizer)
    if stepper is None or stepper.built or not stepper.weight_decay:
        return
    chosen = ("_exclude_from_weight_decay", "_exclude_from_weight_decay_pattern")
    if not any(getattr(stepper, name, None) for name in chosen):
        stepper.exclude_from_weight_decay(var_names=NOT_DECAYED)
