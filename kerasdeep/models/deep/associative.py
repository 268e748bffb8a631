"""What a deep belief network is asked: its highest RBM remembers, the layers below it draw."""

import functools

import keras
import numpy as np
from keras import ops

from kerasdeep import backend
from kerasdeep.backend.types import ArrayLike, Tensor
from kerasdeep.energies.gibbs import held_units
from kerasdeep.energies.harmonium import Harmonium
from kerasdeep.energies.labelled import free_energy_of_rows, given_label, label_field
from kerasdeep.models.boltzmann import RBM
from kerasdeep.models.boltzmann.drawing import DrawsByLabel


class AssociativeMemory(DrawsByLabel):
    """For a stack of RBMs with `directed()`, the layers below the highest of them.

    Attributes:
        num_classes: number of label units, the last visible units of the highest RBM, or None.
    """

    bounds_likelihood = True

    @property
    def top(self) -> RBM:
        """The highest RBM."""
        return self.stack[-1]

    def seed_chains(self, seed: int) -> None:
        """Makes `sample` draw what it drew after any other call with the same integer."""
        self.top.seed_chains(seed)
        self.directed().seed.state.assign(keras.random.SeedGenerator(seed + 1).state)

    # The machine whose chains are drawn from, and what is below it.

    def given(self, label: Tensor | None) -> Harmonium:
        """Returns the highest RBM, its label units held at labels, numbers of classes, or free."""
        return given_label(self.top, label, self.num_classes, "visible")

    def data_below(self, rows: Tensor, seed: keras.random.SeedGenerator) -> Tensor:
        """Returns data drawn below values of the highest RBM's visible units."""
        width = self.top.row_shape[0] - (self.num_classes or 0)
        return self.directed()._replace(seed=seed).down(rows[:, :width])[0]

    def infer(self, visible: ArrayLike) -> list[Tensor]:
        """Returns the means of every hidden layer, as means are passed up.

        Args:
            visible: array of shape `(batch, num_visible)`.

        Returns:
            List of tensors of shape `(batch, size of the layer)`, from the bottom up.
        """
        means = self.directed().means(self._asked(visible))
        rows = self.layer_input(len(self.stack) - 1, means[-1], None)
        return [*means[1:], self.top.hidden_mean(rows)]

    # Likelihoods.

    def undirected_part(self, data: ArrayLike | None) -> tuple[Harmonium, Tensor | None]:
        """Returns the highest RBM, and what the layers below it draw above data."""
        if data is None:
            return self.top, None
        features = self.directed().up(self._asked(data))[-1]
        return self.top, self.layer_input(len(self.stack) - 1, features, None)

    def free_energy(self, visible: ArrayLike) -> Tensor:
        r"""Variational free energy, from one draw of the layers above each row.

        With $h^n$ the layer below the highest RBM, whose free energy is $F$,

        $$F(h^n) - \sum_{i < n} \log p(h^i \mid h^{i+1}) - \log q(h^{i+1} \mid h^i),
        \qquad h \sim q(h \mid v),$$

        is on average at least $-\log p(v) - \log Z$; of one RBM alone it is exact.

        Args:
            visible: array of shape `(batch, num_visible)`.

        Returns:
            Tensor of shape `(batch,)`, in nats.
        """
        directed = self.directed()
        layers = directed.up(self._asked(visible))
        return self._memory_free_energy(layers[-1]) - directed.log_ratio(layers)

    def log_prior(self, top: Tensor) -> Tensor:
        r"""Returns $\log p(h^n) + \log Z$ of values of the layer below the highest RBM."""
        return -self._memory_free_energy(ops.cast(top, "float32"))

    def _memory_free_energy(self, rows):
        if not self.num_classes:
            return Harmonium.free_energy(self.top, rows)
        return free_energy_of_rows(self.top, rows, self._label_field(rows))

    # Classes.

    def class_probabilities(self, visible: ArrayLike, gibbs_steps: int = 0) -> Tensor:
        r"""Returns $p(y \mid h^n)$ given the means $h^n$ that the lower layers pass up.

        Args:
            visible: array of shape `(batch, num_visible)`.
            gibbs_steps: 0 for $\propto e^{-F(h^n, y)}$, by the free energy of every label; else
                the mean over so many Gibbs steps of the label units and the top layer. Default 0.

        Returns:
            Tensor of shape `(batch, num_classes)`.

        Raises:
            ValueError: for a network without label units, or a negative number of steps.
        """
        if not self.num_classes:
            raise ValueError(
                "class_probabilities needs label units. Received: num_classes=None. Make a "
                "GenerativeDBN(layers, num_classes=10), or a network by DBN.to_classifier."
            )
        features = self.directed().mean_up(self._asked(visible))
        if gibbs_steps == 0:
            return ops.softmax(self._label_field(features))
        steps = backend.positive_integer(gibbs_steps, "gibbs_steps", "class_probabilities")
        return self._programs["labels"](features, ops.convert_to_tensor(steps))

    def _label_field(self, features):
        return label_field(self.top, features, self.num_classes)

    def _label_unit(self):
        return self.top.visible.layers[-1][0]

    def _gibbs_of_labels(self, features, steps):
        top, number, seed = self.top, len(self.stack) - 1, self.top.seed_generator
        labels = self._label_unit()

        def step(_, state):
            label, total = state
            rows = ops.concatenate([features, label], axis=-1)
            hidden = top.hidden.sample(top.hidden_field(rows), seed)
            field = top.visible_field(hidden)[:, features.shape[-1] :]
            return labels.sample(field, seed), total + labels.mean(field)

        start = self.layer_input(number, features, None)[:, features.shape[-1] :]
        _, total = ops.fori_loop(0, steps, step, (start, ops.zeros_like(start)))
        return total / ops.cast(steps, "float32")

    # Drawings.

    def reconstruct(self, visible: ArrayLike) -> Tensor:
        """Returns means passed up to the top and down again.

        Args:
            visible: array of shape `(batch, num_visible)`.

        Returns:
            Tensor of the same shape.
        """
        return self._reconstructed(self.directed().mean_up(self._asked(visible)))

    def _reconstructed(self, features):
        rows = self.layer_input(len(self.stack) - 1, features, None)
        mean = self.top.visible_mean(self.top.hidden_mean(rows))
        return self.directed().mean_down(mean[:, : features.shape[-1]])

    def _draw(self, num_samples, steps, initial, mean, clamped, label):
        directed, held = self.directed(), None
        if clamped is not None:
            return self._completed(initial, clamped, label, steps, mean)
        if initial is not None:
            initial = directed.up(self._asked(initial))[-1]
        width = self.top.row_shape[0] - (self.num_classes or 0)
        if label is not None and initial is None:
            initial = ops.zeros((len(label), width))
        if initial is not None:
            initial = self.layer_input(len(self.stack) - 1, initial, label)
        if label is not None:
            held = np.arange(self.top.row_shape[0]) >= width
        if len(self.stack) == 1:
            return self.top.sample(num_samples, steps, initial, mean, held)[:, :width]
        rows = self.top.sample(num_samples, steps, initial, clamped=held)
        layers = directed.down(rows[:, :width])
        return directed.generative[0].mean(layers[1]) if mean else layers[0]

    def _completed(self, initial, clamped, label, steps, mean):
        if initial is None:
            raise ValueError("sample holds units at initial values. Received: clamped, no initial.")
        initial = self._asked(initial)
        held = held_units(clamped, initial.shape)
        steps = ops.convert_to_tensor(backend.positive_integer(steps, "steps", "sample") - 1)
        chain = self._programs["completed"](initial, held, label, steps)
        drawn, _ = self._once_more(*chain, mean)
        return ops.where(held, initial, drawn)

    def _chain_of_completion(self, initial, held, label, steps):
        number, features = len(self.stack) - 1, self.directed().up(initial)[-1]
        unknown = ops.full((ops.shape(initial)[0],), -1, "int32")
        rows = self.training_input(number, features, unknown if label is None else label)
        labels = rows[:, features.shape[-1] :]

        def step(_, state):
            visible, drawn = self._once_more(*state, mean=False)
            return ops.where(held, initial, visible), drawn if label is None else labels

        return ops.fori_loop(0, steps, step, (initial, labels))

    def _once_more(self, visible, labels, mean):
        """Draws all layers above data, beside labels; then the highest RBM's units, and below."""
        directed, top = self.directed(), self.top
        features = directed.up(visible)[-1]
        rows = ops.concatenate([features, labels], axis=-1)
        hidden = top.hidden.sample(top.hidden_field(rows), top.seed_generator)
        field = top.visible_field(hidden)
        rows = top.visible.sample(field, top.seed_generator)
        if mean and len(self.stack) == 1:
            rows = top.visible.mean(field)
        layers = directed.down(rows[:, : features.shape[-1]])
        seen = directed.generative[0].mean(layers[1]) if mean and len(layers) > 1 else layers[0]
        return seen, rows[:, features.shape[-1] :]

    @functools.cached_property
    def _programs(self):
        return {
            "labels": backend.compiled(self._gibbs_of_labels),
            "completed": backend.compiled(self._chain_of_completion),
        }
