"""What a trained deep Boltzmann machine is asked: means, bounds, classes, drawings."""

import keras
import numpy as np
from keras import ops

from kerasdeep import units
from kerasdeep.backend.types import ArrayLike, Tensor
from kerasdeep.energies.gibbs import GibbsSampling, held_units
from kerasdeep.energies.harmonium import Harmonium
from kerasdeep.energies.labelled import given_label
from kerasdeep.energies.mean_field import MeanField, entropy
from kerasdeep.models.boltzmann.drawing import DrawsByLabel
from kerasdeep.models.deep.label_given_below import probabilities_of_labels


class DeepInference(DrawsByLabel, GibbsSampling, Harmonium):
    """For a model of layers that are joined as those of `kerasdeep.energies.layered.Layered`."""

    bounds_likelihood = True

    def given(self, label: Tensor | None) -> Harmonium:
        return self._given(self, label)

    def _given(self, machine, label):
        side = "hidden" if len(self.connection.weights) % 2 else "visible"
        return given_label(machine, label, self.num_classes, side)

    def data_below(self, rows: Tensor, seed: keras.random.SeedGenerator) -> Tensor:
        return rows[:, : self.row_shape[0]]

    def _sides(self, machine, data, max_sweeps=None):
        sweeps = max_sweeps or self.max_sweeps
        return MeanField(sweeps, self.tolerance, self.damping).sides(machine, data)

    def visible_side(self, data: ArrayLike) -> Tensor:
        return self._sides(self, self._asked(data))[0]

    def infer(self, visible: ArrayLike) -> list[Tensor]:
        """Returns the means of every hidden layer given data, by mean field.

        Args:
            visible: array of shape `(batch, num_visible)`.

        Returns:
            List of tensors of shape `(batch, size of the layer)`, from the bottom up; those of the
            label units, where there are some, last.
        """
        return self._answer(DeepInference._inferred, visible)

    def _answer(self, function, visible):
        rows = self._asked(visible)
        return self.program(function)(rows)

    def _inferred(self, visible):
        return self.connection.layers(*self._sides(self, visible))[1:]

    def free_energy(self, visible: ArrayLike) -> Tensor:
        r"""Variational free energy $F(v)$, so that $-F(v) - \log Z$ is at most $\log p(v)$.

        Args:
            visible: array of shape `(batch, num_visible)`.

        Returns:
            Tensor of shape `(batch,)`, in nats.
        """
        return self._answer(DeepInference._variational, visible)

    def _variational(self, visible, label=None):
        return self._variational_of(*self._sides(self.given(label), visible))

    def _variational_of(self, even, odd):
        r"""Returns $\mathbb{E}_q[E] - H(q)$ of means, those of the data first."""
        size = self.row_shape[0]
        total = entropy(self.hidden, odd)
        if even.shape[-1] > size:
            above = units.Mixed(self.visible.parts(even.shape[-1])[1:])
            total += entropy(above, even[:, size:])
        return self.energy(even, odd) - total

    def class_probabilities(self, visible: ArrayLike) -> Tensor:
        r"""Returns the probability of each class, as the machine learned to tell them apart.

        With `discriminative` that is $p(y \mid h^{\ell-1})$, which it raises, exact given the means
        of the layer below the highest; see `kerasdeep.models.deep.label_given_below`. Without,
        $p(y \mid v) \propto e^{-F(v, y)}$, by mean field given each label in turn. In a machine of
        one hidden layer both are the same number.

        Args:
            visible: array of shape `(batch, num_visible)`.

        Returns:
            Tensor of shape `(batch, num_classes)`.

        Raises:
            ValueError: for a machine without label units.
        """
        if not self.num_classes:
            raise ValueError(
                "class_probabilities needs label units. Received: num_classes=None. Make a "
                "DBM(layers, num_classes=10), or a network by to_classifier."
            )
        return self._answer(DeepInference._class_probabilities, visible)

    def _class_probabilities(self, visible):
        if self.discriminative:
            return probabilities_of_labels(self, visible)
        rows = ops.shape(visible)[0]
        energies = [
            self._variational(visible, ops.full((rows,), label, dtype="int32"))
            for label in range(self.num_classes)
        ]
        return ops.softmax(-ops.stack(energies, axis=-1))

    def reconstruct(self, visible: ArrayLike) -> Tensor:
        """Returns visible means given the means of the first hidden layer, by mean field.

        Args:
            visible: array of shape `(batch, num_visible)`.

        Returns:
            Tensor of the same shape.
        """
        return self._answer(DeepInference._reconstructed, visible)

    def _reconstructed(self, visible):
        _, odd = self._sides(self, visible)
        return self.visible_mean(odd)[:, : self.row_shape[0]]

    def _draw(self, num_samples, steps, initial, mean, clamped, label):
        if label is not None:
            num_samples = len(label)
        if clamped is not None and initial is not None:
            num_above = self.visible_bias.shape[0] - self.row_shape[0]
            held = held_units(clamped, np.shape(initial))
            clamped = np.pad(held, [(0, 0), (0, num_above)])
        drawn = self._sample(num_samples, steps, initial, mean, clamped, label)
        return drawn[:, : self.row_shape[0]]
