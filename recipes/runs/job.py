"""What a task or a study works with: options, data, a folder, and one way to train a model."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import keras
import numpy as np
from rich.console import Console

from kerasdeep.recipes.data import Images
from kerasdeep.recipes.runs.answers import ask
from kerasdeep.recipes.runs.checkpoint import Checkpoint
from kerasdeep.recipes.runs.folder import Run
from kerasdeep.recipes.runs.options import RunOptions
from kerasdeep.recipes.runs.progress import EpochProgress
from kerasdeep.recipes.runs.team import ALONE, Team
from kerasdeep.zoo import Entry


class Trained(NamedTuple):
    """A model, its `History.history` over all epochs, and the seconds they took."""

    model: keras.Model
    history: dict[str, list[float]]
    seconds: float

    def time(self, *epochs: int, of: str = "") -> tuple[str, str, str]:
        """Returns the row of a table that tells how long the epochs of each stage took."""
        unit = "epoch" if epochs == (1,) else "epochs"
        about = f"s for {' + '.join(map(str, epochs))} {unit} {of}".rstrip()
        return "training time", f"{self.seconds:.1f}", about


@dataclass(frozen=True)
class Job:
    """One run of a task or a study.

    Attributes:
        options: what it was told.
        images: its data set, None for a study without one.
        run: its output folder, which keeps a checkpoint of every training.
        console: a `rich.console.Console`.
        team: the devices and machines that it is on. Default one device.
    """

    options: RunOptions
    images: Images | None
    run: Run
    console: Console
    team: Team = ALONE

    def __post_init__(self):
        if self.images is not None:
            self.run.labels = self.images.labels
            for line in self.images.notes():
                self.say(line)

    def say(self, line: str) -> None:
        """Shows a line in which names that a user chose may stand."""
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)

    @functools.cached_property
    def rows(self) -> np.ndarray:
        """The first training rows: what a model is told of the data before it is trained."""
        return self.images.train.rows()[0]

    def num_updates(self, epochs: int, batch_size: int) -> int:
        """Returns how many batches there are in so many epochs of the training data."""
        return epochs * self.images.train.num_batches(batch_size)

    def fit_entry(
        self,
        entry: Entry,
        *arguments: Any,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        targets: np.ndarray | None = None,
    ) -> Trained:
        """Trains and saves the one model of an entry.

        Args:
            entry: a `kerasdeep.zoo.Entry` with `build(rows, total_steps, seed, *arguments)`.
            *arguments: what its `build` is told beyond that.
            callbacks: further callbacks. Default none.
            targets: as of `fit`.

        Returns:
            `Trained`.
        """
        seed, total_steps = self.options.seed, self.num_updates(entry.epochs, entry.batch_size)
        model = entry.build(self.rows, total_steps, seed, *arguments)
        trained = self.fit(
            entry.name,
            model,
            entry.epochs,
            entry.batch_size,
            seed,
            callbacks=callbacks,
            targets=targets,
        )
        self.run.save_model(model)
        return trained

    def fit(
        self,
        stage: str,
        model: keras.Model,
        epochs: int,
        batch_size: int,
        seed: int,
        validate: bool = True,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        rows: np.ndarray | None = None,
        targets: np.ndarray | None = None,
    ) -> Trained:
        """Trains a model for the epochs that are still to be done, after a stop or from the start.

        Args:
            stage: name of the training, for the screen, the logs and the checkpoint.
            model: a compiled model.
            epochs: number of epochs; of every layer, for a DBN.
            batch_size: rows a batch.
            seed: seed of the order of the rows.
            validate: whether to measure the validation rows, if there are some. Default True.
            callbacks: further callbacks. Default none.
            rows: numbers of training rows to learn from, as many as there are. Default None: all.
            targets: what a model is to make of each training row. Default None: what its kind does.

        Returns:
            `Trained`, epochs before an interruption included.
        """
        train, validation, answers = self.images.train, self.images.validation, ask(model)
        labels, total_epochs = answers.learns_from_labels, answers.total_epochs(epochs)
        # All that `fit` wants to know of the data it takes from these rows. What it would read
        # itself begins, after a stop, with other rows than before.
        answers.initialize_from(self.rows)
        checkpoint = Checkpoint(self.run.checkpoints / stage)
        self.team.share(checkpoint.folder)
        checkpoint.restore(model, self.say)
        if checkpoint.epoch < total_epochs:
            progress = EpochProgress(self.console, stage, self.images.image_shape)
            logs = keras.callbacks.TensorBoard(f"{self.run.logs}/{stage}")
            rows_to_validate = validate and validation and validation.batches(1000, labels=labels)
            try:
                span = checkpoint.epoch, total_epochs
                model.fit(
                    train.epochs(batch_size, *span, seed, labels, rows, targets),
                    validation_data=rows_to_validate or None,
                    epochs=epochs,
                    initial_epoch=checkpoint.epoch,
                    steps_per_epoch=train.num_batches(batch_size),
                    shuffle=False,  # the batches come shuffled
                    verbose=0,
                    callbacks=[*callbacks, progress, logs, checkpoint],
                )
            finally:
                progress.stop()
        return Trained(model, checkpoint.history, checkpoint.seconds)
