"""The model of `kerasdeep demo`: a small classification RBM that draws digits by their label."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kerasdeep.models import ClassificationRBM

NUM_HIDDEN = 256
NUM_CHAINS = 50
BATCH_SIZE = 20
LEARNING_RATE = 0.4
DISCRIMINATIVE = 10.0


def build(
    num_classes: int,
    total_steps: int,
    seed: int,
    rate: float = LEARNING_RATE,
    discriminative: float = DISCRIMINATIVE,
) -> "ClassificationRBM":
    """Returns a compiled classification RBM that learns p(x, y) and p(y | x) together.

    Args:
        num_classes: number of classes.
        total_steps: number of updates until the learning rate is zero.
        seed: integer seed.
        rate: the learning rate at first. Default `LEARNING_RATE`.
        discriminative: weight of log p(y | x) beside log p(x, y). Default `DISCRIMINATIVE`.
    """
    import keras

    from kerasdeep.models import ClassificationRBM
    from kerasdeep.samplers import PersistentContrastiveDivergence

    model = ClassificationRBM(
        NUM_HIDDEN,
        num_classes,
        discriminative=discriminative,
        generative=1.0,
        unlabelled=0.0,
        centering=True,
        seed=seed,
    )
    rate = keras.optimizers.schedules.PolynomialDecay(rate, total_steps, 0.0)
    chains = PersistentContrastiveDivergence(num_chains=NUM_CHAINS)
    model.compile(keras.optimizers.SGD(rate), chains, jit_compile=True)
    return model
