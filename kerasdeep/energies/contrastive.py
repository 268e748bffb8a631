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
    centred RBM, zero otherwise. Both averages have weights of the same sum, so that

    $$\nabla W = \sum_n q_n s_n t_n^\top - \mu\, \Delta t^\top - \Delta s\, \lambda^\top, \qquad
    \Delta s = \sum_n q_n s_n, \quad \Delta t = \sum_n q_n t_n,$$

    over all rows of data and particles, with $q$ negative for the data: one matrix product.

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
    s = rbm.visible.statistic(ops.concatenate([particles.visible, visible]))
    t = rbm.hidden.statistic(ops.concatenate([particles.hidden, hidden]))
    q = ops.concatenate([share_of(*particles[1:]), -share_of(hidden, sample_weight)])
    weighted = q[:, None] * t
    visible_change, hidden_change = ops.matmul(q, s), ops.sum(weighted, axis=0)
    mu, lam = rbm.visible_offset, rbm.hidden_offset
    left = ops.concatenate([s, mu[None], visible_change[None]])
    right = ops.concatenate([weighted, -hidden_change[None], -lam[None]])
    transposed = ops.transpose(left)
    return [
        ops.cast(ops.matmul(ops.transpose(rbm.factor(left)), rbm.factor(right)), "float32"),
        visible_change - ops.matmul(transposed, ops.matmul(right, lam)),
        hidden_change - ops.matmul(ops.matmul(left, mu), right),
    ]


def centred(gradients, rbm):
    r"""Returns gradients of any objective, taken in the coordinates of a centred energy.

    There the biases are $b' = b + W\lambda$ and $c' = c + W^\top\mu$, so that for gradients $g$

    $$\nabla W = g_W - g_b \lambda^\top - \mu g_c^\top, \qquad
    \nabla b = g_b - \nabla W \lambda, \qquad \nabla c = g_c - \nabla W^\top \mu.$$

    Args:
        gradients: those of kernel, visible bias and hidden bias; others are left as they are.
        rbm: a built `RBM`.
    """
    kernel, visible_bias, hidden_bias, *others = gradients
    mu, lam = rbm.visible_offset, rbm.hidden_offset
    kernel = kernel - ops.outer(visible_bias, lam) - ops.outer(mu, hidden_bias)
    return [
        kernel,
        visible_bias - ops.matmul(kernel, lam),
        hidden_bias - ops.matmul(mu, kernel),
        *others,
    ]


def share_of(rows, weight):
    """Returns the share of each row in an average."""
    num_rows = ops.shape(rows)[0]
    weight = ops.ones((num_rows,)) if weight is None else weight
    return weight / ops.cast(num_rows, "float32")
