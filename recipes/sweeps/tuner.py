"""The trials of a sweep: each is a run of its own, and goes on after a kill as any run does."""

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path

import keras
import keras_tuner
import numpy as np
import tensorflow as tf
from rich.console import Console

from kerasdeep.recipes.data import Images
from kerasdeep.recipes.runs import lock
from kerasdeep.recipes.runs.folder import METRICS, Run
from kerasdeep.recipes.runs.intact import read_json
from kerasdeep.recipes.runs.options import TrainOptions
from kerasdeep.recipes.runs.precision import in_precision
from kerasdeep.recipes.sweeps import objective
from kerasdeep.recipes.sweeps.findings import BUDGET
from kerasdeep.recipes.sweeps.trial import TrialJob
from kerasdeep.recipes.tasks import task_of
from kerasdeep.zoo import Entry
from kerasdeep.zoo.space import Space

AGAIN_SECONDS = 1.0
LAYERS = "layers"  # that trials have in common


def run_of(trials: Path, trial: keras_tuner.engine.trial.Trial, seed: int) -> Path:
    """Returns the folder of a trial's run with a seed, in the folder of all trials."""
    return trials / f"trial_{trial.trial_id}" / f"seed-{seed}"


class Tuner(keras_tuner.engine.base_tuner.BaseTuner):
    """Trains the entries that an oracle chooses.

    Args:
        oracle: what chooses.
        space: the search space.
        images: the data set.
        options: `TuneOptions`.
        folder: of all trials.
        console: where a trial that takes long is seen.
        on_end: function of each trial that has ended.
    """

    def __init__(
        self,
        oracle: keras_tuner.Oracle,
        space: Space,
        images: Images,
        options: TrainOptions,
        folder: Path,
        console: Console,
        on_end: Callable[[keras_tuner.engine.trial.Trial], None],
    ) -> None:
        super().__init__(oracle, directory=str(folder.parent), project_name=folder.name)
        self.space, self.images, self.options = space, images, options
        self.console, self.on_end = console, on_end

    def save(self) -> None:
        """Saves the state of the sweep, all of which is the oracle's."""
        self.oracle.save()

    def run_trial(self, trial: keras_tuner.engine.trial.Trial) -> dict[str, float]:
        """Returns the means over seeds of what was measured.

        Raises:
            keras_tuner.errors.FailedTrialError: where a training diverges, or needs more memory
                than there is; the sweep goes on.
            keras_tuner.errors.FatalError: for anything else; the sweep ends.
        """
        entry = self.entry_of(trial)
        try:
            with in_precision(self.options.precision):
                found = [self._trained(entry, trial, k) for k in range(self.options.num_seeds)]
        except (FloatingPointError, MemoryError, tf.errors.ResourceExhaustedError) as error:
            raise keras_tuner.errors.FailedTrialError(str(error)) from error
        except Exception as error:
            raise keras_tuner.errors.FatalError(str(error)) from error
        return {name: float(np.mean([one[name] for one in found])) for name in found[0]}

    def entry_of(self, trial: keras_tuner.engine.trial.Trial) -> Entry:
        """Returns the entry that a trial is of."""
        hp = trial.hyperparameters
        entry = self.space.choose(hp)
        return dataclasses.replace(entry, epochs=hp.values.get(BUDGET, entry.epochs))

    def _trained(self, entry, trial, number):
        """Returns what one run measured; trained once, however often the sweep is killed."""
        seed = self.options.seed + number
        folder = run_of(Path(self.project_dir), trial, seed)
        while not (folder / METRICS).is_file():
            try:
                self._run(entry, folder, seed)
            except lock.HeldError:  # a worker that was taken for dead is still at work
                time.sleep(AGAIN_SECONDS)
            finally:
                lock.release(folder)
        return read_json(folder / METRICS, "Remove the folder of the trial.")["validation"]

    def _run(self, entry, folder, seed):
        own = {field.name for field in dataclasses.fields(TrainOptions)}
        told = {name: value for name, value in vars(self.options).items() if name in own}
        options = TrainOptions(**told | {"output": str(folder), "resume": True, "seed": seed})
        run = Run(entry.name, options, entry.hyper_parameters())
        job = TrialJob(
            options,
            self.images,
            run,
            self.console,
            layers=Path(self.project_dir) / LAYERS,
            objective=self.oracle.objective,
            patience=self.options.patience,
        )
        keras.utils.set_random_seed(seed)
        model, history, seconds = task_of(entry).learn(entry, job)
        found = objective.measured(
            model, job, self.oracle.objective.name, getattr(entry, "temperatures", 0)
        )
        about = {"image_shape": self.images.image_shape, "split": self.images.described()}
        run.finish({**about, "validation": found, "history": history, "seconds": seconds}, dict)

    def on_trial_begin(self, trial: keras_tuner.engine.trial.Trial) -> None:
        keras.backend.clear_session()
        tf.get_logger().setLevel("ERROR")  # it takes programs of each trial's own for a mistake

    def on_trial_end(self, trial: keras_tuner.engine.trial.Trial) -> None:
        super().on_trial_end(trial)
        self.on_end(trial)
