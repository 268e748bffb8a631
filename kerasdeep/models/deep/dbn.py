"""The deep belief network as a Keras model: a list of RBMs, trained one after the other."""

from collections.abc import Sequence
from typing import Any

import keras

from kerasdeep import backend
from kerasdeep.backend.registration import register
from kerasdeep.energies.conditional import Conditional
from kerasdeep.energies.directed import DirectedLayers
from kerasdeep.models.boltzmann import RBM, served
from kerasdeep.models.deep.associative import AssociativeMemory
from kerasdeep.models.deep.transposed import TransposedStart
from kerasdeep.models.deep.unroll import to_dense
from kerasdeep.training.endpoints import Endpoint
from kerasdeep.training.greedy import GreedyStack
from kerasdeep.training.unrolled import Unrolled
from kerasdeep.units import Unit


@register
class DBN(AssociativeMemory, TransposedStart, Unrolled, GreedyStack):
    r"""Deep belief network, trained greedily.

    The model of $\ell$ layers is a directed one with an RBM on top,

    $$p(v, h^1, \dots, h^\ell) = p(v \mid h^1)\, p(h^1 \mid h^2) \cdots p(h^{\ell-1}, h^\ell),$$

    and `fit` trains its RBMs in turn: the first on the data, each next one on what the hidden
    units below it make of the data. One call, one History: epochs are counted through, and every
    logged name starts with its layer, `rbm_1_`, `rbm_2_`, ... Lower layers are computed as the data
    passes, never stored, so data of any size can be streamed. `evaluate` reports every layer,
    always on means passed up. `dbn(x)` and `dbn.predict(x)` are the means of the top hidden units.
    `GenerativeDBN` also learns labels, and fine-tunes all layers as a generative model.

    Args:
        layers: list with the number of hidden units of each layer from the bottom up, or with
            `RBM` objects, where layers differ in more than that. At least one.
        visible: unit type of the data where `layers` holds numbers. Default `"bernoulli"`.
        mean_field: whether an RBM learns from the means of the hidden units below it, or, if
            False, from samples of them, drawn anew in every step. Default True.
        transposed: whether an RBM starts as the one below it turned over, where it has hidden units
            enough, see `kerasdeep.models.deep.transposed`. Default False.
        seed: integer seed where `layers` holds numbers; layer $i$ gets `seed + i`. Default None.

    Attributes:
        rbms: the `RBM` of each layer, from the bottom up.

    Raises:
        ValueError: for no layers, or RBMs whose visible units are not of the type of the hidden
            units below them.

    Example:

    >>> dbn = DBN([500, 500, 2000])
    >>> dbn.compile(optimizer=keras.optimizers.SGD(0.1, momentum=0.9))
    >>> dbn.fit(x, batch_size=100, epochs=[30, 20, 20])
    >>> classifier = dbn.to_classifier(num_classes=10)

    References: Hinton, Osindero, Teh (2006), A fast learning algorithm for deep belief nets. Neural
    Computation 18. Bengio (2009), Learning deep architectures for AI, algorithm 2.
    """

    prefix = "rbm"

    def __init__(
        self,
        layers: Sequence[int | RBM],
        visible: str | Unit = "bernoulli",
        mean_field: bool = True,
        transposed: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        backend.check_layers(layers, "DBN")
        seed = backend.seed_number(seed, "DBN")
        mean_field = backend.yes_or_no(mean_field, "mean_field", "DBN")
        policy = kwargs.get("dtype")
        rbms = [
            layer
            if isinstance(layer, keras.Model)
            else RBM(
                layer,
                visible=visible if index == 0 else "bernoulli",
                seed=None if seed is None else seed + index,
                dtype=policy,
                name=f"rbm_{index + 1}",
            )
            for index, layer in enumerate(layers)
        ]
        super().__init__(rbms, mean_field, **kwargs)
        self.transposed = backend.yes_or_no(transposed, "transposed", "DBN")
        for lower, upper in zip(self.rbms, self.rbms[1:], strict=False):
            if lower.hidden.get_config() != upper.visible.get_config() or (
                lower.hidden.name != upper.visible.name
            ):
                raise ValueError(
                    "DBN expects the visible units of an RBM to be of the type of the hidden units "
                    f"below it. Received: {upper.visible.name} above {lower.hidden.name}. "
                    f"Pass RBM(..., visible={lower.hidden.name!r})."
                )

    @property
    def rbms(self) -> list[RBM]:
        """The `RBM` of each layer, from the bottom up."""
        return self.stack

    def directed(self) -> DirectedLayers:
        """Returns the conditional distributions of both directions, below the highest RBM."""
        backend.check_built(self)
        down, up = [], []
        for rbm in self.rbms[:-1]:
            visible, hidden = (rbm.visible, rbm.visible_bias), (rbm.hidden, rbm.hidden_bias)
            down.append(Conditional(visible[0], hidden[0], rbm.connection, visible[1], False))
            up.append(Conditional(hidden[0], visible[0], rbm.connection, hidden[1], True))
        return DirectedLayers(down, up, self.rbms[0].seed_generator)

    def seed_chains(self, seed: int) -> None:
        """Makes `sample` draw what it drew after any other call with the same integer."""
        for index, rbm in enumerate(self.rbms):
            rbm.seed_chains(seed + index)

    def endpoints(self) -> list[Endpoint]:
        return [served.transform(self), served.reconstruct(self), served.sample(self)]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "transposed": self.transposed}

    def _input(self):
        return keras.Input((self.rbms[0].kernel.shape[0],))

    def _encoder(self, **kwargs):
        return [to_dense(rbm, name=f"encoder_{i + 1}", **kwargs) for i, rbm in enumerate(self.rbms)]

    def _decoder(self):
        return [
            to_dense(rbm, reverse=True, name=f"decoder_{index + 1}")
            for index, rbm in enumerate(reversed(self.rbms))
        ]
