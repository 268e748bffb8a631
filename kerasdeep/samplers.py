r"""Samplers: where the negative particles of a Boltzmann machine come from.

The gradient of the log-likelihood of an energy model is a difference of two averages,

$$\nabla \log p(v) = \mathbb{E}_{h \mid v}[-\nabla E(v, h)]
- \mathbb{E}_{v', h'}[-\nabla E(v', h')],$$

and a sampler supplies the particles $v', h'$ of the second one, the *negative phase*. It is chosen
in `compile`, as an optimizer is. The model owns the random numbers; a sampler owns its chains.
"""

from typing import NamedTuple

import keras
from keras import ops

from kerasdeep.inputs import positive_integer
from kerasdeep.registration import register, resolve


class Particles(NamedTuple):
    """What a negative phase returns.

    Attributes:
        visible: values of the visible units, shape `(num_particles, num_visible)`.
        hidden: means of the hidden units given `visible`, shape `(num_particles, num_hidden)`.
        weight: weight of each particle in the average, shape `(num_particles,)`; or None, where
            all count alike.
    """

    visible: object
    hidden: object
    weight: object = None


class Sampler(keras.layers.Layer):
    """Base class of the samplers. A Keras layer, so that its chains are saved with the model.

    Args:
        steps: number of full Gibbs steps a training step, at least 1. Default 1.

    Raises:
        ValueError: if `steps` is not a positive integer.
    """

    def __init__(self, steps=1, **kwargs):
        super().__init__(**kwargs)
        self.steps = positive_integer(steps, "steps", type(self).__name__)

    def build(self, hidden_shape):
        """Makes the chains for `hidden_shape = (None, num_hidden)`."""
        self.built = True

    def negative_phase(self, model, field, sample_weight=None):
        """Draws the negative particles of one training step.

        Args:
            model: a built model with `gibbs_step`.
            field: field of the hidden units given the data, shape `(batch, num_hidden)`.
            sample_weight: None, or one weight an example, shape `(batch,)`.

        Returns:
            `Particles`.
        """
        raise NotImplementedError

    def gibbs_chain(self, model, hidden):
        """Runs `steps` Gibbs steps; returns visible values and the hidden units' field."""
        visible, field = model.gibbs_step(hidden)
        for _ in range(self.steps - 1):
            hidden = model.hidden.sample(field, model.seed_generator)
            visible, field = model.gibbs_step(hidden)
        return visible, field

    def get_config(self):
        return {**super().get_config(), "steps": self.steps}


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


@register
class PersistentContrastiveDivergence(Sampler):
    r"""PCD-k: chains that live as long as the training and never see the data.

    Every training step moves `num_chains` chains on by $k$ Gibbs steps under the current weights.
    With a small learning rate they follow the model's own distribution, so the update approaches
    the gradient of the log-likelihood. Also called stochastic maximum likelihood.

    Args:
        num_chains: number of chains, at least 1. Default 100.
        steps: $k$, at least 1. Default 1.

    Raises:
        ValueError: if `num_chains` or `steps` is not a positive integer.

    Example:

    >>> rbm.compile(sampler=PersistentContrastiveDivergence(num_chains=100, steps=1))

    Reference: Tieleman (2008), Training restricted Boltzmann machines using approximations to the
    likelihood gradient. ICML.
    """

    def __init__(self, num_chains=100, steps=1, **kwargs):
        super().__init__(steps, **kwargs)
        self.num_chains = positive_integer(num_chains, "num_chains", type(self).__name__)

    def build(self, hidden_shape):
        # From zero hidden values the first step draws the visible units from their biases alone:
        # the base rates of the data, where the biases were initialized from it.
        self.chains = self.add_weight(
            name="chains",
            shape=(self.num_chains, hidden_shape[-1]),
            initializer="zeros",
            dtype="float32",
            trainable=False,
        )
        self.built = True

    def negative_phase(self, model, field, sample_weight=None):
        visible, field = self.gibbs_chain(model, self.chains.value)
        self.chains.assign(model.hidden.sample(field, model.seed_generator))
        weight = None
        if sample_weight is not None:
            weight = ops.full((self.num_chains,), 1.0) * ops.mean(sample_weight)
        return Particles(visible, model.hidden.mean(field), weight)

    def get_config(self):
        return {**super().get_config(), "num_chains": self.num_chains}


SAMPLERS = {"cd": ContrastiveDivergence, "pcd": PersistentContrastiveDivergence}


def get(identifier):
    """Returns a sampler from its name (`"cd"`, `"pcd"`), its serialized config, or itself.

    Example:

    >>> get("pcd").num_chains
    100
    """
    return resolve(identifier, SAMPLERS, Sampler)
