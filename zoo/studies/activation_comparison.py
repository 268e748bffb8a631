"""The same deep network for every activation, each with the initial weights that suit it.

References: Glorot, Bengio (2010), Understanding the difficulty of training deep feedforward neural
networks. Nair, Hinton (2010), Rectified linear units improve restricted Boltzmann machines. Maas,
Hannun, Ng (2013), Rectifier nonlinearities improve neural network acoustic models. He, Zhang, Ren,
Sun (2015), Delving deep into rectifiers. Clevert, Unterthiner, Hochreiter (2016), Exponential
linear units. Hendrycks, Gimpel (2016), Gaussian error linear units.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

NUM_HIDDEN = (128, 128, 128, 128)
# Keras's name of each, and of the initial weights that keep signals as large from layer to layer.
INITIALIZERS = {
    "sigmoid": "glorot_uniform",
    "tanh": "glorot_uniform",
    "relu": "he_normal",
    "leaky_relu": "he_normal",
    "elu": "he_normal",
    "gelu": "he_normal",
}
MOMENTUM = 0.9
# Length to which gradients are cut. Without it, elu diverged with one of three seeds on MNIST, in
# the first 40 updates, at the rate that was best with another.
LONGEST_GRADIENT = 1.0
# Rates to begin with.
RATES = dict.fromkeys(INITIALIZERS, (0.003, 0.01, 0.03, 0.1, 0.3))


def build(
    activation: str,
    rate: float,
    num_visible: int,
    num_classes: int,
    total_steps: int,
    steps_per_execution: int = 1,
) -> "keras.Model":
    """Returns a compiled network.

    Args:
        activation: a key of `INITIALIZERS`.
        rate: initial learning rate.
        num_visible: width of the rows.
        num_classes: number of classes.
        total_steps: number of updates until the rate is zero.
        steps_per_execution: updates that TensorFlow makes in one go. Default 1.
    """
    import keras

    hidden = [
        keras.layers.Dense(width, activation, kernel_initializer=INITIALIZERS[activation])
        for width in NUM_HIDDEN
    ]
    outputs = keras.layers.Dense(num_classes, "softmax")
    network = keras.Sequential([keras.Input((num_visible,)), *hidden, outputs])
    schedule = keras.optimizers.schedules.CosineDecay(rate, total_steps)
    network.compile(
        keras.optimizers.SGD(schedule, MOMENTUM, global_clipnorm=LONGEST_GRADIENT),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=steps_per_execution,
        jit_compile=False,  # XLA takes longer to compile than it saves here
    )
    return network
