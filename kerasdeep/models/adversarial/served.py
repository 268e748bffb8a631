"""What adversarial networks answer when they are served."""

from typing import TYPE_CHECKING

from keras import ops

from kerasdeep.backend.seeds import StepSeeds
from kerasdeep.training.endpoints import Argument, Endpoint, rows

if TYPE_CHECKING:
    from kerasdeep.models.adversarial.gan import GAN

NUM_SAMPLES = 16


def of_gan(model: "GAN") -> list[Endpoint]:
    """Returns the endpoints for drawn data, data made of noise, and scores of data."""
    conditional = model.num_classes is not None
    seed = Argument("seed", (), "int32")
    label = Argument("label", (None,), "int32", lowest=0, highest=(model.num_classes or 1) - 1)
    noise = rows("noise", (model.num_noise,))

    def drawn(number, label, seed):
        return {"visible": model.generated(model._noise(number, StepSeeds(seed, 0)), label)}

    def sample(seed):
        label = model._some_labels(NUM_SAMPLES, StepSeeds(seed, 1)) if conditional else None
        return drawn(NUM_SAMPLES, label, seed)

    def sample_classes(label, seed):
        return drawn(ops.shape(label)[0], label, seed)

    def generate(noise, label=None):
        return {"visible": model.generated(noise, label)}

    def discriminate(visible):
        return {"score": ops.cast(model(visible), "float32")}

    endpoints = [Endpoint("sample", sample, [seed])]
    if conditional:
        endpoints.append(Endpoint("sample_classes", sample_classes, [label, seed]))
    return [
        *endpoints,
        Endpoint("generate", generate, [noise, label] if conditional else [noise]),
        Endpoint("discriminate", discriminate, [rows("visible", model.row_shape)]),
    ]
