"""How near what an adversarial network draws comes to test rows."""

from typing import Any

import numpy as np

from kerasdeep.likelihood import frechet_distance, parzen_bandwidth, parzen_log_likelihood
from kerasdeep.models import GAN
from kerasdeep.recipes.data import Images
from kerasdeep.recipes.features import features_of, flat
from kerasdeep.recipes.judge import judged

MOST_ROWS = 10_000
ROWS_A_DRAW = 1_000
ROWS_FOR_BANDWIDTH = 1_000
DRAWINGS_A_CLASS = 100


def distance_of_drawings(model: GAN, rows: np.ndarray, images: Images, seed: int = 0) -> float:
    """Returns the Fréchet distance of rows from as many drawings.

    Args:
        model: a trained network.
        rows: rows of a data set.
        images: the data set, which says by what features.
        seed: seed of what is drawn. Default 0.
    """
    features = features_of(images).of
    return frechet_distance(features(rows), features(drawings(model, len(rows), seed)))


def drawings(model: GAN, number: int, seed: int) -> np.ndarray:
    """Returns so many rows that a network draws.

    Args:
        model: a trained network.
        number: how many.
        seed: seed of what is drawn.
    """
    model.seed_chains(seed)
    parts = [model.sample(ROWS_A_DRAW) for _ in range(-(-number // ROWS_A_DRAW))]
    return np.concatenate(parts)[:number]


def measure_drawings(
    model: GAN, images: Images, seed: int
) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """Draws as many rows as there are test rows, at most 10,000, and compares them with those.

    By the Fréchet distance in features of a network that knows real data; by the Parzen-window
    likelihood of the test rows, whose width is chosen on other rows; both beside those of as many
    training rows; and by the shares of the classes among them. Of a conditional network also
    by how many drawings of each class are named as asked.

    Args:
        model: a trained network.
        images: the data set.
        seed: seed of what is drawn.

    Returns:
        `(metrics, table)`: a dict, and rows to print.
    """
    rows, _ = images.test.rows(MOST_ROWS)
    drawn = drawings(model, len(rows), seed)
    known, _ = images.train.rows(len(rows))
    features = features_of(images)
    real, of_known, of_drawn = map(features.of, (rows, known, drawn))
    enough = images.validation and images.validation.num_rows > 1
    held_out, _ = (images.validation if enough else images.train).rows(ROWS_FOR_BANDWIDTH)
    width = parzen_bandwidth(flat(drawn), flat(held_out))
    parzen = parzen_log_likelihood(flat(drawn), flat(rows), width)
    error = (parzen.high - parzen.mean) / 3
    parzen_of_known = parzen_log_likelihood(flat(known), flat(rows), width).mean
    metrics = {
        "frechet_distance": frechet_distance(real, of_drawn),
        "frechet_distance_of_training_rows": frechet_distance(real, of_known),
        "features": features.name,
        "parzen_log_likelihood": parzen.mean,
        "parzen_log_likelihood_of_training_rows": parzen_of_known,
        "parzen_standard_error": error,
        "parzen_bandwidth": width,
    }
    about = f"nats, test rows, +- {error:.1f}"
    table = [
        ("Frechet distance", f"{metrics['frechet_distance']:.2f}", f"by {features.name}"),
        ("of training rows", f"{metrics['frechet_distance_of_training_rows']:.2f}", "likewise"),
        ("Parzen log-likelihood", f"{parzen.mean:.1f}", about),
        ("of training rows", f"{parzen_of_known:.1f}", "likewise"),
    ]
    if features.classes is not None:
        shares = np.bincount(features.classes(drawn), minlength=images.num_classes) / len(drawn)
        metrics["shares_of_classes"] = shares.tolist()
        table.append(("rarest class", f"{100 * shares.min():.1f} %", "of what is drawn"))
    if model.num_classes is not None:
        labels = np.repeat(np.arange(model.num_classes), DRAWINGS_A_CLASS)
        drawn = np.asarray(model.sample(labels=labels))
        found = judged(images, drawn.reshape(model.num_classes, DRAWINGS_A_CLASS, -1))
        metrics |= {"named_as_asked": found["named_as_asked"], "judge": found["judge"]}
        about = f"of {found['num_drawings']} drawings, by {found['judge']}"
        table.append(("named as asked", f"{100 * found['named_as_asked']:.1f} %", about))
    return metrics, table
