"""Labels that stand beside what a network sees."""

from keras import ops

from kerasdeep.backend.types import Tensor


def beside(values: Tensor, label: Tensor | None, num_classes: int | None) -> Tensor:
    """Returns values with one-hot labels beside them, as further columns or channels.

    Args:
        values: shape `(batch, ..., width)`.
        label: numbers of classes, shape `(batch,)`.
        num_classes: number of classes; None for values as they are.

    Returns:
        Tensor of shape `(batch, ..., width + num_classes)`.
    """
    if num_classes is None:
        return values
    batch, *places, _ = ops.shape(values)
    hot = ops.one_hot(label, num_classes)
    hot = ops.reshape(hot, (batch, *[1] * len(places), num_classes))
    hot = ops.broadcast_to(hot, (batch, *places, num_classes))
    return ops.concatenate([ops.cast(values, "float32"), hot], axis=-1)
