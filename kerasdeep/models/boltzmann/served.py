"""What RBMs and stacks of them answer when they are served."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from keras import ops

from kerasdeep.backend import index_of_largest
from kerasdeep.backend.seeds import StepSeeds
from kerasdeep.training.endpoints import Argument, Endpoint, rows

if TYPE_CHECKING:
    from kerasdeep.models.boltzmann.rbm import RBM
    from kerasdeep.models.deep.dbm import DBM
    from kerasdeep.models.deep.dbn import DBN
    from kerasdeep.models.deep.generative_dbn import GenerativeDBN
    from kerasdeep.models.directed.sigmoid_belief_network import SigmoidBeliefNetwork

NUM_SAMPLES = 16


def transform(model: "RBM | DBN | DBM | SigmoidBeliefNetwork") -> Endpoint:
    """Returns the endpoint for hidden means given visible values."""

    def function(visible):
        return {"hidden": ops.cast(model(visible), "float32")}

    return Endpoint("transform", function, [rows("visible", model.row_shape)])


def reconstruct(model: "RBM | DBN | DBM | SigmoidBeliefNetwork") -> Endpoint:
    """Returns the endpoint for the mean-field reconstruction."""

    def function(visible):
        return {"visible": model.reconstruct(visible)}

    return Endpoint("reconstruct", function, [rows("visible", model.row_shape)])


def free_energy(model: "RBM | DBM") -> Endpoint:
    """Returns the endpoint for the free energy of each row, in nats."""

    def function(visible):
        return {"free_energy": model.free_energy(visible)}

    return Endpoint("free_energy", function, [rows("visible", model.row_shape)])


def classify(model: "DBM | GenerativeDBN") -> Endpoint:
    """Returns the endpoint for probabilities of the classes, and the likeliest of them."""

    def function(visible):
        probabilities = model.class_probabilities(visible)
        return {"probabilities": probabilities, "label": index_of_largest(probabilities)}

    return Endpoint("classify", function, [rows("visible", model.row_shape)])


def sample(rbms: "Sequence[RBM | DBM]") -> Endpoint:
    """Returns the endpoint of the chain of `sample`, with seeds of its own; of a DBN, all RBMs."""

    def function(seed, steps):
        value = _end_of_chain(rbms[-1], seed, steps)
        seeds = StepSeeds(seed, steps)
        for rbm in reversed(rbms):
            value = rbm.visible.sample(rbm.visible_field(value), seeds)
        return {"visible": value[:, : rbms[0].row_shape[0]]}

    return Endpoint("sample", function, _SEED_AND_STEPS)


def memory(model: "GenerativeDBN") -> Endpoint:
    """Returns the endpoint of its `sample`, likewise: a chain at the top, and one pass down."""
    top = model.top

    def function(seed, steps):
        seeds = StepSeeds(seed, steps)
        directed = model.directed()._replace(seed=seeds)
        value = top.visible.sample(top.visible_field(_end_of_chain(top, seed, steps)), seeds)
        width = top.row_shape[0] - (model.num_classes or 0)
        return {"visible": directed.down(value[:, :width])[0]}

    return Endpoint("sample", function, _SEED_AND_STEPS)


_SEED_AND_STEPS = [Argument("seed", (), "int32"), Argument("steps", (), "int32", lowest=1)]


def _end_of_chain(rbm, seed, steps):
    """Returns hidden values after all Gibbs steps but the last."""

    def gibbs_step(step, hidden):
        seeds = StepSeeds(seed, step)
        visible = rbm.visible.sample(rbm.visible_field(hidden), seeds)
        return rbm.hidden.sample(rbm.hidden_field(visible), seeds)

    hidden = ops.zeros((NUM_SAMPLES, *rbm.hidden_bias.shape))
    return ops.fori_loop(0, steps - 1, gibbs_step, hidden)


def ancestral(model: "SigmoidBeliefNetwork") -> Endpoint:
    """Returns the endpoint for draws from the top down, with seeds of their own."""

    def function(seed):
        directed = model.directed()._replace(seed=StepSeeds(seed, 0))
        return {"visible": model._drawn(directed, NUM_SAMPLES, False)}

    return Endpoint("sample", function, [Argument("seed", (), "int32")])
