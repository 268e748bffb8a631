"""The classification RBM: labels as visible units, and their exact probabilities."""

from typing import Any

import keras
from keras import ops

from kerasdeep import backend, samplers, units
from kerasdeep.backend.registration import register, serialized
from kerasdeep.backend.types import ArrayLike, Tensor
from kerasdeep.energies.contrastive import centred
from kerasdeep.energies.labelled import free_energy_of_rows, label_field, log_probability_of
from kerasdeep.models.boltzmann import served
from kerasdeep.models.boltzmann.drawing import DrawsBesideLabel
from kerasdeep.models.boltzmann.rbm import RBM
from kerasdeep.training.endpoints import Endpoint, classify, rows
from kerasdeep.training.labels import checked_labels
from kerasdeep.training.sampled import SampledModel


@register
class ClassificationRBM(DrawsBesideLabel, SampledModel):
    r"""Classification RBM: an RBM of data and labels that knows $p(y \mid x)$ exactly.

    The visible units of one RBM are the data $x$ and a group of units for the label $y$,

    $$E(x, y, h) = E_b(x) - d_y + E_c(h) - \bigl(s(x)^\top W + U_y\bigr)\, t(h), \qquad
    p(y \mid x) = \frac{e^{-F(x, y)}}{\sum_{y'} e^{-F(x, y')}},$$

    for binary hidden units $-F(x, y) = d_y + \sum_j \log(1 + e^{c_j + U_{yj} + W_j^\top x})$ up to
    what does not depend on $y$. Training lowers

    $$-\delta \log p(y \mid x) - \gamma \log p(x, y), \qquad -\upsilon \log p(x)$$

    of labelled rows and of rows without a label, marked by $y = -1$. The first term has an exact
    gradient, the others that of the sampler. $\delta = 0$ is the generative objective, $\gamma = 0$
    the discriminative one, both together the hybrid. `fit` and `evaluate` report `cross_entropy`,
    $-\log p(y \mid x)$ in nats, and `accuracy`, both of labelled rows. Calling the model and
    `predict` give $p(y \mid x)$, shape `(batch, num_classes)`. `loss` is the cross-entropy; metrics
    given to `compile` compare labels and $p(y \mid x)$, as those of a Keras classifier. Labels are
    numbers, or one-hot, where a row of zeros has no label.

    Dropout leaves hidden units and data values out of the discriminative term, drawn anew for each
    row: $\log(1 + e^{\cdot})$ of unit $j$ is multiplied by $m_j / (1 - r)$, so that the mean over
    the masks of units is $-F(x, y)$ itself, and the probabilities outside of training are exact.

    With `centering`, gradients are taken in the coordinates of a centred energy, as those of `RBM`:
    the model draws better digits of a label, and learns to tell them apart more slowly.

    Args:
        num_hidden: number of hidden units, at least 1.
        num_classes: number of classes, at least 2.
        visible: unit type of the data. Default `"bernoulli"`.
        hidden: unit type of the hidden units. Default `"bernoulli"`.
        discriminative: $\delta \geq 0$. Default 1.0.
        generative: $\gamma \geq 0$. Default 0.01.
        unlabelled: $\upsilon \geq 0$. Default 0.01.
        dropout: share $r$ of the hidden units to leave out, from 0 to below 1. Default 0.0.
        input_dropout: share of the data values to leave out, likewise. Default 0.0.
        centering: whether to train with centred gradients. Default False.
        kernel_initializer: Keras initializer of the weights. Default None: as of `RBM`.
        seed: integer seed of initial weights and of all sampling. Default None.

    Attributes:
        joint: the `RBM` of data and labels; its last `num_classes` visible units are the labels.

    Raises:
        ValueError: for arguments out of range, data that the visible units cannot have, or labels
            other than -1 to `num_classes - 1`.

    Example:

    >>> model = ClassificationRBM(500, num_classes=10)
    >>> model.compile(keras.optimizers.Adam(1e-3))
    >>> model.fit(x, y, epochs=20)
    >>> model.predict(x).argmax(axis=1)

    References: Larochelle, Bengio (2008), Classification using discriminative restricted Boltzmann
    machines. ICML. Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov (2014), Dropout: a
    simple way to prevent neural networks from overfitting, section 8. JMLR 15.
    """

    learns_from_labels = True
    measured_every = None
    objective = "the cross-entropy of a label, in nats"

    def __init__(
        self,
        num_hidden: int,
        num_classes: int,
        visible: str | units.Unit = "bernoulli",
        hidden: str | units.Unit = "bernoulli",
        discriminative: float = 1.0,
        generative: float = 0.01,
        unlabelled: float = 0.01,
        dropout: float = 0.0,
        input_dropout: float = 0.0,
        centering: bool = False,
        kernel_initializer: str | keras.initializers.Initializer | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        name = type(self).__name__
        self.num_hidden = backend.positive_integer(num_hidden, "num_hidden", name)
        self.labels = units.Softmax(num_classes)
        self.num_classes = num_classes
        self.visible = units.get(visible)
        self.hidden = units.get(hidden)
        if min(discriminative, generative, unlabelled) < 0 or discriminative + generative == 0:
            raise ValueError(
                f"{name} expects weights of at least 0, one of the labelled rows' above 0. "
                f"Received: discriminative={discriminative}, generative={generative}, "
                f"unlabelled={unlabelled}."
            )
        self.discriminative = float(discriminative)
        self.generative = float(generative)
        self.unlabelled = float(unlabelled)
        if not (0 <= dropout < 1 and 0 <= input_dropout < 1):
            raise ValueError(
                f"{name} expects dropout from 0 to below 1. "
                f"Received: dropout={dropout}, input_dropout={input_dropout}."
            )
        if dropout and self.hidden.width > 1:
            raise ValueError(
                f"{name} drops single hidden units only. Received: dropout={dropout}, "
                f"hidden={self.hidden.name!r}. Pass dropout=0."
            )
        self.dropout = dropout
        self.input_dropout = input_dropout
        self.centering = backend.yes_or_no(centering, "centering", name)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.seed = backend.seed_number(seed, name)
        self.cross_entropy = keras.metrics.Mean("cross_entropy")
        self.accuracy = keras.metrics.Mean("accuracy")

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if self.built:
            return
        num_visible = input_shape[-1]
        self.joint = RBM(
            self.num_hidden,
            units.Mixed([(self.visible, num_visible), (self.labels, self.num_classes)]),
            self.hidden,
            centering=self.centering,
            kernel_initializer=self.kernel_initializer,
            seed=self.seed,
            name="joint",
        )
        self.joint.build((None, num_visible + self.num_classes))
        self.input_spec = keras.layers.InputSpec(ndim=2, axes={-1: num_visible})
        self.built = True
        self._build_training()

    @property
    def num_visible(self) -> int:
        """Number of visible units without those of the label."""
        return self.joint.kernel.shape[0] - self.num_classes

    @property
    def row_shape(self) -> tuple[int | None, ...]:
        return (self.num_visible,)

    def _field(self, visible):
        """Returns the field of the hidden units from the data alone."""
        no_label = ops.zeros((ops.shape(visible)[0], self.num_classes))
        return self.joint.hidden_field(ops.concatenate([visible, no_label], axis=1))

    def label_field(self, visible: ArrayLike) -> Tensor:
        r"""Returns $-F(x, y)$ of all labels, up to a number a row, shape `(batch, num_classes)`."""
        return label_field(self.joint, visible, self.num_classes)

    def _fields(self, visible):
        """Returns the fields of the hidden units for every label, `(batch, num_classes, H)`."""
        return self._field(visible)[:, None, :] + self.joint.kernel[self.num_visible :]

    def _thinned_label_field(self, visible):
        """Returns `label_field` with dropout."""
        seed = self.joint.seed_generator
        if self.input_dropout:
            visible = visible * backend.dropout_mask(ops.shape(visible), self.input_dropout, seed)
        if not self.dropout:
            return self.label_field(visible)
        shape = ops.shape(visible)[0], self.num_hidden, 1
        kept = backend.dropout_mask(shape, self.dropout, seed)
        of_units = self.hidden.log_partition(self._fields(visible)[..., None])
        evidence = ops.squeeze(ops.matmul(of_units, kept), -1)
        return self.joint.visible_bias[self.num_visible :] + evidence

    def free_energy(self, visible: ArrayLike) -> Tensor:
        r"""Returns $F(x) = -\log \sum_{y, h} e^{-E(x, y, h)}$, shape `(batch,)`, in nats."""
        return self._free_energy(ops.cast(visible, "float32"), self.label_field(visible))

    def _free_energy(self, visible, label_field):
        return free_energy_of_rows(self.joint, visible, label_field)

    def call(self, inputs: Tensor) -> Tensor:
        return ops.cast(ops.softmax(self.label_field(inputs)), self.compute_dtype)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (*input_shape[:-1], self.num_classes)

    def endpoints(self) -> list[Endpoint]:
        return [
            classify(self, rows("inputs", self.row_shape)),
            served.sample(self),
            served.sample_classes(self),
        ]

    # Training.

    def compile(
        self,
        optimizer: str | keras.optimizers.Optimizer = "sgd",
        sampler: str | samplers.Sampler = "cd",
        metrics: list[Any] | None = None,
        weighted_metrics: list[Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Configures training; arguments as of `RBM.compile`.

        Metrics of both kinds are of labelled rows alone, count sample weights, and see labels as
        numbers, one-hot ones too: `SparseTopKCategoricalAccuracy`, not `TopKCategoricalAccuracy`.
        """
        users = keras.tree.flatten([metrics or [], weighted_metrics or []])
        users = [one for one in users if one != "accuracy"] or None  # which it has anyway
        super().compile(optimizer, sampler, weighted_metrics=users, **kwargs)

    def sampled_machine(self) -> RBM:
        return self.joint

    def own_metrics(self) -> list[keras.metrics.Metric]:
        return [self.cross_entropy, self.accuracy]

    def _start_biases(self, rows):
        share = ops.full((len(rows), self.num_classes), 1 / self.num_classes)
        self.joint._start_biases(ops.concatenate([ops.cast(rows, "float32"), share], axis=1))
        if self.compiled:
            self.sampler.initialize(self.joint)

    def _update(self, visible, label, weight):
        variables = self.joint.energy_parameters
        gradients, field = backend.gradients(
            lambda: self._loss(visible, label, weight), variables, has_aux=True
        )
        if self.centering:
            start = self._completed(visible, label, field)
            hidden = self.joint.hidden_mean(start)
            offsets = self.joint.visible_offset, self.joint.hidden_offset
            gradients = centred(gradients, self.joint, *offsets)
            self.joint.update_offsets(start, hidden, weight)
        self._apply(gradients, variables)
        self._measure_field(field, label, weight)

    def _completed(self, visible, label, field):
        """Returns data beside its labels, or their probabilities where they are not known."""
        known = (label >= 0)[:, None]
        share = ops.where(known, ops.one_hot(label, self.num_classes), ops.softmax(field))
        return ops.concatenate([visible, share], axis=1)

    def _batch(self, data):
        """Returns visible values, integer labels and sample weights."""
        visible, label, weight = keras.utils.unpack_x_y_sample_weight(data)
        label = checked_labels(label, self)
        weight = ops.ones_like(label) if weight is None else self._checked_weight(weight)
        return self._checked(visible), ops.cast(label, "int32"), weight

    def _measure(self, visible, label, weight):
        self._measure_field(self.label_field(visible), label, weight)

    def _loss(self, visible, label, weight):
        """Returns the objective, and the label field that it judged."""
        field, loss = self._thinned_label_field(visible), 0.0
        if self.discriminative:
            log_p = weight * log_probability_of(label, field)
            loss -= self.discriminative * backend.part_of_mean(log_p)
        if self.generative or self.unlabelled:
            loss += self._generative_loss(visible, label, weight, field)
        return loss, field

    def _generative_loss(self, visible, label, weight, field):
        joint, known = self.joint, label >= 0
        share = weight * ops.where(known, self.generative, self.unlabelled)
        target = ops.one_hot(label, self.num_classes)
        if self.unlabelled:
            if self.dropout or self.input_dropout:
                field = self.label_field(visible)
            # Where the label is not known, one is drawn for the chains, and all count in F(x).
            drawn = self.labels.sample(ops.stop_gradient(field), joint.seed_generator)
            target = ops.where(known[:, None], target, drawn)
        start = ops.concatenate([visible, target], axis=1)
        hidden_field = joint.hidden_field(start)
        particles = self.sampler.negative_phase(joint, hidden_field, share)
        particle, _, count = map(ops.stop_gradient, particles)
        data_energy = joint.free_energy_given(start, hidden_field)
        if self.unlabelled:
            data_energy = ops.where(known, data_energy, self._free_energy(visible, field))
        model_energy = joint.free_energy_given(particle, joint.hidden_field(particle))
        of_data, of_model = share * data_energy, count * model_energy
        return backend.part_of_mean(of_data) - backend.part_of_mean(of_model)

    def _measure_field(self, field, label, weight):
        weight = weight * ops.cast(label >= 0, "float32")
        log_p = log_probability_of(label, field)
        right = ops.equal(ops.argmax(field, axis=1), label)
        self.cross_entropy.update_state(-log_p, weight)
        self.accuracy.update_state(ops.cast(right, "float32"), weight)
        self._measure_users(ops.maximum(label, 0), ops.softmax(field), weight)

    def _reported_loss(self, logs):
        return logs["cross_entropy"]

    def _compared(self):
        return (), (self.num_classes,)

    # Saving.

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_hidden": self.num_hidden,
            "num_classes": self.num_classes,
            "visible": serialized(self.visible),
            "hidden": serialized(self.hidden),
            "discriminative": self.discriminative,
            "generative": self.generative,
            "unlabelled": self.unlabelled,
            "dropout": self.dropout,
            "input_dropout": self.input_dropout,
            "centering": self.centering,
            "kernel_initializer": serialized(self.kernel_initializer),
            "seed": self.seed,
        }
