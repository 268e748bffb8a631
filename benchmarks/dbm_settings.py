"""Settings of the zoo's `dbm`: the bound of the log-likelihood of MNIST's validation rows.

    python benchmarks/dbm_settings.py --starts lowest random --rates 0.02 0.05 --epochs 30

The machine learns from 54,000 training rows, pixels drawn anew every epoch, and is measured on the
other 6,000 by annealed importance sampling. Test rows are not looked at.
"""

import argparse
import dataclasses
import itertools
import time

import numpy as np
from rich.console import Console

from kerasdeep import zoo
from kerasdeep.likelihood import annealed_importance_sampling, lower_bound
from kerasdeep.recipes import data


def measure(images, entry, seed, temperatures):
    """Returns the bound by annealing, low and high end of its interval, and the minutes taken."""
    begin = time.monotonic()
    train, batch_size = images.train, entry.batch_size_for(images.train.num_rows)
    steps, (rows, _) = train.num_batches(batch_size), train.rows(10_000)
    epochs = entry.stages()
    model = entry.build(rows, sum(epochs) * steps, seed)
    model.initialize_from(rows)
    model.fit(
        train.epochs(batch_size, 0, sum(epochs), seed),
        epochs=epochs,
        steps_per_epoch=steps,
        verbose=0,
    )
    minutes = (time.monotonic() - begin) / 60
    held_out = np.concatenate(list(images.validation.batches(1000).as_numpy_iterator()))
    log_z = annealed_importance_sampling(model, rows, temperatures, verbose=0)
    bounds = [lower_bound(model, held_out, one).mean() for one in (log_z.mean, *log_z[:0:-1])]
    return *bounds, minutes


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--starts", nargs="+", default=["lowest", "doubled", "random"])
    parser.add_argument("--pretraining", type=int, nargs="+", default=[20], help="epochs")
    parser.add_argument("--pretraining-rates", type=float, nargs="+", default=[0.1])
    parser.add_argument("--decays", type=float, nargs="+", default=[0.0], help="of weights")
    parser.add_argument("--rates", type=float, nargs="+", default=[0.02, 0.05, 0.1])
    parser.add_argument("--upper-rates", type=float, nargs="+", default=[0.2], help="factors")
    parser.add_argument("--sweeps", type=int, nargs="+", default=[5])
    parser.add_argument("--steps", type=int, nargs="+", default=[1], help="of the chains")
    parser.add_argument("--epochs", type=int, default=30, help="of joint training")
    parser.add_argument("--temperatures", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    images = data.load("mnist", "stochastic")
    console = Console(width=120)
    settings = itertools.product(
        options.starts,
        options.pretraining,
        options.pretraining_rates,
        options.decays,
        options.rates,
        options.upper_rates,
        options.sweeps,
        options.steps,
    )
    for start, pretraining, pretraining_rate, decay, rate, upper, sweeps, steps in settings:
        entry = dataclasses.replace(
            zoo.get("dbm"),
            start=start,
            pretrain_epochs=pretraining,
            weight_decay=decay,
            pretrain_learning_rate=pretraining_rate,
            learning_rate=rate,
            upper_rate=upper,
            sweeps=sweeps,
            chain_steps=steps,
            epochs=options.epochs,
        )
        mean, low, high, minutes = measure(images, entry, options.seed, options.temperatures)
        console.print(
            f"{start}, {pretraining} epochs at {pretraining_rate}, decay {decay}, "
            f"rate {rate} and {upper}, sweeps {sweeps}, steps {steps}: {mean:.2f} "
            f"({low:.2f} to {high:.2f}) nats, "
            f"{minutes:.1f} minutes"
        )


if __name__ == "__main__":
    main()
