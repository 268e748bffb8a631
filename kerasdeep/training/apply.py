"""The one place where gradients change weights."""

import functools
from collections.abc import Sequence

import keras

from kerasdeep import backend
from kerasdeep.backend.types import Tensor


def apply_gradients(
    optimizer: keras.optimizers.Optimizer,
    gradients: Sequence[Tensor],
    variables: Sequence[keras.Variable],
) -> None:
    r"""Hands mean gradients of an objective to an optimizer, $\theta \leftarrow \theta - \eta g$.

    What the regularizer of a variable adds is added here; constraints, clipping and weight decay
    are the optimizer's. Under `tf.distribute` the replicas' gradients are summed: each hands over
    its share. Under mixed precision the optimizer divides by the scale of a loss: gradients that
    were not made from a scaled loss are multiplied by it.

    Args:
        optimizer: a built Keras optimizer.
        gradients: list of tensors.
        variables: the Keras variables that they belong to.
    """
    changes = [
        gradient if variable.regularizer is None else gradient + _of_regularizer(variable)
        for gradient, variable in zip(gradients, variables, strict=True)
    ]
    shares = [optimizer.scale_loss(change / backend.num_replicas()) for change in changes]
    # No variable changes before all that reads it has been computed: TensorFlow was seen to run the
    # update of a kernel before the gradient of a variance that depends on it, one time in twelve.
    update = functools.partial(optimizer.apply, backend.all_of(shares), variables)
    if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        update()  # it looks at the gradients of all replicas itself
    else:
        backend.in_one_place(update)


def _of_regularizer(variable):
    return backend.gradients(lambda: variable.regularizer(variable.value), [variable])[0]
