"""Contrastive divergence."""

from kerasdeep.backend.registration import register
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

    def negative_phase(self, model, field, sample_weight=None):
        hidden = model.hidden.sample(field, model.seed_generator)
        visible, field = self.gibbs_chain(model, hidden)
        return Particles(visible, model.hidden.mean(field), sample_weight)
