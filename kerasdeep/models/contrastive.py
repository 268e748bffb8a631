r"""The contrastive update of an RBM: statistics of the data minus statistics of the model."""

from keras import ops


def contrastive_gradient(rbm, visible, hidden, particles, sample_weight=None):
    r"""Returns what gradient descent subtracts from kernel, visible bias and hidden bias.

    $$\nabla W = \langle (s - \mu)(t - \lambda)^\top \rangle_\text{model} - \langle \cdot
    \rangle_\text{data}, \quad
    \nabla b = \langle s \rangle_\text{model} - \langle s \rangle_\text{data} - \nabla W \lambda,
    \quad
    \nabla c = \langle t \rangle_\text{model} - \langle t \rangle_\text{data} - \nabla W^\top \mu$$

    with $s, t$ the statistics of the visible and hidden units and $\mu, \lambda$ the offsets of a
    centred RBM, zero otherwise.

    Args:
        rbm: a built `RBM`.
        visible: data, shape `(batch, num_visible)`.
        hidden: hidden means given the data, shape `(batch, num_hidden)`.
        particles: `kerasdeep.samplers.Particles` of the negative phase.
        sample_weight: one weight an example, shape `(batch,)`. Default None: all count alike.

    Returns:
        List of three tensors.

    Reference: Melchior, Fischer, Wiskott (2016), How to center deep Boltzmann machines. JMLR 17.
    """
    data = _statistics(rbm, visible, hidden, sample_weight)
    model = _statistics(rbm, *particles)
    kernel, visible_bias, hidden_bias = (m - d for d, m in zip(data, model, strict=True))
    return [
        kernel,
        visible_bias - ops.matmul(kernel, rbm.hidden_offset),
        hidden_bias - ops.matmul(rbm.visible_offset, kernel),
    ]


def _statistics(rbm, visible, hidden, weight):
    """Returns the averages that the weights and the two biases are learned from."""
    visible = rbm.visible.statistic(visible)
    hidden = rbm.hidden.statistic(hidden)
    num_rows = ops.shape(visible)[0]
    share = ops.ones((num_rows, 1)) if weight is None else weight[:, None]
    share = share / ops.cast(num_rows, "float32")
    centred = (visible - rbm.visible_offset) * share
    return (
        ops.matmul(ops.transpose(centred), hidden - rbm.hidden_offset),
        ops.sum(visible * share, axis=0),
        ops.sum(hidden * share, axis=0),
    )
