"""How the networks are fine-tuned that deep models are unrolled as."""

from typing import TYPE_CHECKING, Any

from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import keras


def adversarial_distance() -> Any:
    """Returns the hyper-parameter that `smooth` takes, for an entry to have."""
    return parameter(
        0.0,
        "Distance from each row within which fine-tuning makes answers alike; 0 for none.",
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


def compile_with_adam(network: "keras.Model", learning_rate: float, total_steps: int) -> None:
    """Compiles a classifier for labels that are integers.

    Args:
        network: the classifier.
        learning_rate: of Adam at the start; falls to zero along half a cosine.
        total_steps: updates after which it is zero.
    """
    import keras

    rate = keras.optimizers.schedules.CosineDecay(learning_rate, total_steps)
    network.compile(
        keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
