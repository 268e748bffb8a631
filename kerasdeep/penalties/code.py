"""What every penalty on the code of an autoencoder has."""

from typing import Any, Self

import keras

from kerasdeep import backend
from kerasdeep.backend.types import Tensor


class CodePenalty:
    r"""Base class of penalties on codes; a subclass has `of_rows(encoder, code, share)`.

    Args:
        cost: $\lambda \geq 0$, what the penalty is multiplied with.
    """

    takes_images = False

    def __init__(self, cost: float) -> None:
        self.cost = backend.real_number(cost, "cost", type(self).__name__)

    def __call__(self, encoder: keras.layers.Layer, code: Tensor, share: Tensor) -> Tensor:
        r"""Returns $\lambda$ times the penalty of each row, shape `(batch,)`.

        Args:
            encoder: the layer or model that made the code.
            code: float32 tensor of shape `(batch, num_codes)`.
            share: share of each row in an average, which sum to 1 over all replicas on average.
        """
        if len(code.shape) != 2 and not self.takes_images:
            raise ValueError(
                f"{type(self).__name__} expects codes of shape (batch, num_codes). Received: "
                f"{tuple(code.shape)}. Flatten them."
            )
        return self.cost * self.of_rows(encoder, code, share)

    def of_rows(self, encoder: keras.layers.Layer, code: Tensor, share: Tensor) -> Tensor:
        """Returns the penalties without their factor."""
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        return {"cost": self.cost}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        return cls(**config)
