"""The deep belief network as a generative model: greedy layers, label units, up-down learning."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasdeep import backend
from kerasdeep.backend.random_state import SavedRandomState
from kerasdeep.backend.registration import register, serialized
from kerasdeep.backend.types import Tensor
from kerasdeep.energies.conditional import Conditional
from kerasdeep.energies.contrastive import centred
from kerasdeep.energies.dense import Dense
from kerasdeep.energies.directed import DirectedLayers
from kerasdeep.energies.fused import fused_gradient
from kerasdeep.energies.labelled import log_probability_of
from kerasdeep.models.boltzmann import RBM, served
from kerasdeep.models.deep.associative import AssociativeMemory
from kerasdeep.models.deep.transposed import TransposedStart
from kerasdeep.samplers import Particles
from kerasdeep.training.endpoints import Endpoint
from kerasdeep.training.labelled_top import LabelledTop
from kerasdeep.training.top_means import TopMeans
from kerasdeep.units import Mixed, Softmax, Unit, copy_of


@register
class GenerativeDBN(SavedRandomState, TopMeans, AssociativeMemory, TransposedStart, LabelledTop):
    r"""Deep belief network with label units, fine-tuned by contrastive wake-sleep ("up-down").

    The highest RBM is an associative memory of the layer below it and of a softmax group of labels
    $y$; the layers below it are drawn from the top down,

    $$p(v, h^1, \dots, h^\ell, y) = p(v \mid h^1) \cdots p(h^{\ell-2} \mid h^{\ell-1})\,
    p_\text{RBM}(h^{\ell-1}, y, h^\ell).$$

    `fit` first trains an RBM for each layer on what those below make of the data. Then the weights
    of the lower layers are untied, those that recognize from those that generate, and all learn
    together. Awake, layers are drawn above data, and the generative weights learn to draw each from
    the one above; the highest RBM learns by chains of the sampler, which start there, beside the
    label, or go on from update to update; asleep, layers are drawn below the end of its chains, and
    the recognition weights learn to say what each came from. `epochs` is a number for each of these
    stages, or a list with one a stage, up-down last.

    `fit` and `evaluate` report `reconstruction_error` (squared error an example, means passed up to
    the highest RBM and down again), `pseudo_log_likelihood` and `free_energy` of the highest RBM on
    what the layers below make of data, the former beside its labels, the latter summed over all;
    and `accuracy`, of the class of the lowest free energy. `loss` is minus the
    pseudo-log-likelihood. Calling the model and `predict` give the means of the top layer.

    Args:
        layers: list with the number of hidden units of each layer from the bottom up, at least one.
        num_classes: number of label units, at least 2. Default None: none.
        visible: unit type of the data. Default `"bernoulli"`.
        discriminative: weight in up-down of $\log p(y \mid h^{\ell-1})$ of labelled rows, which the
            highest RBM then learns beside the joint distribution, by the exact gradient, and
            recognition straight through the layers that it draws; at least 0. Default 0.0.
        transposed: whether an RBM starts as the one below it turned over, where it has hidden units
            enough, see `kerasdeep.models.deep.transposed`. Default False.
        pretraining: whether `fit` trains layers first, where it gets one number. Default True.
        seed: integer seed of initial weights and of all sampling. Default None.

    Attributes:
        stack: the RBMs; their kernels and hidden biases are those of recognition.
        generative_kernels: list of the kernels that generate the layers below the highest RBM, of
            the same shapes, `(size of layer i - 1, size of layer i)`.
        generative_biases: list of the biases of these layers.

    Raises:
        ValueError: for arguments out of range, units that may be missing, data that the visible
            units cannot have, or labels other than -1 (not known) to `num_classes - 1`.

    Example:

    >>> dbn = GenerativeDBN([500, 500, 2000], num_classes=10)
    >>> dbn.compile(keras.optimizers.SGD(0.05), ContrastiveDivergence(steps=3))
    >>> dbn.fit(x, y, batch_size=100, epochs=[30, 30, 30, 100])
    >>> dbn.class_probabilities(x).numpy().argmax(axis=1)
    >>> threes = dbn.sample(labels=[3] * 16, mean=True)

    Reference: Hinton, Osindero, Teh (2006), A fast learning algorithm for deep belief nets. Neural
    Computation 18.
    """

    prefix = "rbm"

    def __init__(
        self,
        layers: Sequence[int],
        num_classes: int | None = None,
        visible: str | Unit = "bernoulli",
        discriminative: float = 0.0,
        transposed: bool = False,
        pretraining: bool = True,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        name = type(self).__name__
        backend.check_layers(layers, name)
        self.seed = backend.seed_number(seed, name)
        self.data_unit = copy_of(visible)
        if not all(isinstance(layer, RBM) for layer in layers):
            layers = [backend.positive_integer(size, "layers", name) for size in layers]
            layers = [
                RBM(
                    size,
                    self.data_unit if number == 0 else "bernoulli",
                    seed=None if seed is None else seed + number,
                    dtype=kwargs.get("dtype"),
                    name=f"rbm_{number + 1}",
                )
                for number, size in enumerate(layers)
            ]
        elif len(layers) > 1 and layers[0].visible.name != self.data_unit.name:
            raise ValueError(
                f"{name} expects visible to be the type of its lowest layer. Received: "
                f"visible={self.data_unit.name!r} and an RBM of {layers[0].visible.name} units."
            )
        pretraining = backend.yes_or_no(pretraining, "pretraining", name)
        super().__init__(layers, mean_field=False, pretraining=pretraining, **kwargs)
        self.num_classes = backend.class_number(num_classes, name)
        self.transposed = backend.yes_or_no(transposed, "transposed", name)
        self.discriminative = self._checked_weight_of_labels(discriminative)
        self.layer_sizes = [rbm.num_hidden for rbm in self.stack]
        self.seed_generator = keras.random.SeedGenerator(seed)
        self._add_metrics()

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if self.built:
            return
        num_visible = input_shape[-1]
        self._check_all_known(self.data_unit, num_visible)
        if self.num_classes:
            below = [num_visible, *self.layer_sizes][-2]
            unit = self.data_unit if len(self.stack) == 1 else self.stack[-2].hidden
            labels = Softmax(self.num_classes), self.num_classes
            self.stack[-1].visible = Mixed([*unit.parts(below), labels])
        super().build(input_shape)
        self.input_spec = keras.layers.InputSpec(ndim=2, axes={-1: num_visible})
        sizes = [num_visible, *self.layer_sizes]
        numbers = range(len(self.stack) - 1)
        self.generative_kernels = [
            self._add_generative(f"kernel_{n + 1}", (sizes[n], sizes[n + 1])) for n in numbers
        ]
        self.generative_biases = [self._add_generative(f"bias_{n}", (sizes[n],)) for n in numbers]
        self._add_joined()
        self.built = True
        self._build_training()

    def _add_generative(self, name, shape):
        return self.add_weight(name=f"generative_{name}", shape=shape, initializer="zeros")

    @property
    def visible_unit(self) -> Unit:
        return self.data_unit

    @property
    def row_shape(self) -> tuple[int | None, ...]:
        (width,) = self.stack[0].row_shape
        return (width - (self.num_classes or 0 if len(self.stack) == 1 else 0),)

    def directed(self) -> DirectedLayers:
        """Returns the conditional distributions of both directions, below the highest RBM."""
        backend.check_built(self)
        generative, recognition = [], []
        for number, rbm in enumerate(self.stack[:-1]):
            down = Dense(self.generative_kernels[number])
            bias = self.generative_biases[number]
            generative.append(Conditional(rbm.visible, rbm.hidden, down, bias, upward=False))
            up = rbm.hidden, rbm.visible, rbm.connection, rbm.hidden_bias
            recognition.append(Conditional(*up, upward=True))
        return DirectedLayers(generative, recognition, self.seed_generator)

    def _top_means(self, inputs):
        features = self.directed().in_precision(self.compute_dtype).mean_up(inputs)
        return self.top.hidden_mean(self.layer_input(len(self.stack) - 1, features, None))

    def _unused(self):
        of_pretraining = [rbm.visible_bias for rbm in self.stack]
        return [*self.generative_kernels, *self.generative_biases, *of_pretraining]

    def endpoints(self) -> list[Endpoint]:
        return [
            served.transform(self),
            served.infer(self),
            served.reconstruct(self),
            *served.drawings(self),
        ]

    # Training.

    def sampled_machine(self) -> RBM:
        return self.top

    def learned_variables(self) -> list[keras.Variable]:
        directed = self.directed()
        return [
            *directed.generative_parameters,
            *directed.recognition_parameters,
            *self.top.energy_parameters,
        ]

    def _join(self, rows):
        """Unties the weights that generate from those that recognize."""
        for number, rbm in enumerate(self.stack[:-1]):
            self.generative_kernels[number].assign(rbm.kernel)
            self.generative_biases[number].assign(rbm.visible_bias)
        if self.compiled:
            self.sampler.initialize(self.top)

    def _update_whole(self, visible, label, weight):
        directed = self.directed().in_precision(self.compute_dtype)
        awake = directed.up(visible)
        rows = self.training_input(len(self.stack) - 1, awake[-1], label)
        memory = self.top._in_compute_precision()
        field = memory.hidden_field(rows)
        hidden = self.top.hidden.mean(field)
        particles = self.sampler.negative_phase(memory, field, weight)
        asleep = directed.down(particles.visible[:, : awake[-1].shape[-1]])
        data = Particles(rows, hidden, weight)
        offsets = self.top.visible_offset, self.top.hidden_offset
        of_memory = fused_gradient(memory, data, particles, *offsets)
        upward = [*directed.sleep(asleep, particles.weight), *of_memory]
        if self.discriminative:
            of_labels = self._gradients_of_labels(directed, awake, label, weight)
            upward = [sum(pair) for pair in zip(upward, of_labels, strict=True)]
        self._apply([*directed.wake(awake, weight), *upward], self.learned_variables())
        self.sampler.observe(upward[-len(of_memory) :])
        self.top.update_offsets(rows, hidden, weight)

    def _gradients_of_labels(self, directed, awake, label, weight):
        """Returns gradients by the weights of recognition and of the highest RBM."""
        recognition = directed.recognition_parameters

        def objective():
            features = directed.straight_through(awake)
            log_p = log_probability_of(label, self._label_field(features))
            log_p = log_p if weight is None else weight * log_p
            return -self.discriminative * backend.part_of_mean(log_p)

        gradients = backend.gradients(objective, [*recognition, *self.top.energy_parameters])
        below, of_memory = gradients[: len(recognition)], gradients[len(recognition) :]
        offsets = self.top.visible_offset, self.top.hidden_offset
        return [*below, *centred(of_memory, self.top, *offsets)]

    def layer_input(self, number: int, values: Tensor, label: Tensor | None) -> Tensor:
        r"""Returns values, for the highest layer beside one-hot labels.

        Args:
            number, values: as of `GreedyStack.layer_input`.
            label: numbers of classes, -1 where it is not known, which becomes
                $p(y \mid h^{\ell-1})$; None: all are equally likely.
        """
        return self._beside_labels(number, values, label, ops.softmax)

    def training_input(self, number: int, values: Tensor, label: Tensor | None) -> Tensor:
        """Returns `layer_input`, but with labels that are not known drawn."""

        def drawn(field):
            return self._label_unit().sample(field, self.top.seed_generator)

        return self._beside_labels(number, values, label, drawn)

    def _beside_labels(self, number, values, label, labels_of_field):
        rows = super().layer_input(number, values, label)
        if label is None or not self._sees_labels(number):
            return rows
        features, given = rows[:, : -self.num_classes], rows[:, -self.num_classes :]

        def completed():
            found = labels_of_field(self._label_field(features))
            return ops.where(label[:, None] >= 0, given, found)

        labels = ops.cond(backend.on_all_replicas(ops.all(label >= 0)), lambda: given, completed)
        return ops.concatenate([features, labels], axis=-1)

    def _measure_whole(self, visible, label, weight):
        features = self.directed().mean_up(visible)
        rows = self.layer_input(len(self.stack) - 1, features, label)
        field = self.top.hidden_field(rows)
        mean = self.top.visible_mean(self.top.hidden.mean(field))
        self.pseudo_log_likelihood.update_state(self.top, rows, field, mean, weight)
        self.mean_free_energy.update_state(self._memory_free_energy(features), weight)
        seen = self._reconstructed(features)
        error = ops.sum(ops.square(visible - seen), axis=-1)
        self.reconstruction_error.update_state(error, weight)
        if not self.learns_from_labels:
            self._measure_users(visible, seen, weight)
        if label is not None:
            self._report_labels(label, ops.softmax(self._label_field(features)), weight)

    # Saving.

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        del config["mean_field"]
        return {
            **config,
            "visible": serialized(self.data_unit),
            "transposed": self.transposed,
            "seed": self.seed,
        }
