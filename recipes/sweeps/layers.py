"""Greedy layers that several trials of a sweep have in common, trained once."""

import contextlib
import hashlib
import itertools
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras

from kerasdeep.models import DBN
from kerasdeep.recipes.runs.intact import intact, write_checksums
from kerasdeep.recipes.runs.saving import saved_whole
from kerasdeep.training.greedy import GreedyStack


class KeptLayers(keras.callbacks.Callback):
    """Keeps the lowest layers of a stack, as they are when each has been trained.

    They serve any stack whose lowest layers are made, compiled and trained as these. What is above
    is not looked at: how many layers there are, and by what they or a classifier learn.

    Args:
        folder: where they are kept.
        stack: the stack, built and compiled.
        epochs: epochs of its stages.
        about: dict of what else decides a training, for `json.dumps`.
    """

    def __init__(
        self, folder: Path, stack: GreedyStack, epochs: Sequence[int], about: dict[str, Any]
    ) -> None:
        super().__init__()
        self.stack = stack
        self.ends = list(itertools.accumulate(epochs))[: len(stack.stack)]
        self.places = [
            folder / _fingerprint({"layers": parts, "epochs": epochs[: len(parts)], **about})
            for parts in itertools.accumulate([part] for part in _parts(stack))
        ]

    def load(self) -> int:
        """Loads the lowest layers that there are; returns after which epoch they were kept."""
        for end, place in reversed(list(zip(self.ends, self.places, strict=True))):
            if intact(place):
                for number, file in enumerate(sorted(place.glob("*.weights.h5"))):
                    self.stack.stack[number].load_weights(file)
                return end
        return 0

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        if epoch + 1 not in self.ends:
            return
        number = self.ends.index(epoch + 1)
        if intact(self.places[number]):
            return
        shutil.rmtree(self.places[number], ignore_errors=True)
        # Another worker may keep the same layers: each writes its own, the first one counts.
        own = self.places[number].with_suffix(f".{os.getpid()}")
        with saved_whole(own) as folder:
            folder.mkdir(parents=True)
            for below in range(number + 1):
                self.stack.stack[below].save_weights(folder / f"{below:02d}.weights.h5")
            write_checksums(folder)
        with contextlib.suppress(OSError):
            own.rename(self.places[number])
        shutil.rmtree(own, ignore_errors=True)


def _parts(stack):
    """Returns of each layer what decides how it is trained."""
    own = {name: value for name, value in stack.get_config().items() if name != "layers"}
    layers = [keras.saving.serialize_keras_object(layer) for layer in stack.stack]
    # The highest layer of a DBN learns as any other; in other stacks it may not.
    special = type(stack) is not DBN
    return [
        {"stack": own, "layer": layer, "highest": special and number == len(layers)}
        for number, layer in enumerate(layers, 1)
    ]


def _fingerprint(about):
    # Keras counts names on, in every process anew; they decide nothing.
    nameless = json.loads(json.dumps(about), object_hook=lambda part: part | {"name": None})
    return hashlib.sha256(json.dumps(nameless, sort_keys=True).encode()).hexdigest()[:32]
