"""What an ensemble needs beside its members: copies with seeds, and one History for all."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from kerasdeep.backend.types import ArrayLike, Tensor
from kerasdeep.training.bootstrap import as_rows

MEASURES = ("loss", "metrics", "weighted_metrics")
SHARED = "shared_object_id"


def copy_of(model: keras.Model, name: str, seed: Sequence[int]) -> keras.Model:
    """Returns a model like a built one, with weights of its own.

    Args:
        model: the model.
        name: of the copy.
        seed: what `numpy.random.default_rng` takes; every seed of the model that is None is drawn
            with it, those of initializers and dropout too.
    """
    config = seeded(model.get_config(), seed)
    copy = type(model).from_config({**config, "name": name})
    if not copy.built:
        copy.build(_input_shape(model))
    return copy


def seeded(config: dict[str, Any], seed: Sequence[int]) -> dict[str, Any]:
    """Returns a configuration in which every seed that is None is one drawn with `seed`.

    It also names no objects that are shared: loading a file, Keras would give all copies the same.
    """
    generator = np.random.default_rng(seed)

    def filled(part):
        if isinstance(part, dict):
            missing = part.get("seed", 0) is None
            part = {name: filled(value) for name, value in part.items() if name != SHARED}
            return {**part, "seed": int(generator.integers(2**31))} if missing else part
        return type(part)(map(filled, part)) if isinstance(part, list | tuple) else part

    return filled(config)


def inputs_like(model: keras.Model) -> Any:
    """Returns new inputs as a built model has, one or a list of several."""
    if not getattr(model, "inputs", None):
        return keras.Input(batch_shape=(None, *_input_shape(model)[1:]))
    inputs = [
        keras.Input(batch_shape=old.shape, dtype=old.dtype, name=old.name) for old in model.inputs
    ]
    return inputs if len(inputs) > 1 else inputs[0]


def _input_shape(model):
    if not model.built:
        raise ValueError(
            f"Bagging expects a model that is built. Received: {model.name}, which is not. Give it "
            "a keras.Input, or call build(input_shape)."
        )
    return model.get_build_config()["input_shape"]


def answers_of(members: Sequence[keras.Model], inputs: Any) -> list[Tensor]:
    """Returns what each member makes of inputs; raises a ValueError unless that is one tensor."""
    answers = [member(inputs) for member in members]
    if not hasattr(answers[0], "shape"):
        raise ValueError(
            f"Bagging expects a model of one output. Received: one of {len(answers[0])}."
        )
    return answers


class Judge:
    """Measures answers as an ensemble does, which were given before.

    Args:
        ensemble: a compiled ensemble.
    """

    def __init__(self, ensemble: keras.Model) -> None:
        if not ensemble.compiled:
            raise ValueError(
                "Bagging measures by what compile was told. Received: a model that is not "
                "compiled. Call compile first."
            )
        answers = keras.Input(batch_shape=ensemble.output.shape)
        self.model = keras.Sequential([answers, keras.layers.Identity(dtype="float32")])
        self.model.compile(**ensemble.told(MEASURES))

    def __call__(
        self, answers: np.ndarray, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> dict[str, float]:
        """Returns the loss and the metrics of answers to rows."""
        return self.model.evaluate(
            answers, y, 1000, verbose=0, sample_weight=sample_weight, return_dict=True
        )


class SoFar:
    """What the members that are trained so far say of validation rows together.

    Args:
        ensemble: a compiled ensemble with `members` and `combine`.
        validation_data: `(x, y)` or `(x, y, sample_weight)`.
    """

    def __init__(self, ensemble: keras.Model, validation_data: tuple[ArrayLike, ...]) -> None:
        self.ensemble, self.judge, self.ended = ensemble, Judge(ensemble), []
        self.x, *self.targets = as_rows(
            **dict(zip(("x", "y", "sample_weight"), validation_data, strict=False))
        )

    def logs(self, number: int) -> dict[str, float]:
        """Returns what is found while a member is in training, its number counted from 0."""
        while len(self.ended) < number:
            self.ended.append(self._answers(len(self.ended)))
        answers = self.ensemble.combine([*self.ended, self._answers(number)])
        return {f"val_{name}": value for name, value in self.judge(answers, *self.targets).items()}

    def _answers(self, number):
        return self.ensemble.members[number].predict(self.x, batch_size=1000, verbose=0)


class TrainsMember(keras.callbacks.Callback):
    """Tells the callbacks of an ensemble what the training of a member comes to.

    Args:
        ensemble: the ensemble.
        told: its callbacks.
        number: of the member, from 0.
        begun: epochs of all members before it.
        so_far: `SoFar`, or None without validation rows.
    """

    def __init__(
        self,
        ensemble: keras.Model,
        told: keras.callbacks.CallbackList,
        number: int,
        begun: int,
        so_far: SoFar | None,
    ) -> None:
        super().__init__()
        self.ensemble, self.told, self.number = ensemble, told, number
        self.begun, self.so_far = begun, so_far

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self.told.on_epoch_begin(self.begun + epoch, logs)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        found = self.so_far.logs(self.number) if self.so_far else {}
        self.told.on_epoch_end(self.begun + epoch, {**logs, **found, "member": self.number + 1})
        self.model.stop_training |= self.ensemble.stop_training

    def on_train_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self.told.on_train_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self.told.on_train_batch_end(batch, logs)
        self.model.stop_training |= self.ensemble.stop_training
