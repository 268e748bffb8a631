"""Layers in a row, each connected to its neighbours: a deep Boltzmann machine has two sides too."""

import itertools
from collections.abc import Sequence
from typing import Self

from keras import ops

from kerasdeep import backend
from kerasdeep.backend.types import Tensor
from kerasdeep.energies.connection import Connection
from kerasdeep.energies.dense import product


class Layered(Connection):
    r"""One matrix for each pair of neighbouring layers.

    Layers $0, 1, \dots, \ell$ with statistics $s^0, \dots, s^\ell$ interact as

    $$\sum_{i < \ell} (s^i)^\top W^i s^{i+1}.$$

    No two even layers are connected, and no two odd ones: given all odd layers the units of the
    even ones are independent, and the other way round. So the even layers, side by side, are the
    visible side, the odd ones the hidden side, and all that holds for two sides holds here.

    Args:
        kernels: list of $W^i$, shape `(size of layer i, size of layer i + 1)`.
        dtype: type of the factors of products. Default `"float32"`.

    Reference: Salakhutdinov, Hinton (2009), Deep Boltzmann machines. AISTATS.
    """

    def __init__(self, kernels: Sequence[Tensor], dtype: str = "float32") -> None:
        self.weights = list(kernels)
        self.dtype = dtype
        sizes = [kernel.shape[0] for kernel in kernels] + [kernels[-1].shape[1]]
        self.even, self.odd = sizes[::2], sizes[1::2]

    def up(self, statistic: Tensor) -> Tensor:
        return self._fields(backend.split(statistic, self.even), first=0)

    def down(self, statistic: Tensor) -> Tensor:
        return self._fields(backend.split(statistic, self.odd), first=1)

    def correlation(self, visible: Tensor, hidden: Tensor) -> list[Tensor]:
        return [
            product(ops.transpose(lower), upper, self.dtype)
            for lower, upper in itertools.pairwise(self.layers(visible, hidden))
        ]

    def layers(self, visible: Tensor, hidden: Tensor) -> list[Tensor]:
        """Returns layers 0, 1, 2, ... of both sides, each with its columns."""
        even, odd = backend.split(visible, self.even), backend.split(hidden, self.odd)
        return [(even, odd)[i % 2][i // 2] for i in range(len(even) + len(odd))]

    def above(self) -> Self:
        """Returns what connects the layers from layer 1 on, the odd ones as its visible side."""
        return Layered(self.weights[1:], self.dtype)

    def up_from(self, columns: Tensor, statistic: Tensor) -> Tensor:
        chosen = ops.one_hot(columns, sum(self.even))
        return self.up(ops.einsum("bwd,kbw->kbd", chosen, statistic))

    def _fields(self, layers, first):
        """Returns what the other layers receive from layers number `first`, `first + 2`, ..."""
        received = {}
        for place, layer in zip(range(first, len(self.weights) + 1, 2), layers, strict=True):
            if place > 0:
                below = product(layer, ops.transpose(self.weights[place - 1]), self.dtype)
                received.setdefault(place - 1, []).append(below)
            if place < len(self.weights):
                above = product(layer, self.weights[place], self.dtype)
                received.setdefault(place + 1, []).append(above)
        return ops.concatenate([sum(received[place]) for place in sorted(received)], axis=-1)

    def with_weights(self, weights: Sequence[Tensor]) -> Self:
        return Layered(weights, self.dtype)

    def in_precision(self, dtype: str) -> Self:
        return Layered(self.weights, dtype)
