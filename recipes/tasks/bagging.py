"""Task: networks learn labels one after the other and answer together; what each one adds."""

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasdeep import pictures
from kerasdeep.callbacks import StopOnDivergence
from kerasdeep.models import Bagging
from kerasdeep.recipes.data import Split
from kerasdeep.recipes.runs.answers import validation_error
from kerasdeep.recipes.runs.job import Job, Trained
from kerasdeep.recipes.tasks.network import OBJECTIVES, load, mistakes
from kerasdeep.zoo import Entry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["OBJECTIVES", "draw", "learn", "load", "measure", "train"]


def train(entry: Entry, job: Job) -> Trained:
    """Returns what `entry.build(rows, total_steps, seed, num_classes)` makes, trained.

    Its history is of the validation rows, if there are some, a value for each number of members.
    """
    seed, updates = job.options.seed, job.num_updates(entry.epochs, entry.batch_size)
    networks = entry.build(job.rows, updates, seed, job.images.num_classes)
    num_rows, seconds = job.images.train.num_rows, 0.0
    networks.num_rows = num_rows
    for number, member in enumerate(networks.members):
        own_seed = int(np.random.default_rng([seed, number]).integers(2**31))
        chosen = networks.rows_of_member(number, num_rows) if entry.bootstrap else None
        trained = job.fit(
            member.name,
            member,
            entry.epochs,
            entry.batch_size,
            own_seed,
            callbacks=[StopOnDivergence()],
            rows=chosen,
        )
        seconds += trained.seconds
    job.run.save_model(networks)
    history = {}
    if job.images.validation:
        found = growing(networks, job.images.validation)["together"]
        answers_of.cache_clear()
        history["val_accuracy"] = [1 - error for error in found]
    return Trained(networks, history, seconds)


learn = train


@functools.lru_cache(maxsize=1)
def answers_of(networks: Bagging, split: Split) -> np.ndarray:
    """Returns what each member answers, which takes a while of many and is asked for twice."""
    return networks.predict_members(split.batches(1000))


def growing(networks: Bagging, split: Split) -> dict[str, list[float]]:
    """Returns the error of each member, and of the first ones together, by their number."""
    _, labels = split.arrays
    answers = answers_of(networks, split)

    def error(some):
        return float((networks.combine(list(some)).argmax(axis=1) != labels).mean())

    together = [error(answers[: number + 1]) for number in range(len(answers))]
    return {"alone": [error([one]) for one in answers], "together": together}


def measure(
    entry: Entry, job: Job, trained: Trained
) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """Returns the errors of the test rows, and out of the bag where there is one."""
    networks, history, seconds = trained
    found = growing(networks, job.images.test)
    error, alone = found["together"][-1], found["alone"]
    table = [
        ("test error", f"{100 * error:.2f} %", f"of {len(alone)} networks together"),
        ("a network alone", f"{100 * np.mean(alone):.2f} %", "mean of their test errors"),
        trained.time(entry.epochs, of="of each"),
    ]
    metrics = {"test": {"error": error}, "test_errors_by_members": found}
    if entry.bootstrap:
        rows, labels = job.images.train.arrays
        metrics["out_of_bag"] = networks.evaluate_out_of_bag(
            rows.reshape(-1, *networks.input_shape[1:]), labels
        )
        of_rows = 1 - metrics["out_of_bag"]["accuracy"]
        table.append(("out-of-bag error", f"{100 * of_rows:.2f} %", "of training rows"))
    table += validation_error(history)
    return {**metrics, "history": history, "seconds": seconds}, table


def draw(entry: Entry, job: Job, trained: Trained) -> "dict[str, Figure]":
    """Draws what each more network brings, and test images that all together name wrong."""
    networks, test = trained.model, job.images.test
    together = networks.combine(list(answers_of(networks, test)))
    found = growing(networks, test)
    answers_of.cache_clear()  # and let go of the networks
    return {"error_by_members": error_by_members(found), "mistakes": mistakes(together, job)}


def error_by_members(found: dict[str, list[float]]) -> "Figure":
    """Draws the error of the first members together, and of each alone, against their number."""
    figure = pictures.new_figure(6, 4)
    axes = figure.subplots()
    numbers = np.arange(1, len(found["together"]) + 1)
    axes.plot(numbers, 100 * np.array(found["together"]), marker="o", label="the first together")
    axes.plot(numbers, 100 * np.array(found["alone"]), "x", label="each alone")
    axes.set(xlabel="networks", ylabel="test error, %", ylim=(0, None))
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.grid(alpha=0.3)
    axes.legend()
    return figure
