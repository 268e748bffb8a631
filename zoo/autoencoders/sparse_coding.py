"""Sparse coding: rows as sums of few columns of a dictionary."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.coding import Coding
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    from kerasdeep.models import Autoencoder


@dataclass(frozen=True, kw_only=True)
class Dictionary(Coding):
    """Codes are looked for, by iterative shrinkage; the dictionary is learned."""

    name = "sparse-coding"
    summary = "Sparse coding, a dictionary of 196 columns"
    citation = "Olshausen, Field (1996), Emergence of simple-cell receptive field properties"
    task = "dictionary"

    epochs: int = 20
    learning_rate: float = 1e-2
    num_hidden: int = parameter(
        196, "Columns of the dictionary.", low=1, search=(50, 500), log=True
    )
    cost: float = parameter(0.5, "Weight of the sum of a row's codes.", low=0.05)
    num_steps: int = parameter(100, "Steps of the search for codes.", low=1)

    def autoencoder(self, row_shape: tuple[int, ...], seed: int | None) -> "Autoencoder":
        """Returns the model, not compiled."""
        from kerasdeep.layers import SparseCoding
        from kerasdeep.models import Autoencoder
        from kerasdeep.penalties import AbsoluteCode

        coding = SparseCoding(self.num_hidden, self.cost, self.num_steps, name="encoder")
        penalty = AbsoluteCode(self.cost)
        return Autoencoder(coding, visible="gaussian", penalty=penalty, name=self.name)
