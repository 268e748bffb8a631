"""Does the centred gradient help? Exact likelihoods with it and without.

    python benchmarks/centring.py
    python benchmarks/centring.py --dataset mnist --epochs 10 --batch 100 --optimizers SGD

A Bernoulli RBM with few hidden units learns a data set, thresholded, and the same data with every
pixel flipped. Rates are chosen for each cell on validation rows; the table shows the mean and the
spread of the exact test log-likelihood over seeds, in nats.
"""

import argparse
import itertools

import keras
import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from kerasdeep.likelihood import log_likelihood
from kerasdeep.models import RBM
from kerasdeep.recipes import data

OPTIMIZERS = {
    "SGD": (lambda rate: keras.optimizers.SGD(rate), (0.03, 0.1, 0.3)),
    "momentum 0.9": (lambda rate: keras.optimizers.SGD(rate, momentum=0.9), (0.003, 0.01, 0.03)),
    "Adam": (lambda rate: keras.optimizers.Adam(rate), (0.001, 0.003, 0.01)),
}


def likelihoods(images, flipped, centring, optimizer, rate, seed, arguments):
    """Trains one RBM; returns its exact validation and test log-likelihood."""
    keras.utils.set_random_seed(seed)
    splits = [split.arrays[0] > 0.5 for split in (images.train, images.validation, images.test)]
    train, validation, test = [(rows != flipped).astype("float32") for rows in splits]
    steps = arguments.epochs * -(-len(train) // arguments.batch)
    schedule = keras.optimizers.schedules.PolynomialDecay(rate, steps, 0.0)
    rbm = RBM(arguments.hidden, centering=centring, seed=seed)
    rbm.compile(OPTIMIZERS[optimizer][0](schedule), "pcd")
    rbm.fit(train, batch_size=arguments.batch, epochs=arguments.epochs, verbose=0)
    return [log_likelihood(rbm, rows).mean() for rows in (validation, test)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--dataset", default="digits")
    parser.add_argument("--hidden", type=int, default=12)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--batch", type=int, default=10)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--optimizers", nargs="+", choices=OPTIMIZERS, default=list(OPTIMIZERS))
    arguments = parser.parse_args()
    images = data.load(arguments.dataset)
    title = f"Test log-likelihood, nats; {arguments.epochs} epochs of PCD, {arguments.seeds} seeds"
    table = Table(title=title)
    for column in ("optimizer", "centring", arguments.dataset, f"flipped {arguments.dataset}"):
        table.add_column(column)
    ways = list(itertools.product(arguments.optimizers, (False, True)))
    cells = list(itertools.product(ways, (False, True)))
    found = {}
    for (optimizer, centring), flipped in track(cells, "training", console=Console(stderr=True)):
        runs = {
            rate: np.array(
                [
                    likelihoods(images, flipped, centring, optimizer, rate, seed, arguments)
                    for seed in range(arguments.seeds)
                ]
            )
            for rate in OPTIMIZERS[optimizer][1]
        }
        rate = max(runs, key=lambda rate: runs[rate][:, 0].mean())
        test = runs[rate][:, 1]
        found[optimizer, centring, flipped] = f"{test.mean():.2f} ± {test.std():.2f} (rate {rate})"
    for optimizer, centring in ways:
        row = [found[optimizer, centring, flipped] for flipped in (False, True)]
        table.add_row(optimizer, "yes" if centring else "no", *row)
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
