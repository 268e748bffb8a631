"""Variational autoencoder with 20 codes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.coding import Coding
from kerasdeep.zoo.parameter import parameter
from kerasdeep.zoo.stack import Stack

if TYPE_CHECKING:
    from kerasdeep.models import VariationalAutoencoder


@dataclass(frozen=True, kw_only=True)
class Variational(Stack, Coding):
    """Codes with a normal distribution, two hidden layers each way."""

    name = "vae"
    summary = "Variational autoencoder 400-400-20"
    citation = "Kingma, Welling (2014), Auto-encoding variational Bayes"
    task = "directed"
    can_be_sampled = True
    widths = (400, 400, 20)
    widths_of_few_pixels = (128, 10)

    num_hidden: tuple[int, ...] | None = parameter(  # how wide a code is, no sweep can say
        None,
        "Units of each layer, the last one the code. [default: as the summary says; of small "
        "images fewer]",
        low=1,
    )
    epochs: int = 100
    activation: str = parameter(
        "gelu",
        "Activation of the hidden layers.",
        choices=("gelu", "relu", "elu", "tanh", "sigmoid"),
    )

    def autoencoder(self, row_shape: tuple[int, ...], seed: int | None) -> "VariationalAutoencoder":
        """Returns the model, not compiled."""
        import keras
        from keras.layers import Dense

        from kerasdeep.models import VariationalAutoencoder

        *hidden, codes = self.layers
        up = [Dense(width, self.activation) for width in hidden]
        down = [Dense(width, self.activation) for width in reversed(hidden)]
        encoder = keras.Sequential([*up, Dense(2 * codes)], name="encoder")
        decoder = keras.Sequential([*down, Dense(row_shape[0])], name="decoder")
        return VariationalAutoencoder(encoder, decoder, seed=seed, name=self.name)
