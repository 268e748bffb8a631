"""The job of a trial."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import keras_tuner
import numpy as np

from kerasdeep.recipes.runs.answers import ask
from kerasdeep.recipes.runs.checkpoint import Checkpoint
from kerasdeep.recipes.runs.job import Job, Trained
from kerasdeep.recipes.sweeps.layers import KeptLayers
from kerasdeep.recipes.sweeps.patience import Patience
from kerasdeep.training.greedy import GreedyStack


@dataclass(frozen=True, kw_only=True)
class TrialJob(Job):
    """A job that takes greedy layers from earlier trials, and ends where nothing gets better.

    Attributes:
        layers: folder where layers are kept.
        objective: what the sweep compares.
        patience: epochs without a better one after which a training ends; None: never.
    """

    layers: Path
    objective: keras_tuner.Objective
    patience: int | None = None

    def fit(
        self,
        stage: str,
        model: keras.Model,
        epochs: int | Sequence[int],
        batch_size: int,
        seed: int,
        validate: bool = True,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        rows: np.ndarray | None = None,
        targets: np.ndarray | None = None,
    ) -> Trained:
        ask(model).initialize_from(self.rows)
        checkpoint, own = Checkpoint(self.run.checkpoints / stage), []
        if isinstance(model, GreedyStack):
            stages = epochs if isinstance(epochs, list) else [epochs] * len(model.stages())
            kept = KeptLayers(self.layers, model, stages, {"rows": batch_size, "seed": seed})
            own.append(kept)
            if not checkpoint.saved():
                checkpoint.begin(model, kept.load())
        if self.patience:
            checkpoint.restore(model, lambda line: None)  # what is damaged is said below
            patience = Patience(self.objective, self.patience, checkpoint.history)
            own.append(patience)
            if patience.exhausted:
                return Trained(model, checkpoint.history, checkpoint.seconds)
        callbacks = [*callbacks, *own]
        how = validate, callbacks, rows, targets
        return super().fit(stage, model, epochs, batch_size, seed, *how)
