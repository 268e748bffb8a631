"""How the networks are fine-tuned that deep models are unrolled as."""

from typing import TYPE_CHECKING, Any

from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import keras


def adversarial_distance() -> Any:
    """Returns the hyper-parameter that `smooth` takes, for an entry to have."""
    return parameter(
        0.0,
        "Distance from each row within which virtual adversarial training makes answers alike, "
        "best with little dropout; 0 for none.",
        low=0,
        search=(0.0, 3.0),
    )


def smooth(network: "keras.Model", adversarial: float) -> "keras.Model":
    """Returns the network, which `fit` makes answer alike near each row if `adversarial` is not 0.

    Args:
        network: a classifier that is not compiled.
        adversarial: how near, `VirtualAdversarial`'s distance; 0 for a network as it is.
    """
    from kerasdeep.models import VirtualAdversarial

    if not adversarial:
        return network
    (inputs,), (outputs,) = network.inputs, network.outputs
    return VirtualAdversarial(inputs, outputs, epsilon=adversarial, name=network.name)


def falling_rate(
    learning_rate: float, total_steps: int, warm_up: float = 0.0
) -> "keras.optimizers.schedules.LearningRateSchedule":
    """Returns a rate that falls to zero along half a cosine.

    Args:
        learning_rate: the largest.
        total_steps: updates after which it is zero.
        warm_up: share of the updates in which it rises from zero first, below 1. Default 0.
    """
    import keras

    rising = round(warm_up * total_steps)
    return keras.optimizers.schedules.CosineDecay(
        0.0 if rising else learning_rate,
        total_steps - rising,
        warmup_target=learning_rate if rising else None,
        warmup_steps=rising,
    )


def compile_with_adam(
    network: "keras.Model", learning_rate: float, total_steps: int, warm_up: float = 0.0
) -> None:
    """Compiles a classifier for labels that are integers.

    Args:
        network: the classifier.
        learning_rate, total_steps, warm_up: as of `falling_rate`, the rate of Adam.
    """
    import keras

    network.compile(
        keras.optimizers.Adam(falling_rate(learning_rate, total_steps, warm_up)),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
