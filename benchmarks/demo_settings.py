"""The settings of `kerasdeep demo`: drawings named as asked, and errors on validation rows.

    python benchmarks/demo_settings.py

The judge and the models learn from four fifths of the demo's training rows, errors are of the last
fifth. Of the settings with 97 % of the drawings named as asked, and errors within one standard
error of the fewest, the gentlest is chosen: the smallest product of rate and weight. Test rows are
not looked at.
"""

import argparse
import itertools
import math

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from kerasdeep.recipes import data, demo
from kerasdeep.recipes.demo import drawing, learning
from kerasdeep.recipes.judge import judge_of
from kerasdeep.zoo.studies import demo as zoo

RATES, WEIGHTS, SEEDS = (0.1, 0.2, 0.4, 0.8), (1.0, 3.0, 10.0, 30.0), 3
NAMED = 0.97


def measure(images, judge, rate, weight, seed):
    """Returns the share of drawings named as asked, and the share of errors on validation rows."""
    often = learning.repeated(images).train
    epochs, steps = demo.Options.epochs, often.num_batches(zoo.BATCH_SIZE)
    model = zoo.build(images.num_classes, epochs * steps, seed, rate, weight)
    batches = often.epochs(zoo.BATCH_SIZE, 0, epochs, seed, labels=True)
    model.fit(batches, epochs=epochs, steps_per_epoch=steps, verbose=0)
    named = judge.named(drawing.draw(model, images.num_classes))
    rows, labels = images.validation.arrays
    errors = model.predict(rows, verbose=0).argmax(axis=1) != labels
    return named.mean(), errors.mean()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"default {SEEDS}")
    options = parser.parse_args()
    images = data.load("digits", "stochastic", validation_every=5)
    judge = judge_of(images)
    found = {}
    for rate, weight in track(list(itertools.product(RATES, WEIGHTS)), "settings"):
        seeds = [measure(images, judge, rate, weight, seed) for seed in range(options.seeds)]
        found[rate, weight] = 100 * np.mean(seeds, axis=0)
    drawing_well = [one for one in found if found[one][0] >= 100 * NAMED] or list(found)
    fewest = min(found[one][1] for one in drawing_well) / 100
    num_rows = images.validation.num_rows
    most = 100 * (fewest + np.sqrt(fewest * (1 - fewest) / num_rows))
    good = [one for one in drawing_well if found[one][1] <= most]
    best = min(good, key=lambda one: (math.prod(one), one))
    title = f"{options.seeds} seeds, {num_rows} validation rows"
    table = Table(title=title)
    for column in ("rate", "weight of log p(y | x)", "named as asked, %", "errors, %", "chosen"):
        table.add_column(column)
    for setting, (named, errors) in found.items():
        mark = "*" if setting == best else ""
        table.add_row(*map(str, setting), f"{named:.1f}", f"{errors:.2f}", mark)
    Console(width=90).print(table)


if __name__ == "__main__":
    main()
