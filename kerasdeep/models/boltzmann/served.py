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

NUM_SAMPLES = 16


def transform(model: "RBM | DBN | DBM") -> Endpoint:
    """Returns the endpoint for hidden means given visible values."""

    def function(visible):
        return {"hidden": ops.cast(model(visible), "float32")}

    return Endpoint("transform", function, [rows("visible", model.row_shape)])


def reconstruct(model: "RBM | DBN | DBM") -> Endpoint:
    """Returns the endpoint for the mean-field reconstruction."""

    def function(visible):
        return {"visible": model.reconstruct(visible)}

    return Endpoint("reconstruct", function, [rows("visible", model.row_shape)])


def free_energy(model: "RBM | DBM") -> Endpoint:
    """Returns the endpoint for the free energy of each row, in nats."""

    def function(visible):
        return {"free_energy": model.free_energy(visible)}

    return Endpoint("free_energy", function, [rows("visible", model.row_shape)])


def classify(model: "DBM") -> Endpoint:
    """Returns the endpoint for probabilities of the classes, and the likeliest of them."""

    def function(visible):
        probabilities = model.class_probabilities(visible)
        return {"probabilities": probabilities, "label": index_of_largest(probabilities)}

    return Endpoint("classify", function, [rows("visible", model.row_shape)])


def sample(rbms: "Sequence[RBM | DBM]") -> Endpoint:
    """Returns the endpoint of the chain of `sample`, with seeds of its own; of a DBN, all RBMs."""
    top = rbms[-1]

    def function(seed, steps):
        def gibbs_step(step, hidden):
            seeds = StepSeeds(seed, step)
            visible = top.visible.sample(top.visible_field(hidden), seeds)
            return top.hidden.sample(top.hidden_field(visible), seeds)

        hidden = ops.zeros((NUM_SAMPLES, *top.hidden_bias.shape))
        value = ops.fori_loop(0, steps - 1, gibbs_step, hidden)
        seeds = StepSeeds(seed, steps)
        for rbm in reversed(rbms):
            value = rbm.visible.sample(rbm.visible_field(value), seeds)
        return {"visible": value[:, : rbms[0].row_shape[0]]}

    arguments = [Argument("seed", (), "int32"), Argument("steps", (), "int32", lowest=1)]
    return Endpoint("sample", function, arguments)
