"""What is chosen for each stage of a training, or for all of them."""

import numbers
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kerasdeep.training.model import TrainedModel


class Stages:
    """For a model that trains the layers of its `stack` one after the other."""

    def stages(self) -> "list[TrainedModel]":
        """What `fit` trains in turn."""
        return list(self.stack)

    def _one_a_stage(self, choice, name, get):
        """Returns one object a stage: those of a list, or copies of a single one."""
        if not isinstance(choice, list | tuple):
            choice = get(choice)
            return [type(choice).from_config(choice.get_config()) for _ in self.stages()]
        owner, number = type(self).__name__, len(self.stages())
        if len(choice) != number:
            raise ValueError(
                f"{owner} expects one {name} for all {self._stages_in_words()} or a list with one "
                f"for each. Received: a list of {len(choice)}."
            )
        chosen = [get(one) for one in choice]
        if len({id(one) for one in chosen}) < len(chosen):
            raise ValueError(
                f"{owner} expects an {name} of its own for each layer. Received: the same object "
                "twice."
            )
        return chosen

    def _stages_in_words(self):
        return f"{len(self.stack)} layers"

    def total_epochs(self, epochs: int | Sequence[int]) -> int:
        return sum(self._epochs_of_layers(epochs))

    def _epochs_of_layers(self, epochs):
        owner = type(self).__name__
        chosen = epochs if isinstance(epochs, list | tuple) else [epochs] * len(self.stages())
        counts = all(isinstance(n, numbers.Integral) and n >= 0 for n in chosen)
        if len(chosen) != len(self.stages()) or not counts:
            raise ValueError(
                f"{owner} expects epochs to be a whole number or a list with one for each of its "
                f"{self._stages_in_words()}. Received: epochs={epochs}."
            )
        for layer, number in zip(self.stages(), chosen, strict=True):
            if number and not layer.trainable:
                raise ValueError(
                    f"{owner} cannot train a frozen layer. Received: {layer.name} with "
                    f"trainable=False and epochs={number}. Give it 0 epochs, or set trainable=True."
                )
        return [int(number) for number in chosen]
