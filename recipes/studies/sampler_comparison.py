"""Study: how probable does an RBM find test rows, by sampler, against the time of training?

All train for the same number of epochs with the same rate, falling to zero. On the way the
likelihood is measured quickly, at the end carefully, by annealing forward and in reverse.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from kerasdeep.recipes.runs.options import DataOptions
from kerasdeep.zoo.parameter import parameter
from kerasdeep.zoo.studies import sampler_comparison as zoo

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from kerasdeep.backend.types import ArrayLike
    from kerasdeep.recipes.data import Images
    from kerasdeep.recipes.runs.job import Job

NAME = "compare-samplers"
NUM_LOOKS = 5


@dataclass(frozen=True, kw_only=True)
class Options(DataOptions):
    """Train the same RBM with every sampler; draw likelihood against time."""

    validation_every: ClassVar[int] = 0

    epochs: int = parameter(20, "Epochs of each training.", low=1)
    binarization: str = parameter(
        "stochastic",
        "As of `train`; grey levels have no likelihood.",
        choices=("none", "threshold", "stochastic"),
        flag="binarize",
    )
    num_temperatures: int = parameter(
        10_000, "Of annealed importance sampling at the end.", low=1, flag="temperatures"
    )
    seed: int = parameter(0, "Seed of everything random.", low=0, high=2**31 - 1)


def load(options: Options) -> "Images":
    """Returns a data set of zeros and ones."""
    if options.binarization == "none":
        raise ValueError(
            f"{NAME} measures likelihoods of binary data. Received: --binarize none. Pass "
            "--binarize stochastic or threshold."
        )
    return options.load()


def measure(job: "Job") -> dict[str, Any]:
    """Returns, for each sampler, likelihoods on the way with their seconds, and at the end."""
    test_rows, _ = job.images.test.rows(job.images.test.num_rows)
    results = {}
    for name in zoo.SAMPLERS:
        job.console.print(f"{name}: {job.options.epochs} epochs")
        kept = name.replace(" ", "-")
        results[name] = job.run.remember(kept, result_of, job, name, test_rows)
    return {"results": results}


def result_of(job: "Job", name: str, test_rows: "ArrayLike") -> dict[str, Any]:
    """Trains with one sampler and returns what was measured."""
    import keras
    import numpy as np

    from kerasdeep.recipes.studies.tools.looks import Looks
    from kerasdeep.recipes.tasks.likelihood import measure_likelihood, recorded

    epochs, seed, train = job.options.epochs, job.options.seed, job.images.train
    keras.utils.set_random_seed(seed)
    batch_size = zoo.ENTRY.batch_size_for(train.num_rows)
    rbm = zoo.build(name, job.num_updates(epochs, batch_size), seed)
    rbm.initialize_from(job.rows)
    marks = np.unique(np.linspace(1, epochs, NUM_LOOKS).round().astype(int)).tolist()
    looks = Looks(marks, job.rows, test_rows)
    rbm.fit(
        train.epochs(batch_size, 0, epochs, seed),
        epochs=epochs,
        steps_per_epoch=train.num_batches(batch_size),
        shuffle=False,
        verbose=0,
        callbacks=[looks],
    )
    final = measure_likelihood(rbm, job.rows, test_rows, job.options.num_temperatures)
    return {
        "seconds": looks.seconds,
        "log_likelihood": looks.found,
        "final": recorded(final),
        "swap_rate": np.array(getattr(rbm.sampler, "swap_rate", [])).tolist(),
    }


def table(metrics: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Returns the likelihoods at the end, then how often temperatures were swapped."""
    results = metrics["results"]
    likelihoods = [
        (
            f"{name}, {result['seconds'][-1]:.0f} s",
            " / ".join(f"{found['mean']:.2f}" for found in result["final"].values()),
            "nats, test rows: " + " / ".join(result["final"]),
        )
        for name, result in results.items()
    ]
    swaps = [
        (
            f"{name}, rates of swaps",
            " ".join(f"{rate:.2f}" for rate in result["swap_rate"]),
            "lowest beta first",
        )
        for name, result in results.items()
        if result["swap_rate"]
    ]
    return likelihoods + swaps


def draw(metrics: dict[str, Any]) -> "Figure":
    """Draws the log-likelihood of test rows against seconds of training."""
    from kerasdeep import pictures

    figure = pictures.new_figure(7, 4.5)
    axes = figure.subplots()
    for name, result in metrics["results"].items():
        axes.plot(result["seconds"], result["log_likelihood"], marker="o", label=name)
    axes.set(xlabel="seconds of training", ylabel="test log-likelihood, nats (AIS)", xscale="log")
    axes.legend()
    axes.grid(alpha=0.3)
    return figure
