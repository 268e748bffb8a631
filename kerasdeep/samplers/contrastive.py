"""Contrastive divergence."""

from kerasdeep.backend.registration import register
from kerasdeep.backend.types import Tensor
from kerasdeep.energies.harmonium import Harmonium
from kerasdeep.samplers.base import Particles, Sampler


@register
class ContrastiveDivergence(Sampler):
    r"""CD-k: chains that start at the data and run $k$ Gibbs steps.

    $h \sim p(h \mid v)$, then $k$ times $v' \sim p(v \mid h)$, $h \sim p(h \mid v')$; the last
    hidden state enters the update as its mean. Cheap and of low variance, but biased: it does not
    see modes of the model that are far from the data.

    Args:
        steps: $k$, at least 1. Default 1.

    Example:

    >>> rbm.compile(optimizer="sgd", sampler=ContrastiveDivergence(steps=3))

    Reference: Hinton (2002), Training products of experts by minimizing contrastive divergence.
    Neural Computation 14.
    """

    def negative_phase(
        self, machine: Harmonium, field: Tensor, sample_weight: Tensor | None = None
    ) -> Particles:
        hidden = machine.hidden.sample(field, machine.seed_generator)
        visible, field = machine.gibbs_chain(hidden, self.steps)
        return Particles(visible, machine.hidden.mean(field), sample_weight)
