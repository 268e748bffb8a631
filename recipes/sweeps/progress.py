"""What a person sees while a sweep goes on."""

import time

import keras_tuner
from rich.console import Console


class TrialProgress:
    """A line for each trial that has ended: its score, the best so far, the time that is left.

    Args:
        console: a `rich.console.Console`.
        oracle: the oracle of the sweep.
        trials: how many there will be at most.

    Attributes:
        inner: where a trial shows its epochs: in a terminal, as a run alone does.
    """

    def __init__(self, console: Console, oracle: keras_tuner.Oracle, trials: int) -> None:
        self.console, self.oracle, self.trials = console, oracle, trials
        self.inner = console if console.is_terminal else Console(quiet=True)
        self._start, self._done = time.perf_counter(), 0

    def say(self, line: str) -> None:
        """Prints a line."""
        self.console.print(line, soft_wrap=True, highlight=False, markup=False)

    def show(self, trial: keras_tuner.engine.trial.Trial) -> None:
        """Prints the line of a trial that has ended."""
        self._done += 1
        ended = len(self.oracle.end_order)
        best = self.oracle.get_best_trials()[0].score
        each = (time.perf_counter() - self._start) / self._done
        left = each * (self.trials - ended) / 60
        score = "failed" if trial.score is None else f"{trial.score:.4g}"
        so_far = "none" if best is None else f"{best:.4g}"
        self.say(
            f"{ended}/{self.trials} trials  {self.oracle.objective.name} {score}  best {so_far}  "
            f"about {left:.1f} min left"
        )
