"""Deep autoencoder, 784-1000-500-250-30, from a deep belief network or from random weights."""

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from kerasdeep.zoo.coding import Coding
from kerasdeep.zoo.entry import MOST_ROWS
from kerasdeep.zoo.layers import layers_of_rbms
from kerasdeep.zoo.parameter import parameter
from kerasdeep.zoo.stack import Stack

if TYPE_CHECKING:
    import numpy as np

    from kerasdeep.models import DBN, Autoencoder


@dataclass(frozen=True, kw_only=True)
class DeepAutoencoder(Stack, Coding):
    """Autoencoder of several layers, whose code is linear."""

    name = "autoencoder"
    summary = "Deep autoencoder 1000-500-250-30, linear code"
    citation = "Hinton, Salakhutdinov (2006), Reducing the dimensionality of data"
    widths = (1000, 500, 250, 30)
    widths_of_few_pixels = (128, 64, 10)

    num_hidden: tuple[int, ...] | None = parameter(  # how wide a code is, no sweep can say
        None,
        "Units of each layer, the last one the code. [default: as the summary says; of small "
        "images fewer]",
        low=1,
    )
    epochs: int = 60
    activation: str | None = parameter(
        None,
        "Activation of the hidden layers. [default: gelu; from a DBN sigmoid, and no other]",
        choices=("gelu", "relu", "elu", "tanh", "sigmoid"),
    )
    loss: str = parameter(
        "squared_error", "What is learned to be small.", choices=("squared_error", "likelihood")
    )
    pretrain_epochs: int = parameter(
        0, "Epochs of each layer of a DBN to start from; 0 for random weights.", low=0
    )
    pretrain_learning_rate: float = parameter(
        0.05, "Rate of SGD at the start; falls to zero.", low=0
    )

    def __post_init__(self):
        super().__post_init__()
        if self.pretrain_epochs and self.activation not in (None, "sigmoid"):
            raise ValueError(
                "activation expects sigmoid, of the units of a DBN, with pretrain_epochs="
                f"{self.pretrain_epochs}. Received: {self.activation!r}. Leave it out."
            )

        if self.pretrain_epochs and self.num_hidden and len(self.num_hidden) < 2:
            raise ValueError(
                "num_hidden expects a hidden layer below the code with pretrain_epochs="
                f"{self.pretrain_epochs}. Received: {self.num_hidden}. Add one, or leave the "
                "pretraining out."
            )

    @property
    def hidden_activation(self) -> str:
        """Activation of the hidden layers."""
        return self.activation or ("sigmoid" if self.pretrain_epochs else "gelu")

    def fit_to(self, num_rows: int, num_values: int) -> Self:
        fitted = super().fit_to(num_rows, num_values)
        return dataclasses.replace(fitted, activation=self.hidden_activation)

    def autoencoder(self, row_shape: tuple[int, ...], seed: int | None) -> "Autoencoder":
        """Returns the model from random weights, not compiled."""
        import keras
        from keras.layers import Dense

        from kerasdeep.models import Autoencoder

        *hidden, code = self.layers
        up = [Dense(width, self.hidden_activation) for width in hidden] + [Dense(code)]
        down = [Dense(width, self.hidden_activation) for width in reversed(hidden)]
        encoder = keras.Sequential(up, name="encoder")
        decoder = keras.Sequential([*down, Dense(math.prod(row_shape))], name="decoder")
        return Autoencoder(encoder, decoder, loss=self.loss, name=self.name)

    def pretraining(self, rows: "np.ndarray", total_steps: int, seed: int | None) -> "DBN":
        """Returns a compiled DBN whose code units are Gaussian; `total_steps` are of a layer."""
        import keras

        from kerasdeep.models import DBN, RBM

        *hidden, code = self.layers
        normal = keras.initializers.RandomNormal(stddev=0.1, seed=seed)
        top = RBM(code, hidden="gaussian", kernel_initializer=normal, seed=seed, name="rbm_code")
        dbn = DBN([*layers_of_rbms(hidden, rows, seed), top], mean_field=False)

        def optimizer(rate):
            falling = keras.optimizers.schedules.PolynomialDecay(rate, total_steps, 0.0)
            return keras.optimizers.SGD(falling, momentum=0.9)

        # Units without bounds learn more slowly, as the first network of this kind did.
        rates = [self.pretrain_learning_rate] * len(hidden) + [self.pretrain_learning_rate / 50]
        dbn.compile([optimizer(rate) for rate in rates], "cd")
        return dbn

    def unrolled(self, dbn: "DBN", total_steps: int) -> "Autoencoder":
        """Returns the autoencoder that starts from a DBN, compiled for so many updates."""
        from kerasdeep.models import Autoencoder

        model = Autoencoder.unrolled(dbn, loss=self.loss, name=self.name)
        self.compile(model, total_steps)
        return model

    def prepare(
        self,
        x: "np.ndarray",
        y: "np.ndarray | None" = None,
        seed: int | None = None,
        num_classes: int | None = None,
        pretrain: bool = True,
    ) -> "Autoencoder":
        """Returns the compiled autoencoder, its DBN trained if it has one."""
        if not self.pretrain_epochs:
            return super().prepare(x, y, seed, num_classes, pretrain)
        batches = math.ceil(len(x) / self.batch_size)
        dbn = self.pretraining(x[:MOST_ROWS], self.pretrain_epochs * batches, seed)
        if pretrain:
            dbn.fit(x, batch_size=self.batch_size, epochs=self.pretrain_epochs, verbose=0)
        dbn.initialize_from(x[:MOST_ROWS])
        return self.unrolled(dbn, self.epochs * batches)
