"""What autoencoders answer when they are served."""

from typing import TYPE_CHECKING

from keras import ops

from kerasdeep.backend.seeds import StepSeeds
from kerasdeep.training.endpoints import Argument, Endpoint, rows

if TYPE_CHECKING:
    from kerasdeep.models.autoencoders.autoencoder import Autoencoder
    from kerasdeep.models.autoencoders.variational import VariationalAutoencoder

NUM_SAMPLES = 16


def encode(model: "Autoencoder") -> Endpoint:
    """Returns the endpoint for the codes of data."""

    def function(visible):
        return {"code": ops.cast(model(visible), "float32")}

    return Endpoint("encode", function, [rows("visible", model.row_shape)])


def decode(model: "Autoencoder") -> Endpoint:
    """Returns the endpoint for the data that codes stand for."""

    def function(code):
        return {"visible": model.decode(code)}

    return Endpoint("decode", function, [rows("code", model.output_shape[1:])])


def reconstruct(model: "Autoencoder") -> Endpoint:
    """Returns the endpoint for data made of the codes of data."""

    def function(visible):
        return {"visible": model.reconstruct(visible)}

    return Endpoint("reconstruct", function, [rows("visible", model.row_shape)])


def sample(model: "VariationalAutoencoder") -> Endpoint:
    """Returns the endpoint for data drawn from the prior, with seeds of its own."""

    def function(seed):
        return {"visible": model._sampled(NUM_SAMPLES, False, StepSeeds(seed, 0))}

    return Endpoint("sample", function, [Argument("seed", (), "int32")])
