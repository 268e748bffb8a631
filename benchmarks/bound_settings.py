"""Settings of a deep entry of the zoo: the bound of the log-likelihood of validation rows.

    python benchmarks/bound_settings.py dbm --start random --learning-rate 0.1 0.2 --epochs 30
    python benchmarks/bound_settings.py --dataset digits --labels dbm --discriminative 0 5

Every option of the entry can be given, with several values. The model learns the training rows of
MNIST without labels, pixels drawn anew every epoch, or those of `--dataset binarized_mnist`, whose
pixels are fixed, and is measured on the rows held out, by annealed importance sampling. With
`--labels` it learns labels and grey levels, and what counts is the error of its label units, on
rows held out, and how many of its drawings a judge names as asked. Test rows are not looked at.
"""

import argparse
import dataclasses
import itertools
import math
import time

import numpy as np
from rich.console import Console

from kerasdeep import zoo
from kerasdeep.likelihood import annealed_importance_sampling, lower_bound
from kerasdeep.recipes import data, gallery
from kerasdeep.recipes.judge import judged
from kerasdeep.zoo.parameter import parameters

ENTRIES = ("dbm", "dbn")
BINARIZATION = dict.fromkeys(("mnist", "fashion_mnist", "digits"), "stochastic")
BINARIZATION["binarized_mnist"] = "none"


def trained(images, entry, seed, num_classes=None):
    """Returns the model of an entry, trained, and some of the rows that it learned."""
    train, batch_size = images.train, entry.batch_size_for(images.train.num_rows)
    steps, (rows, _) = train.num_batches(batch_size), train.rows()
    epochs = entry.stages()
    model = entry.build(rows, sum(epochs) * steps, seed, num_classes)
    model.initialize_from(rows)
    model.fit(
        train.epochs(batch_size, 0, sum(epochs), seed, labels=num_classes is not None),
        epochs=epochs,
        steps_per_epoch=steps,
        verbose=0,
    )
    return model, rows


def bound(images, entry, seed):
    """Returns the bound by annealing, with the low and high end of its interval, in words."""
    model, rows = trained(images, entry, seed)
    held_out = images.validation.images()
    log_z = annealed_importance_sampling(model, rows, entry.temperatures, verbose=0)
    bounds = [lower_bound(model, held_out, one).mean() for one in (log_z.mean, *log_z[:0:-1])]
    return "{:.2f} ({:.2f} to {:.2f}) nats".format(*bounds)


def of_labels(images, entry, seed):
    """Returns the error of the label units and the share of drawings named as asked, in words."""
    model, _ = trained(images, entry, seed, images.num_classes)
    rows, labels = images.validation.arrays
    error = (np.argmax(model.class_probabilities(rows), axis=1) != labels).mean()
    model.seed_chains(seed)
    named = judged(images, gallery.by_label(model))["named_as_asked"]
    return f"{100 * error:.2f} % errors, {100 * named:.1f} % named as asked"


def value_of(field):
    """Returns a function that reads a value of a field from the command line."""
    if "tuple" in str(field.type):
        return lambda text: tuple(map(int, text.split(",")))
    return int if field.default is None else type(field.default)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--dataset", choices=BINARIZATION, default="mnist")
    parser.add_argument("--labels", action="store_true", help="learn them, and measure that")
    entries = parser.add_subparsers(dest="entry", required=True)
    for name in ENTRIES:
        options = entries.add_parser(name)
        for field, about in parameters(zoo.get(name)).items():
            flag = f"--{field.name.replace('_', '-')}"
            options.add_argument(flag, nargs="+", type=value_of(field), help=about.help)
    options = vars(parser.parse_args())
    seed, dataset, labels = (options.pop(name) for name in ("seed", "dataset", "labels"))
    entry = zoo.get(options.pop("entry"))
    given = {name: values for name, values in options.items() if values}
    images = data.load(dataset, "none" if labels else BINARIZATION[dataset])
    entry = entry.fit_to(images.train.num_rows, math.prod(images.image_shape))
    console, measure = Console(width=120), of_labels if labels else bound
    for values in itertools.product(*given.values()):
        setting, begin = dict(zip(given, values, strict=True)), time.monotonic()
        found = measure(images, dataclasses.replace(entry, **setting), seed)
        words = ", ".join(f"{name} {value}" for name, value in setting.items())
        console.print(f"{words}: {found}, {time.monotonic() - begin:.0f} s")


if __name__ == "__main__":
    main()
