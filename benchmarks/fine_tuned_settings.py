"""Ways to fine-tune a deep Boltzmann machine: the error of MNIST's validation rows.

    python benchmarks/fine_tuned_settings.py --epochs 30

One machine learns 54,000 training rows without labels. Each way starts from it, and from the
initial weights that Keras gives the same network, and is measured on the other 6,000 rows. Test
rows are not looked at.
"""

import argparse
import dataclasses
import time

import keras
from bound_settings import trained
from rich.console import Console

from kerasdeep import zoo
from kerasdeep.recipes import data

MACHINE = dataclasses.replace(
    zoo.get("dbm"), label_units=0, start="random", learning_rate=0.2, upper_rate=0.03
)
PLAIN = {"beside": 0, "dropout": 0.0, "input_dropout": 0.0}
WAYS = {
    "means beside, 20 % dropped": {},
    "plain stack, nothing dropped": PLAIN,
    "plain stack, 30 % dropped, 20 % of pixels": {"beside": 0, "dropout": 0.3},
    **{f"virtual adversarial, {d:g}": {**PLAIN, "adversarial": d} for d in (1.0, 2.0, 3.0)},
}


def error_of(images, machine, entry, epochs, from_machine, seed):
    """Returns the error of training and of validation rows after fine-tuning."""
    keras.utils.set_random_seed(seed)
    train, batch_size = images.train, entry.batch_size_for(images.train.num_rows)
    steps = train.num_batches(batch_size)
    network = entry.to_classifier(machine, images.num_classes, epochs * steps)
    if not from_machine:
        for layer in network.layers:
            if isinstance(layer, keras.layers.Dense):
                initial = keras.initializers.GlorotUniform(seed)
                layer.set_weights([initial(layer.kernel.shape), 0 * layer.bias])
    batches = train.epochs(batch_size, 0, epochs, seed, labels=True)
    network.fit(batches, epochs=epochs, steps_per_epoch=steps, verbose=0)
    measured = (
        network.evaluate(split.batches(1000, labels=True), verbose=0, return_dict=True)
        for split in (train, images.validation)
    )
    return [100 * (1 - found["accuracy"]) for found in measured]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    images, console = data.load("mnist"), Console(width=120)
    machine, _ = trained(images, MACHINE, options.seed)
    for name, setting in WAYS.items():
        entry = dataclasses.replace(MACHINE, **setting)
        for of_machine in (True, False):
            begin = time.monotonic()
            errors = error_of(images, machine, entry, options.epochs, of_machine, options.seed)
            minutes = (time.monotonic() - begin) / 60
            start = "the machine" if of_machine else "Keras's weights"
            console.print(
                f"{name}, from {start}: training {errors[0]:.3f} %, validation {errors[1]:.2f} %, "
                f"{minutes:.1f} minutes"
            )


if __name__ == "__main__":
    main()
