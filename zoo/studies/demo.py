"""The model of `kerasdeep demo`: a small classification RBM that draws digits by their label."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kerasdeep.models import ClassificationRBM

NUM_HIDDEN = 256
NUM_CHAINS = 50
BATCH_SIZE = 20
LEARNING_RATE = 0.2


def build(num_classes: int, total_steps: int, seed: int) -> "ClassificationRBM":
    """Returns a compiled classification RBM that learns p(x, y) and p(y | x) alike.

    Args:
        num_classes: number of classes.
        total_steps: number of updates until the learning rate is zero.
        seed: integer seed.
    """
    import keras

    from kerasdeep.models import ClassificationRBM
    from kerasdeep.samplers import PersistentContrastiveDivergence

    model = ClassificationRBM(
        NUM_HIDDEN, num_classes, generative=1.0, unlabelled=0.0, centering=True, seed=seed
    )
    rate = keras.optimizers.schedules.PolynomialDecay(LEARNING_RATE, total_steps, 0.0)
    chains = PersistentContrastiveDivergence(num_chains=NUM_CHAINS)
    model.compile(keras.optimizers.SGD(rate), chains, jit_compile=True)
    return model
