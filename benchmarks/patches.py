"""Gaussian RBM on standardised image patches: does any seed diverge, and what are its filters?

    python benchmarks/patches.py --dataset fashion_mnist --side 10 --whiten
    python benchmarks/patches.py --dataset fashion_mnist --side 10 --whiten --sparse

`RBM(100, visible=Gaussian(learned=True))` with `compile()` and `fit(epochs=50)` as they are; with
`--sparse` at ten times the rate, falling to zero, and with hidden units that are seldom on, which
makes edge detectors of them. The log-likelihood of test patches is measured by annealed importance
sampling, beside that of one Gaussian with the covariance of the training patches.
"""

import argparse
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras.optimizers.schedules import PolynomialDecay
from rich.console import Console
from rich.progress import track
from rich.table import Table
from scipy import stats

from kerasdeep import pictures
from kerasdeep.likelihood import annealed_importance_sampling, log_likelihood
from kerasdeep.models import RBM
from kerasdeep.penalties import SparsityTarget
from kerasdeep.recipes import data
from kerasdeep.units import Gaussian

TEMPERATURES = 2000


def patches(split, image_shape, side, number, rng):
    """Returns random square patches of the images that are not of one grey, as rows."""
    images, _ = split.arrays
    images = images.reshape(-1, *image_shape[:2])
    found = []
    while len(found) < number:
        image = images[rng.integers(len(images))]
        row, column = (rng.integers(size - side + 1) for size in image.shape)
        patch = image[row : row + side, column : column + side]
        if patch.std() > 0.1:
            found.append(patch.ravel())
    return np.array(found)


def standardised(train, test, whiten):
    """Returns both with the mean and the deviations (or the covariance) of `train` removed."""
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    if not whiten:
        return (train - mean) / deviation, (test - mean) / deviation
    values, vectors = np.linalg.eigh(np.cov(train.T))
    white = vectors / np.sqrt(values + 0.01) @ vectors.T
    return (train - mean) @ white, (test - mean) @ white


def trained(rows, epochs, sparse, seed):
    """Returns a Gaussian RBM fitted to patches, with default settings or with sparse units."""
    visible = Gaussian(learned=True)
    if not sparse:
        rbm = RBM(100, visible=visible, seed=seed)
        rbm.compile()
        rbm.fit(rows, epochs=epochs, verbose=0)
        return rbm
    rbm = RBM(100, visible=visible, sparsity=SparsityTarget(0.02, cost=1.0), seed=seed)
    steps = epochs * -(-len(rows) // 100)
    rbm.compile(keras.optimizers.SGD(PolynomialDecay(0.1, steps, end_learning_rate=0.0)))
    rbm.fit(rows, batch_size=100, epochs=epochs, verbose=0)
    return rbm


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--dataset", default="digits")
    parser.add_argument("--side", type=int, default=6)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--epochs", type=int, default=50)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--whiten", action="store_true")
    parser.add_argument("--sparse", action="store_true")
    parser.add_argument("--picture", help="PNG file for the filters of the last seed")
    arguments = parser.parse_args()
    images = data.load(arguments.dataset)
    table = Table(title=f"{arguments.side} x {arguments.side} patches of {arguments.dataset}")
    for column in ("seed", "AIS, nats", "3 sigma", "one Gaussian", "deviations", "largest weight"):
        table.add_column(column, justify="right")
    for seed in track(range(arguments.seeds), "seeds", console=Console(stderr=True)):
        rng = np.random.default_rng(seed)
        shape = images.image_shape, arguments.side, arguments.rows
        train, test = standardised(
            patches(images.train, *shape, rng), patches(images.test, *shape, rng), arguments.whiten
        )
        rbm = trained(train, arguments.epochs, arguments.sparse, seed)
        log_z = annealed_importance_sampling(rbm, train, TEMPERATURES, verbose=0)
        unnormalized = log_likelihood(rbm, test, 0.0).mean()
        gaussian = stats.multivariate_normal(train.mean(axis=0), np.cov(train.T))
        deviations = np.array(rbm.visible.stddev)
        table.add_row(
            str(seed),
            f"{unnormalized - log_z.mean:.2f}",
            f"{unnormalized - log_z.high:.2f} to {unnormalized - log_z.low:.2f}",
            f"{gaussian.logpdf(test).mean():.2f}",
            f"{deviations.min():.2f} to {deviations.max():.2f}",
            f"{np.abs(rbm.kernel).max():.2f}",
        )
    if arguments.picture:
        figure = pictures.filters(rbm.kernel, (arguments.side, arguments.side))
        figure.savefig(arguments.picture)
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
