"""The same network for every optimizer, with a constant rate.

References: Robbins, Monro (1951), A stochastic approximation method. Polyak (1964), Some methods of
speeding up the convergence of iteration methods. Nesterov (1983), A method for solving a convex
programming problem with rate of convergence O(1/k^2). Duchi, Hazan, Singer (2011), Adaptive
subgradient methods. Tieleman, Hinton (2012), Lecture 6.5: RMSProp. Kingma, Ba (2015), Adam.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

NUM_HIDDEN = (256, 256)
# Name of a class in `keras.optimizers`, and its arguments. Duchi's sums of squares start at zero;
# Keras's 0.1 is more than most weights' gradients add in 4,000 updates, which leaves these SGD.
OPTIMIZERS = {
    "SGD": ("SGD", {}),
    "momentum": ("SGD", {"momentum": 0.9}),
    "Nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "AdaGrad": ("Adagrad", {"initial_accumulator_value": 0.0}),
    "RMSProp": ("RMSprop", {}),
    "Adam": ("Adam", {}),
}
# Rates to begin with. Those of momentum are smaller, since it takes ten times as long steps.
RATES = {
    "SGD": (0.01, 0.03, 0.1, 0.3, 1.0),
    "momentum": (0.003, 0.01, 0.03, 0.1, 0.3),
    "Nesterov": (0.003, 0.01, 0.03, 0.1, 0.3),
    "AdaGrad": (0.001, 0.003, 0.01, 0.03, 0.1),
    "RMSProp": (0.0001, 0.0003, 0.001, 0.003, 0.01),
    "Adam": (0.0001, 0.0003, 0.001, 0.003, 0.01),
}


def build(
    optimizer: str, rate: float, num_visible: int, num_classes: int, steps_per_execution: int = 1
) -> "keras.Model":
    """Returns a compiled network of rectified linear units.

    Args:
        optimizer: a key of `OPTIMIZERS`.
        rate: the learning rate, constant.
        num_visible: width of the rows.
        num_classes: number of classes.
        steps_per_execution: updates that TensorFlow makes in one go. Default 1.
    """
    import keras

    hidden = [
        keras.layers.Dense(width, "relu", kernel_initializer="he_normal") for width in NUM_HIDDEN
    ]
    outputs = keras.layers.Dense(num_classes, "softmax")
    network = keras.Sequential([keras.Input((num_visible,)), *hidden, outputs])
    kind, arguments = OPTIMIZERS[optimizer]
    network.compile(
        getattr(keras.optimizers, kind)(rate, **arguments),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=steps_per_execution,
        jit_compile=False,  # XLA takes longer to compile than it saves here
    )
    return network
