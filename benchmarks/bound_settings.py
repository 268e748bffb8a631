"""Settings of a deep entry of the zoo: the bound of the log-likelihood of validation rows.

    python benchmarks/bound_settings.py dbm --start random --learning-rate 0.1 0.2 --epochs 30

Every option of the entry can be given, with several values. The model learns the training rows of
MNIST without labels, pixels drawn anew every epoch, or those of `--dataset binarized_mnist`, whose
pixels are fixed, and is measured on the rows held out, by annealed importance sampling.
Test rows are not looked at.
"""

import argparse
import dataclasses
import itertools
import time

from rich.console import Console

from kerasdeep import zoo
from kerasdeep.likelihood import annealed_importance_sampling, lower_bound
from kerasdeep.recipes import data
from kerasdeep.zoo.parameter import parameters

ENTRIES = ("dbm", "dbn")
BINARIZATION = {"mnist": "stochastic", "binarized_mnist": "none"}


def trained(images, entry, seed):
    """Returns the model of an entry, trained, and some of the rows that it learned."""
    train, batch_size = images.train, entry.batch_size_for(images.train.num_rows)
    steps, (rows, _) = train.num_batches(batch_size), train.rows()
    epochs = entry.stages()
    model = entry.build(rows, sum(epochs) * steps, seed)
    model.initialize_from(rows)
    model.fit(
        train.epochs(batch_size, 0, sum(epochs), seed),
        epochs=epochs,
        steps_per_epoch=steps,
        verbose=0,
    )
    return model, rows


def measure(images, entry, seed):
    """Returns the bound by annealing, low and high end of its interval, and the minutes taken."""
    begin = time.monotonic()
    model, rows = trained(images, entry, seed)
    minutes = (time.monotonic() - begin) / 60
    held_out = images.validation.images()
    log_z = annealed_importance_sampling(model, rows, entry.temperatures, verbose=0)
    bounds = [lower_bound(model, held_out, one).mean() for one in (log_z.mean, *log_z[:0:-1])]
    return *bounds, minutes


def value_of(field):
    """Returns a function that reads a value of a field from the command line."""
    if isinstance(field.default, tuple):
        return lambda text: tuple(map(int, text.split(",")))
    return int if field.default is None else type(field.default)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--dataset", choices=BINARIZATION, default="mnist")
    entries = parser.add_subparsers(dest="entry", required=True)
    for name in ENTRIES:
        options = entries.add_parser(name)
        for field, about in parameters(zoo.get(name)).items():
            flag = f"--{field.name.replace('_', '-')}"
            options.add_argument(flag, nargs="+", type=value_of(field), help=about.help)
    options = vars(parser.parse_args())
    seed, dataset = options.pop("seed"), options.pop("dataset")
    entry = zoo.get(options.pop("entry"))
    given = {name: values for name, values in options.items() if values}
    images, console = data.load(dataset, BINARIZATION[dataset]), Console(width=120)
    for values in itertools.product(*given.values()):
        setting = dict(zip(given, values, strict=True))
        mean, low, high, minutes = measure(images, dataclasses.replace(entry, **setting), seed)
        words = ", ".join(f"{name} {value}" for name, value in setting.items())
        console.print(f"{words}: {mean:.2f} ({low:.2f} to {high:.2f}) nats, {minutes:.1f} minutes")


if __name__ == "__main__":
    main()
