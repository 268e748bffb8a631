r"""Tempering: distributions between independent units and an RBM.

$$E_\beta = (1 - \beta)\, E_\text{base} + \beta\, E, \qquad 0 \le \beta \le 1,$$

where $E_\text{base}$ is the energy of the same units without weights, the visible ones with biases
of their own, the hidden ones with none. Chains move freely at $\beta = 0$ and follow the RBM at
$\beta = 1$; annealed importance sampling takes them from one to the other, parallel tempering keeps
chains at several $\beta$ at once.
"""

from typing import NamedTuple

from keras import ops


class TemperedRBM(NamedTuple):
    r"""The path of distributions that ends at an RBM.

    In all methods $\beta$ is a number or one a chain, shape `(num_chains,)`.

    Attributes:
        rbm: a built `RBM`.
        base_bias: biases of the visible units at $\beta = 0$, shape `(num_visible,)`.
    """

    rbm: object
    base_bias: object

    def visible_field(self, hidden, beta):
        r"""Returns $(1 - \beta)\, b_\text{base} + \beta\, (b + W\, t(h))$."""
        beta = ops.expand_dims(beta, -1)
        return (1 - beta) * self.base_bias + beta * self.rbm.visible_field(hidden)

    def free_energy(self, visible, field, beta):
        r"""Returns $F_\beta(v)$, shape `(num_chains,)`, given the RBM's own hidden field of $v$."""
        rbm = self.rbm
        base = rbm.visible.energy(visible, self.base_bias)
        own = rbm.visible.energy(visible, rbm.visible_bias) + rbm.hidden.bias_energy(
            rbm.hidden_bias
        )
        log_partition = rbm.hidden.log_partition(ops.expand_dims(beta, -1) * field)
        return (1 - beta) * base + beta * own - log_partition

    def gibbs_step(self, field, beta, seed):
        r"""Draws hidden values given the RBM's field of them, and visible values given those."""
        rbm = self.rbm
        hidden = rbm.hidden.sample(ops.expand_dims(beta, -1) * field, seed)
        return rbm.visible.sample(self.visible_field(hidden, beta), seed)

    def base_log_partition(self):
        r"""Returns $\log Z$ at $\beta = 0$."""
        visible, hidden = self.rbm.visible, self.rbm.hidden
        return (
            visible.log_partition(self.base_bias)
            - visible.bias_energy(self.base_bias)
            + hidden.log_partition(ops.zeros_like(self.rbm.hidden_bias))
        )
