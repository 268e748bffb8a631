"""The deep Boltzmann machine: an RBM between its odd and its even layers, and mean field."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops
from keras.optimizers import Optimizer

from kerasdeep import backend, samplers, units
from kerasdeep.backend.random_state import SavedRandomState
from kerasdeep.backend.registration import register, serialized
from kerasdeep.backend.types import Tensor
from kerasdeep.callbacks import FreeEnergyGap
from kerasdeep.energies.fused import fused_gradient
from kerasdeep.energies.layered import Layered
from kerasdeep.energies.views import View
from kerasdeep.models.boltzmann import served
from kerasdeep.models.deep.doubled import DoubledRBM, doubled_rbms
from kerasdeep.models.deep.held_classes import chain_classes, negative_phase_by_class
from kerasdeep.models.deep.inference import DeepInference
from kerasdeep.models.deep.label_given_below import gradients_of_labels, probabilities_of_labels
from kerasdeep.models.deep.posterior import FeedForward
from kerasdeep.samplers import Particles
from kerasdeep.training.centring import CentredUnits
from kerasdeep.training.endpoints import Endpoint
from kerasdeep.training.labelled_top import LabelledTop
from kerasdeep.training.top_means import TopMeans


@register
class DBM(SavedRandomState, TopMeans, FeedForward, DeepInference, CentredUnits, LabelledTop):
    r"""Deep Boltzmann machine: layers $h^0 = v, h^1, \dots, h^\ell$, each joined to its neighbours,

    $$E(v, h^1, \dots, h^\ell) = E_b(v) - \sum_{i=1}^{\ell} (c^i)^\top h^i
    - \sum_{i=1}^{\ell} s(h^{i-1})^\top W^i h^i.$$

    Given all odd layers the units of the even ones are independent, and the other way round, so
    that it is an RBM between both: samplers, annealing and exact sums are those of the RBM. Only
    the even layers above the data have to be inferred: by mean field, which lowers the variational
    free energy

    $$F(v) = \mathbb{E}_q[E(v, h)] - H(q) \geq -\log p(v) - \log Z$$

    sweep by sweep. Training follows the gradient of this bound, with chains of the sampler for the
    model's side.

    `fit` first trains an RBM for each pair of neighbouring layers on what those below make of the
    data, see `kerasdeep.models.deep.doubled.DoubledRBM`, then all layers together: `epochs` is a
    number for each of these stages, or a list with one a stage, the joint training last. A machine
    that was trained before goes on jointly. Centred, it also learns from random weights.

    With `num_classes`, a softmax group of label units is the layer above the highest; `fit` takes
    labels, numbers or one-hot ones, -1 or zeros where one is not known, and reports `accuracy`, by
    $p(y \mid h^{\ell-1})$ with means given data: what `class_probabilities` returns with
    `discriminative`, and a tenth of its work without.

    Calling the model and `predict` give the means of the top layer. `fit` and `evaluate` report
    `reconstruction_error` (squared error an example), `pseudo_log_likelihood`, that of the data
    given the means of the even layers above it, and `free_energy`, $F$, in nats; `loss` is minus
    the pseudo-log-likelihood.

    Args:
        layers: list with the number of hidden units of each layer from the bottom up, at least one.
        visible: unit type of the data. Default `"bernoulli"`.
        num_classes: number of label units, at least 2. Default None: none.
        pretraining: whether `fit` trains layers first, where it gets one number. Default True.
        doubling: whether layers that will have neighbours on both sides see one twice meanwhile, as
            is right where all are trained. Without, train the lowest alone, `epochs=[50, 0, 50]`:
            while the kernel above is small, the machine is that RBM. Default True.
        centering: whether to train with the centred gradient, see
            `kerasdeep.energies.contrastive.centred`. Default True.
        max_sweeps: sweeps of mean field at most, at least 1. Default 20.
        training_sweeps: the same in a step of joint training, which costs an update as many
            products. Default 5.
        tolerance: mean field of a row ends when no mean moves further in a sweep. Default 0.001.
        damping: share of its old means that a sweep keeps, from 0 to below 1. Default 0.0.
        rates: list with a factor for each of the `kernels`, at least 0, by which gradients of joint
            training are multiplied, those of the biases of the layer above with them. Upper layers,
            whose units are on more often than pixels, need smaller steps. Default None: all 1.
        discriminative: weight in joint training of $\log p(y \mid h^{\ell-1})$ of labelled rows,
            given the layer below the highest, see `kerasdeep.models.deep.label_given_below`; at
            least 0. Default 0.0.
        chains_by_class: whether each chain of joint training holds a class, so that it learns what
            is drawn by label, $p(v \mid y)$, and classes by `discriminative` alone; see
            `kerasdeep.models.deep.held_classes`. Default False.
        seed: integer seed of initial weights and of all sampling. Default None.

    Attributes:
        kernels: list of $W^i$, shape `(size of layer i - 1, size of layer i)`.
        stack: the RBMs of the pretraining, whose kernels these are.

    Raises:
        ValueError: for arguments out of range, units that may be missing, or data that the visible
            units cannot have.

    Example:

    >>> dbm = DBM([500, 1000])
    >>> dbm.compile(keras.optimizers.SGD(0.02))
    >>> dbm.fit(x, batch_size=100, epochs=50)

    References: Salakhutdinov, Hinton (2009), Deep Boltzmann machines. AISTATS. Montavon, Müller
    (2012), Deep Boltzmann machines and the centering trick. Neural Networks: Tricks of the Trade.
    """

    prefix = "rbm"

    def __init__(
        self,
        layers: Sequence[int],
        visible: str | units.Unit = "bernoulli",
        num_classes: int | None = None,
        pretraining: bool = True,
        doubling: bool = True,
        centering: bool = True,
        max_sweeps: int = 20,
        training_sweeps: int = 5,
        tolerance: float = 0.001,
        damping: float = 0.0,
        rates: Sequence[float] | None = None,
        discriminative: float = 0.0,
        chains_by_class: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        name = type(self).__name__
        backend.check_layers(layers, name)
        self.data_unit = units.copy_of(visible)
        num_classes = backend.class_number(num_classes, name)
        self.seed = backend.seed_number(seed, name)
        centering = backend.yes_or_no(centering, "centering", name)
        if not all(isinstance(layer, DoubledRBM) for layer in layers):
            layers = [backend.positive_integer(size, "layers", name) for size in layers]
            options = {"centering": centering, "dtype": kwargs.get("dtype")}
            doubling = backend.yes_or_no(doubling, "doubling", name)
            shared = self.data_unit, num_classes, doubling, self.seed
            layers = doubled_rbms(layers, *shared, **options)
        pretraining = backend.yes_or_no(pretraining, "pretraining", name)
        super().__init__(layers, mean_field=True, pretraining=pretraining, **kwargs)
        self.doubling = doubling
        self.layer_sizes = [rbm.num_hidden for rbm in self.stack]
        self.num_classes = num_classes
        self.centering = centering
        self.max_sweeps = backend.positive_integer(max_sweeps, "max_sweeps", name)
        self.training_sweeps = backend.positive_integer(training_sweeps, "training_sweeps", name)
        self.tolerance = backend.real_number(tolerance, "tolerance", name)
        self.damping = backend.real_number(damping, "damping", name, below=1)
        self.rates = self._checked_rates(rates)
        self.discriminative = self._checked_weight_of_labels(discriminative)
        self.chains_by_class = backend.yes_or_no(chains_by_class, "chains_by_class", name)
        if chains_by_class and num_classes is None:
            raise ValueError(f"{name} expects num_classes with chains_by_class. Received: None.")
        self.seed_generator = keras.random.SeedGenerator(seed)
        self._add_metrics()

    def _checked_rates(self, rates):
        number = len(self.layer_sizes) + (self.num_classes is not None)
        if rates is None:
            return None
        if not isinstance(rates, list | tuple) or len(rates) != number:
            raise ValueError(
                f"DBM expects a list with a rate for each of its {number} kernels. Received: "
                f"rates={rates!r}."
            )
        return [backend.real_number(rate, "rates", "DBM") for rate in rates]

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if self.built:
            return
        num_visible = input_shape[-1]
        self._check_all_known(self.data_unit, num_visible)
        super().build(input_shape)
        self.input_spec = keras.layers.InputSpec(ndim=2, axes={-1: num_visible})
        self.connection = Layered([w for rbm in self.stack for w in rbm.connection.weights])
        sizes = self.connection.even, self.connection.odd
        self.visible, self.hidden = (self._side(number, side) for number, side in enumerate(sizes))
        even, odd = map(sum, sizes)
        self.visible_bias = self.add_weight(name="visible_bias", shape=(even,), initializer="zeros")
        self.hidden_bias = self.add_weight(name="hidden_bias", shape=(odd,), initializer="zeros")
        self._add_offsets((1, even), (1, odd))
        self.visible.add_weights(self, even)
        self._add_joined()
        self.built = True
        self._build_training()

    def _side(self, number, sizes):
        """Returns the units of the even layers, number 0, or of the odd ones, number 1."""
        types = ["bernoulli"] * len(sizes)
        if number == 0:
            types[0] = self.data_unit
        if self.num_classes and len(self.connection.weights) % 2 == number:
            types[-1] = units.Softmax(self.num_classes)
        if types == ["bernoulli"] * len(sizes):
            return units.Bernoulli()
        parts = list(zip(types, sizes, strict=True))
        return units.Mixed(parts) if len(parts) > 1 else types[0]

    @property
    def kernels(self) -> list[keras.Variable]:
        """Weights $W^i$ between neighbouring layers, that of the label units last."""
        return self.connection.weights

    @property
    def visible_unit(self) -> units.Unit:
        return self.data_unit

    @property
    def row_shape(self) -> tuple[int | None, ...]:
        return (self.kernels[0].shape[0],)

    @property
    def biases(self) -> list[Tensor]:
        """Biases of every layer from the data up, shapes `(size,)`."""
        sides = map(ops.convert_to_tensor, (self.visible_bias, self.hidden_bias))
        return self.connection.layers(*sides)

    def _top_means(self, inputs):
        sides = self._sides(self._in_compute_precision(), ops.cast(inputs, "float32"))
        return self.connection.layers(*sides)[len(self.stack)]

    def _unused(self):
        return [rbm.visible_bias for rbm in self.stack]

    def endpoints(self) -> list[Endpoint]:
        return [
            served.transform(self),
            served.infer(self),
            served.reconstruct(self),
            served.free_energy(self),
            *served.drawings(self),
        ]

    # Training.

    def compile(
        self,
        optimizer: str | Optimizer | Sequence[str | Optimizer] = "sgd",
        sampler: str | samplers.Sampler | Sequence[str | samplers.Sampler] = "pcd",
        **kwargs: Any,
    ) -> None:
        """Configures training; arguments as of `JointStack.compile`, but `"pcd"` by default."""
        super().compile(optimizer, sampler, **kwargs)
        if self.chains_by_class:
            chain_classes(self)

    def learned_variables(self) -> list[keras.Variable]:
        return self.energy_parameters

    def _callbacks_of_whole(self, rows):
        return [FreeEnergyGap(rows, self)]

    def _start_biases(self, rows):
        LabelledTop._start_biases(self, rows)

    def _join(self, rows):
        """Adds up the biases that a layer has in both of its RBMs."""
        biases = [np.zeros(bias.shape, "float32") for bias in self.biases]
        for number, rbm in enumerate(self.stack):
            below, of_labels = np.split(rbm.visible_bias, [len(biases[number])])
            biases[number] += below
            biases[number + 1] += rbm.hidden_bias
        if self.num_classes:
            biases[-1] += of_labels
        self.visible_bias.assign(np.concatenate(biases[::2]))
        self.hidden_bias.assign(np.concatenate(biases[1::2]))
        for own, weight in zip(self.visible.weights, self.stack[0].visible.weights, strict=True):
            own.assign(weight)
        if self.compiled:
            self.sampler.initialize(self)
        if rows is None:
            return
        even, odd = self._sides(self, ops.cast(rows, "float32"))
        if self.centering:
            self.visible_offset.assign(self.visible.statistic(ops.mean(even, axis=0)))
            self.hidden_offset.assign(self.hidden.statistic(ops.mean(odd, axis=0)))
        if self.compiled:
            self.sampler.start_from(odd)  # where the model is, rather than at its biases

    def _in_compute_precision(self):
        return View.of(self, connection=self.connection.in_precision(self.compute_dtype))

    def _update_whole(self, visible, label, weight):
        machine = self._in_compute_precision()
        labelled = self._given(machine, label)
        even, odd = self._sides(labelled, visible, self.training_sweeps)
        field = labelled.hidden_field(even)
        if self.chains_by_class:
            labels = self.connection.layers(even, odd)[-1]
            particles = negative_phase_by_class(self, machine, labels, weight)
        else:
            particles = self.sampler.negative_phase(machine, field, weight)
        data = Particles(even, odd, weight)
        offsets = self.visible_offset, self.hidden_offset
        gradients = fused_gradient(machine, data, particles, *offsets)
        if self.discriminative:
            of_labels = gradients_of_labels(self, machine, visible, label, weight)
            gradients = [sum(pair) for pair in zip(gradients, of_labels, strict=True)]
        gradients = self._at_own_rates(gradients)
        self._apply(gradients, self.energy_parameters)
        self.sampler.observe(gradients)
        self.update_offsets(even, odd, weight)

    def _at_own_rates(self, gradients):
        if self.rates is None:
            return gradients
        number = len(self.rates)
        kernels, biases, others = (
            gradients[:number],
            gradients[number:][:2],
            gradients[number + 2 :],
        )
        layers = self.connection.layers(*(bias[None] for bias in biases))
        layers = [rate * bias for rate, bias in zip([1.0, *self.rates], layers, strict=True)]
        biases = [ops.concatenate(layers[side::2], axis=-1)[0] for side in (0, 1)]
        kernels = [rate * kernel for rate, kernel in zip(self.rates, kernels, strict=True)]
        return [*kernels, *biases, *others]

    def _measure_whole(self, visible, label, weight):
        size = self.row_shape[0]
        even, odd = self._sides(self, visible)
        field = self.hidden_field(even)
        mean = self.visible_mean(odd)[:, :size]
        # With the means of the upper even layers held, data and odd layers are an RBM.
        bottom = View.of(self, visible=self.data_unit, visible_bias=self.visible_bias[:size])
        self._report(bottom, visible, field, mean, self._variational_of(even, odd), weight)
        if label is not None:
            self._report_labels(label, probabilities_of_labels(self, visible), weight)

    # Saving.

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        del config["mean_field"]
        return {
            **config,
            "visible": serialized(self.data_unit),
            "doubling": self.doubling,
            "centering": self.centering,
            "max_sweeps": self.max_sweeps,
            "training_sweeps": self.training_sweeps,
            "tolerance": self.tolerance,
            "damping": self.damping,
            "rates": self.rates,
            "chains_by_class": self.chains_by_class,
            "seed": self.seed,
        }
