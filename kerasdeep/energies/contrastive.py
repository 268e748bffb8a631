r"""The contrastive gradient: what the data says of the energy, minus what the model says.

$$-\nabla \log p(v) = \Bigl\langle \frac{\partial E}{\partial\theta} \Bigr\rangle_\text{data}
- \Bigl\langle \frac{\partial E}{\partial\theta} \Bigr\rangle_\text{model}$$
"""

from keras import ops

from kerasdeep import backend
from kerasdeep.backend.types import Tensor
from kerasdeep.energies.harmonium import Harmonium


def contrastive_gradient(
    machine: Harmonium,
    data: tuple[Tensor, Tensor, Tensor | None],
    particles: tuple[Tensor, Tensor, Tensor | None],
) -> list[Tensor]:
    """Returns what gradient descent subtracts from the parameters of a machine.

    Args:
        machine: a `kerasdeep.energies.harmonium.Harmonium`.
        data: visible values, means of the hidden units given them, and weights of the rows or
            None, as `kerasdeep.samplers.Particles`.
        particles: the `Particles` of the negative phase; in all they count as much as the data.

    Returns:
        List of tensors, in the order of `machine.energy_parameters`.
    """
    of_data = energy_gradient(machine, *data)
    of_model = energy_gradient(machine, *particles)
    return [data - model for data, model in zip(of_data, of_model, strict=True)]


def energy_gradient(
    machine: Harmonium, visible: Tensor, hidden: Tensor, weight: Tensor | None = None
) -> list[Tensor]:
    r"""Returns $\langle \partial E / \partial\theta \rangle$ over pairs of visible and hidden rows.

    $$\frac{\partial E}{\partial W} = -s(v)\, t(h)^\top, \qquad
    \frac{\partial E}{\partial b} = -s(v), \qquad \frac{\partial E}{\partial c} = -t(h),$$

    up to terms that are the same for data and model. Of a hidden row of means, the mean.

    Args:
        machine, weight: as of `contrastive_gradient`.
        visible: values, one row each.
        hidden: values or means of the same rows.
    """
    share = -share_of(visible, weight)
    s, t = machine.visible.statistic(visible), machine.hidden.statistic(hidden)
    weighted = along(share, t) * t
    gradient = [
        *machine.connection.correlation(s, weighted),
        total(along(share, s) * s),
        total(weighted),
    ]
    if machine.visible.weights:
        field = machine.visible_field(hidden)
        gradient += machine.visible.weight_gradients(visible, machine.visible_bias, field, -share)
    return gradient


def centred(
    gradients: list[Tensor], machine: Harmonium, visible_offset: Tensor, hidden_offset: Tensor
) -> list[Tensor]:
    r"""Returns gradients of any objective, taken in the coordinates of a centred energy.

    With offsets $\mu$ and $\lambda$ subtracted from the statistics, the biases are
    $b' = b + W\lambda$ and $c' = c + W^\top\mu$, so that for gradients $g$

    $$\nabla W = g_W - g_b \lambda^\top - \mu g_c^\top, \qquad
    \nabla b = g_b - \nabla W \lambda, \qquad \nabla c = g_c - \nabla W^\top \mu.$$

    Where weights are shared, these are the biases of units with all their neighbours: those of a
    convolution at the border of an image have fewer, and have the same biases. It is a change of
    coordinates there too, so that the gradient stays one of the same objective.

    Args:
        gradients: in the order of `machine.energy_parameters`; beyond the biases they stay.
        machine: a `kerasdeep.energies.harmonium.Harmonium`.
        visible_offset: $\mu$, shape `(num_visible,)`.
        hidden_offset: $\lambda$, shape `(num_hidden,)`.

    Reference: Melchior, Fischer, Wiskott (2016), How to center deep Boltzmann machines. JMLR 17.
    """
    num = len(machine.connection.weights)
    weights, (g_b, g_c, *others) = gradients[:num], gradients[num:]
    place, mu, lam = machine.connection.one_place(visible_offset, hidden_offset)
    _, of_b, of_c = machine.connection.one_place(g_b, g_c)
    moved = zip(weights, place.correlation(of_b, lam), place.correlation(mu, of_c), strict=True)
    weights = [weight - by_b - by_c for weight, by_b, by_c in moved]
    change = place.with_weights(weights)
    return [*weights, g_b - total(change.down(lam)), g_c - total(change.up(mu)), *others]


def share_of(rows: Tensor, weight: Tensor | None) -> Tensor:
    """Returns the share of each row in an average, over the rows of all replicas."""
    weight = ops.ones((ops.shape(rows)[0],)) if weight is None else weight
    return weight / backend.rows_of_a_replica(rows)


def along(share: Tensor, values: Tensor) -> Tensor:
    """Returns one number a row in a shape to multiply values with."""
    return ops.reshape(share, (-1,) + (1,) * (len(values.shape) - 1))


def total(values: Tensor) -> Tensor:
    """Returns the sum over rows, and over the places of an image where there are some."""
    return ops.sum(values, axis=tuple(range(len(values.shape) - 1)))
