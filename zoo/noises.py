"""Noises that an option names."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

NOISES = ("masking", "gaussian", "salt-and-pepper")


def corruption(noise: str, rate: float) -> "keras.layers.Layer":
    """Returns the layer of a noise that an option names."""
    from kerasdeep import layers

    kinds = {
        "masking": layers.MaskingNoise,
        "gaussian": layers.GaussianNoise,
        "salt-and-pepper": layers.SaltAndPepperNoise,
    }
    return kinds[noise](rate)
