"""Bagging: members that learned from other draws of the same rows answer together."""

import functools
import random
from collections.abc import Iterable
from typing import Any, Self

import keras
import numpy as np

from kerasdeep import backend
from kerasdeep.backend.registration import register
from kerasdeep.backend.types import ArrayLike
from kerasdeep.layers.vote import Vote
from kerasdeep.training.bootstrap import MemberRows, as_rows, drawn_rows
from kerasdeep.training.ensemble import (
    MEASURES,
    Judge,
    SoFar,
    TrainsMember,
    answers_of,
    copy_of,
    inputs_like,
)
from kerasdeep.training.model import TrainedModel

COMBINATIONS = {"mean": keras.layers.Average, "vote": Vote}
LARGEST_SEED = 2**31 - 1
BATCH_SIZE = 32  # Keras's own, where none is given


@register
class Bagging(keras.Model):
    r"""Bootstrap aggregating: copies of a model, trained on other draws of the rows, answer as one.

    Of $n$ rows, member $m$ of $M$ learns from $n$ drawn with replacement, so that about $1/e$ of
    the rows, those *out of the bag*, it never sees. The answer is the mean of theirs, or the share
    of their votes for each class,

    $$f(x) = \frac{1}{M} \sum_{m=1}^{M} f_m(x), \qquad
    p_k(x) = \frac{1}{M} \sum_{m=1}^{M} \big[\, k = \arg\max_c f_{mc}(x) \,\big].$$

    If errors of members have variance $v$ and covariance $c$, that of the mean is
    $v / M + (1 - 1/M)\, c$: what they do not have in common goes.

    `fit` trains the members one after the other, epochs counted through, in one History: `loss` and
    metrics are of the member in training, `val_loss` and others of all members so far together, and
    `member` says which one it is. A callback that stops training stops all of it. A member depends
    on `seed` and its number alone. The model is one of Keras's functional ones: it is saved,
    exported and drawn as any other.

    Args:
        model: a Keras model that is built, and has one output. Members are its copies with weights
            of their own, drawn by its initializers; the weights that it has are not used.
        num_members: $M \geq 1$. Default 10.
        bootstrap: whether each learns from rows drawn with replacement, or, if False, from all,
            so that members differ by their first weights and the order of rows. Default True.
        combination: `"mean"`, or `"vote"` of classifiers. Default `"mean"`.
        seed: integer seed of weights, draws and orders. Default None: from Keras's global seed.

    Attributes:
        members: the members, in their order.
        num_rows: how many rows `fit` was given to train with; None before.

    Returns:
        On call, what the model returns.

    Raises:
        ValueError: for a model that is not built or has several outputs, or arguments out of range.

    Example:

    >>> network = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10, "softmax")])
    >>> bagging = Bagging(network, num_members=10, seed=0)
    >>> bagging.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    >>> bagging.fit(x, y, batch_size=100, epochs=5)  # 10 times 5 epochs
    >>> bagging.evaluate_out_of_bag(x, y)["accuracy"]  # without any rows held out

    Reference: Breiman (1996), Bagging predictors. Machine Learning 24.
    """

    def __init__(
        self,
        model: keras.Model,
        num_members: int = 10,
        bootstrap: bool = True,
        combination: str = "mean",
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        num_members = backend.positive_integer(num_members, "num_members", "Bagging")
        if combination not in COMBINATIONS:
            raise ValueError(
                f"Bagging expects a combination: {', '.join(COMBINATIONS)}. Received: "
                f"{combination!r}."
            )
        seed = backend.seed_number(seed, "Bagging")
        # Python's own generator, which `keras.utils.set_random_seed` sets, and Keras draws from.
        seed = random.randrange(LARGEST_SEED) if seed is None else seed
        numbers = range(num_members)
        members = [copy_of(model, f"member_{n + 1}", [seed, n]) for n in numbers]
        inputs = inputs_like(model)
        combined = COMBINATIONS[combination](dtype="float32", name=combination)
        super().__init__(inputs, combined(answers_of(members, inputs)), **kwargs)
        self.members, self.num_rows = members, None
        self._config = {
            "model": keras.saving.serialize_keras_object(model),
            "num_members": num_members,
            "bootstrap": backend.yes_or_no(bootstrap, "bootstrap", "Bagging"),
            "combination": combination,
            "seed": seed,
        }

    @property
    def num_members(self) -> int:
        return len(self.members)

    def combine(self, answers: list[ArrayLike]) -> np.ndarray:
        """Returns what the answers of some members come to, as an array."""
        return np.asarray(self.layers[-1](answers))

    def rows_of_member(self, number: int, num_rows: int) -> np.ndarray:
        """Returns the numbers of the rows that a member learns from, some of them several times.

        Args:
            number: of the member, from 0.
            num_rows: rows that `fit` gets.
        """
        if not self._config["bootstrap"]:
            return np.arange(num_rows)
        return drawn_rows(num_rows, self._config["seed"], number)

    def compile(
        self,
        optimizer: str | keras.optimizers.Optimizer = "rmsprop",
        loss: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        **kwargs: Any,
    ) -> None:
        """Configures the training of every member, and what `evaluate` measures.

        Args:
            optimizer: a Keras optimizer or its name, copied for each member. Default `"rmsprop"`.
            loss, metrics, weighted_metrics: as of any Keras model. Models that bring their own, as
                a `ClassificationRBM`, learn by that; all are measured by these.
            **kwargs: what else the `compile` of members takes.
        """
        measures = {"loss": loss, "metrics": metrics, "weighted_metrics": weighted_metrics}
        arguments = {"optimizer": keras.optimizers.get(optimizer), **measures, **kwargs}
        self._compile_arguments = {
            name: keras.saving.serialize_keras_object(value) for name, value in arguments.items()
        }
        super().compile(optimizer=None, **measures)
        for member in self.members:
            if isinstance(member, TrainedModel):
                member.compile(**self.told(arguments.keys() - {*MEASURES}))
            else:
                member.compile(**self.told(arguments))
                member.optimizer.build(member.trainable_variables)

    def told(self, names: Iterable[str]) -> dict[str, Any]:
        """Returns arguments of `compile` by name, in objects of their own."""
        objects = keras.saving.deserialize_keras_object
        return {name: objects(self._compile_arguments[name]) for name in names}

    def fit(
        self,
        x: ArrayLike,
        y: ArrayLike | None = None,
        batch_size: int | None = 32,
        epochs: int = 1,
        verbose: str | int = "auto",
        callbacks: list[keras.callbacks.Callback] | None = None,
        validation_split: float = 0.0,
        validation_data: tuple[ArrayLike, ...] | None = None,
        shuffle: bool = True,
        class_weight: dict[int, float] | None = None,
        sample_weight: ArrayLike | None = None,
        initial_epoch: int = 0,
    ) -> keras.callbacks.History:
        """Trains the members one after the other.

        Args:
            x, y: arrays, or structures of arrays.
            batch_size: rows a batch. Default 32, as None is.
            epochs: epochs of every member. Default 1.
            verbose, callbacks: as of any Keras model, but that callbacks find no optimizer: a rate
                changes by a schedule of Keras.
            validation_split: share of the rows, from 0 to below 1, the last ones, that are held
                out. Default 0.
            validation_data, shuffle, class_weight, sample_weight: as of any Keras model.
            initial_epoch: how many epochs, of all members, are done already. Default 0.

        Returns:
            The History of all epochs.

        Raises:
            ValueError: for data of which no rows can be drawn, as a `tf.data.Dataset`, or a share
                out of its range.
        """
        batch_size = batch_size or BATCH_SIZE
        backend.real_number(validation_split, "validation_split", "Bagging", below=1)
        if not isinstance(validation_data, list | tuple | None):
            raise ValueError(
                "Bagging expects validation_data as (x, y) or (x, y, sample_weight). Received: "
                f"{type(validation_data).__name__}."
            )
        if y is None and sample_weight is not None:
            raise ValueError("Bagging expects y with sample_weight. Received: none. Pass y.")
        data = as_rows(x=x, y=y, sample_weight=sample_weight)
        num_rows = len(keras.tree.flatten(data)[0])
        if validation_split and validation_data is None:
            num_rows = int((1 - validation_split) * num_rows)
            validation_data = keras.tree.map_structure(lambda array: array[num_rows:], data)
        seed, total, self.num_rows = self._config["seed"], epochs * self.num_members, num_rows
        self.stop_training = False
        told = keras.callbacks.CallbackList(
            callbacks,
            add_history=True,
            add_progbar=verbose != 0,
            verbose=verbose,
            epochs=total,
            steps=-(-num_rows // batch_size),
            model=self,
        )
        told.on_train_begin()
        first = self._initial_epoch or initial_epoch  # `BackupAndRestore` may have set it
        so_far = validation_data and SoFar(self, validation_data)
        for number, member in enumerate(self.members):
            begun = min(max(first - number * epochs, 0), epochs)
            if begun < epochs and not self.stop_training:
                rows = self.rows_of_member(number, num_rows)
                member.fit(
                    MemberRows(data, rows, batch_size, seed, number, begun, shuffle),
                    epochs=epochs,
                    initial_epoch=begun,
                    verbose=0,
                    shuffle=False,  # the rows come shuffled
                    class_weight=class_weight,
                    callbacks=[TrainsMember(self, told, number, number * epochs, so_far)],
                )
        told.on_train_end()
        return self.history

    def train_step(self, data: Any) -> dict[str, Any]:
        """Refuses: members learn from rows of their own."""
        raise ValueError("Bagging trains its members one after the other. Use fit.")

    def predict_members(self, x: Any, batch_size: int = 1000) -> np.ndarray:
        """Returns what each member answers.

        Args:
            x: what `predict` takes.
            batch_size: rows a batch, of arrays. Default 1000.

        Returns:
            Array of shape `(num_members, num_rows, ...)`.
        """
        answers = self._side_by_side.predict(x, batch_size=batch_size, verbose=0)
        return np.stack(keras.tree.flatten(answers))

    @functools.cached_property
    def _side_by_side(self):
        """The members as one model, which answers what each does."""
        return keras.Model(self.inputs, self.layers[-1].input)

    def predict_out_of_bag(self, x: ArrayLike) -> np.ndarray:
        """Returns, for every row that `fit` was given, the answer of members that never saw it.

        Args:
            x: the rows of `fit`, in the same order.

        Returns:
            Answers, NaN for a row that every member saw; of $M$ members a share of about
            $(1 - 1/e)^M$, 1 % of ten.

        Raises:
            ValueError: without bootstrap, where there are no such rows, or for another number of
                rows than `fit` was given.
        """
        if not self._config["bootstrap"]:
            raise ValueError(
                "Bagging has rows out of the bag where bootstrap=True. Received: bootstrap=False."
            )
        num_rows = len(keras.tree.flatten(x)[0])
        if self.num_rows not in (None, num_rows):
            raise ValueError(
                f"Bagging knows which of the {self.num_rows} rows of fit a member never saw. "
                f"Received: {num_rows} rows. Pass those of fit, without what validation_split kept."
            )
        answers = self.predict_members(x)
        unseen = np.ones(answers.shape[:2], bool)
        for number, own in enumerate(unseen):
            own[self.rows_of_member(number, own.size)] = False
        votes = np.stack([self.combine([one]) for one in answers])
        counted = unseen.reshape(unseen.shape + (1,) * (votes.ndim - 2))
        with np.errstate(invalid="ignore"):
            return np.where(counted, votes, 0).sum(axis=0) / counted.sum(axis=0)

    def evaluate_out_of_bag(
        self, x: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> dict[str, float]:
        """Measures `predict_out_of_bag`: an estimate of the test error without rows held out.

        Args:
            x, y, sample_weight: the rows of `fit`, in the same order, and what belongs to them.

        Returns:
            Dict of the loss and the metrics of `compile`, and of `coverage`, the share of rows that
            some member never saw, the only ones to be measured.
        """
        answers = self.predict_out_of_bag(x)
        there = ~np.isnan(answers.reshape(len(answers), -1)).any(axis=1)
        weight = None if sample_weight is None else np.asarray(sample_weight)[there]
        found = Judge(self)(answers[there], np.asarray(y)[there], weight)
        return {**found, "coverage": float(there.mean())}

    def get_config(self) -> dict[str, Any]:
        return {"name": self.name, **self._config, "num_rows": self.num_rows}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Self:
        model = keras.saving.deserialize_keras_object(config["model"], custom_objects)
        known = {"num_rows": None} | config  # that the first files have not
        num_rows = known.pop("num_rows")
        bagging = cls(**{**known, "model": model})
        bagging.num_rows = num_rows
        return bagging

    def get_compile_config(self) -> dict[str, Any] | None:
        return self._compile_arguments if self.compiled else None

    def compile_from_config(self, config: dict[str, Any]) -> None:
        self._compile_arguments = config
        self.compile(**self.told(config))
