"""What RBMs and stacks of them answer when they are served."""

from typing import TYPE_CHECKING

from keras import ops

from kerasdeep.backend import index_of_largest
from kerasdeep.backend.seeds import StepSeeds
from kerasdeep.training.endpoints import Argument, Endpoint, rows

if TYPE_CHECKING:
    from kerasdeep.models.boltzmann.classification import ClassificationRBM
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


def infer(model: "DBM | GenerativeDBN | SigmoidBeliefNetwork") -> Endpoint:
    """Returns the endpoint for the means of every hidden layer, `layer_1` the lowest."""

    def function(visible):
        means = model.infer(visible)
        return {f"layer_{number + 1}": mean for number, mean in enumerate(means)}

    return Endpoint("infer", function, [rows("visible", model.row_shape)])


def sample(model: "RBM | ClassificationRBM | DBN | DBM | GenerativeDBN") -> Endpoint:
    """Returns the endpoint of the chain of `sample`, with seeds of its own."""

    def function(seed, steps):
        machine = model.given(None)
        return {"visible": _drawn(model, machine, NUM_SAMPLES, seed, steps)}

    return Endpoint("sample", function, _SEED_AND_STEPS)


def sample_classes(model: "ClassificationRBM | DBM | GenerativeDBN") -> Endpoint:
    """Returns the endpoint of a chain for each label, numbers of classes, which is held."""

    def function(label, seed, steps):
        machine = model.given(label)
        return {"visible": _drawn(model, machine, ops.shape(label)[0], seed, steps)}

    label = Argument("label", (None,), "int32", lowest=0, highest=model.num_classes - 1)
    return Endpoint("sample_classes", function, [label, *_SEED_AND_STEPS])


def drawings(model: "DBM | GenerativeDBN") -> list[Endpoint]:
    """Returns the endpoints of what is drawn and, with label units, of classes."""
    drawn = [sample(model)]
    return [*drawn, sample_classes(model), classify(model)] if model.num_classes else drawn


_SEED_AND_STEPS = [Argument("seed", (), "int32"), Argument("steps", (), "int32", lowest=1)]


def _drawn(model, machine, num_samples, seed, steps):
    """Returns data at the end of chains that start from no hidden values."""

    def gibbs_step(step, hidden):
        seeds = StepSeeds(seed, step)
        visible = machine.visible.sample(machine.visible_field(hidden), seeds)
        return machine.hidden.sample(machine.hidden_field(visible), seeds)

    hidden = ops.zeros((num_samples, machine.hidden_bias.shape[-1]))
    hidden = ops.fori_loop(0, steps - 1, gibbs_step, hidden)
    seeds = StepSeeds(seed, steps)
    values = machine.visible.sample(machine.visible_field(hidden), seeds)
    return model.data_below(values, seeds)


def ancestral(model: "SigmoidBeliefNetwork") -> Endpoint:
    """Returns the endpoint for draws from the top down, with seeds of their own."""

    def function(seed):
        directed = model.directed()._replace(seed=StepSeeds(seed, 0))
        return {"visible": model._drawn(directed, NUM_SAMPLES, False)}

    return Endpoint("sample", function, [Argument("seed", (), "int32")])
