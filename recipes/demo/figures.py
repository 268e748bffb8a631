"""What a person sees of the demo."""

from typing import TYPE_CHECKING, Any

import numpy as np

from kerasdeep import pictures
from kerasdeep.recipes.data import Images
from kerasdeep.recipes.demo import dream
from kerasdeep.recipes.runs.job import Job
from kerasdeep.recipes.strip import Strip

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN = 10  # of each digit


def table(metrics: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Returns the rows to print."""
    drawings, test = metrics["drawings"], metrics["test"]
    number, judge = drawings["num_drawings"], 100 * drawings["judge_error"]
    share = 100 * drawings["named_as_asked"]
    same = {True: "the same", False: "something else: please report this"}
    return [
        ("drawings named as asked", f"{share:.1f} %", f"of {number}, by a support vector machine"),
        ("that judge's own error", f"{judge:.2f} %", "of real test rows"),
        ("test error, this model", f"{100 * test['error']:.2f} %", "of real test rows"),
        *(
            (f"test error, {name}", f"{100 * error:.2f} %", "of real test rows")
            for name, error in metrics["test_error_of_others"].items()
        ),
        *(
            (f"test log-likelihood, {name}", f"{found[-1]:.2f}", "nats an image, by annealing")
            for name, found in metrics["test_log_likelihood"].items()
        ),
        ("saved model, loaded again", "predicts", same[metrics["loaded_model_predicts_the_same"]]),
        ("exported model", "answers", same[metrics["exported_model_answers_the_same"]]),
        ("training time", f"{metrics['seconds']:.1f}", "s"),
    ]


def draw(job: Job, metrics: dict[str, Any], drawn: np.ndarray) -> "dict[str, Figure | Strip]":
    """Returns a dict from file name to picture."""
    return {
        "drawings": drawings(job.images, drawn),
        "likelihood": likelihood(metrics),
        "dreams-of-mnist": dream.strip(job.options.seed),
    }


def drawings(images: Images, drawn: np.ndarray) -> "Figure":
    """Draws real digits beside drawn ones, a row for each class."""
    rows, labels = images.train.arrays
    real = [rows[labels == label][:SHOWN] for label in range(images.num_classes)]
    figure = pictures.new_figure(10, 5.4)
    parts = {"real": np.concatenate(real), "drawn on request": np.concatenate(drawn[:, :SHOWN])}
    for axes, (title, of_class) in zip(figure.subplots(1, 2), parts.items(), strict=True):
        axes.imshow(pictures.image_grid(of_class, images.image_shape, SHOWN))
        axes.set_title(title)
        axes.set_axis_off()
    return figure


def likelihood(metrics: dict[str, Any]) -> "Figure":
    """Draws how the likelihood of test rows grows."""
    figure = pictures.new_figure(7, 4)
    axes = figure.subplots()
    for name, values in metrics["test_log_likelihood"].items():
        axes.plot(range(1, len(values) + 1), values, marker="o", label=name)
    of_pixels = metrics["test_log_likelihood_of_independent_pixels"]
    axes.axhline(of_pixels, color="gray", linestyle="--", label="independent pixels")
    axes.set(
        title="of digits that were not learned from",
        xlabel="epoch",
        ylabel="mean log-likelihood, nats",
    )
    axes.grid(alpha=0.3)
    axes.legend()
    return figure
