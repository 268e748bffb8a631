"""Compares learners, each at the rate that suits it.

The rate is chosen on validation rows, with the first seed. All learners of a seed make the same
number of updates with the same batches; one that diverges has an error of 1 from then on.
"""

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kerasdeep.recipes.studies.tools.rate_grid import best_rate, errors_by_rate, shown

if TYPE_CHECKING:
    import keras

    from kerasdeep.recipes.runs.job import Job

LOOKS = 20
STEPS_PER_EXECUTION = 20


def measure(
    job: "Job", rates: Mapping[str, Sequence[float]], build: "Callable[..., keras.Model]"
) -> dict[str, Any]:
    """Returns the rate of each learner, how it was chosen, and what came of it, seed by seed.

    Args:
        job: `kerasdeep.recipes.runs.job.Job`.
        rates: dict from learner to the rates to try first.
        build: function of learner, rate, width of the rows, number of classes and
            `steps_per_execution` that returns a compiled classifier.
    """
    trainings = Trainings(job, build)
    held_out, chosen, results = {}, {}, {}
    for learner, first in rates.items():
        errors = errors_by_rate(functools.partial(trainings.held_out_error, learner), first)
        held_out[learner], chosen[learner] = errors, best_rate(errors)
        job.say(f"{learner}: rate {chosen[learner]:g}, held out {shown(errors)}")
        results[learner] = []
        for seed in range(job.options.num_seeds):
            result = trainings.result(learner, chosen[learner], seed)
            results[learner].append(result)
            error = 100 * result["test_error"]
            job.console.print(f"{learner}, seed {seed}: test error {error:.2f} %")
    return {
        "learning_rates": chosen,
        "held_out_errors": held_out,
        "updates": trainings.updates_of_looks(),
        "results": results,
    }


class Trainings:
    """Trainings of any learner. What was once measured is kept in the folder of the run.

    Args:
        job, build: as of `measure`.
    """

    def __init__(self, job: "Job", build: "Callable[..., keras.Model]") -> None:
        self.job, self.build = job, build

    def updates_of_looks(self) -> list[int]:
        """Returns after which updates there is a look: equally spaced, at most `LOOKS`."""
        updates = self.job.options.num_updates
        spacing = next(updates // n for n in range(LOOKS, 0, -1) if updates % n == 0)
        return list(range(spacing, updates + 1, spacing))

    def held_out_error(self, learner: str, rate: float) -> float:
        """Returns the error on validation rows at the end of a training with the first seed."""
        name = f"held-out-{learner}-{rate:g}"
        return self.job.run.remember(name, self._held_out_error, learner, rate)

    def result(self, learner: str, rate: float, seed: int) -> dict[str, Any]:
        """Returns losses and validation errors at every look, and the test error at the end.

        A loss is the mean over the updates since the last look, None once training has diverged.
        """
        return self.job.run.remember(f"{learner}-{seed}", self._result, learner, rate, seed)

    def _held_out_error(self, learner, rate):
        _, _, errors = self._train(learner, rate, 0, num_looks=1)
        return errors[-1]

    def _result(self, learner, rate, seed):
        num_looks = len(self.updates_of_looks())
        network, losses, errors = self._train(learner, rate, seed, num_looks)
        test_error = 1.0
        if losses[-1] is not None:
            rows = self.job.images.test.batches(1000, labels=True)
            test_error -= network.evaluate(rows, verbose=0, return_dict=True)["accuracy"]
        return {"losses": losses, "validation_errors": errors, "test_error": test_error}

    def _train(self, learner, rate, seed, num_looks):
        import keras
        import numpy as np

        from kerasdeep.callbacks import StopOnDivergence
        from kerasdeep.recipes.studies.tools.batches import passes

        keras.utils.set_random_seed(seed)
        images, num_updates = self.job.images, self.job.options.num_updates
        spacing, numbers = num_updates // num_looks, np.arange(images.train.num_rows)
        # An execution that does not end with a look would go beyond it.
        steps = math.gcd(spacing, STEPS_PER_EXECUTION)
        sizes = self.job.rows.shape[1], images.num_classes
        network = self.build(learner, rate, *sizes, steps_per_execution=steps)
        history = keras.callbacks.History()
        try:
            network.fit(
                passes(images.train, numbers, num_updates, seed),
                validation_data=images.validation.batches(1000, labels=True),
                epochs=num_looks,
                steps_per_epoch=spacing,
                shuffle=False,
                verbose=0,
                callbacks=[StopOnDivergence(), history],  # which keeps nothing of what diverged
            )
        except FloatingPointError:
            self.job.console.print(f"{learner}, rate {rate:g}: diverged")
        losses = history.history.get("loss", [])
        errors = [1 - accuracy for accuracy in history.history.get("val_accuracy", [])]
        missing = num_looks - len(losses)
        return network, losses + [None] * missing, errors + [1.0] * missing
