"""Ways to fine-tune a deep Boltzmann machine: the error of MNIST's validation rows.

    python benchmarks/fine_tuned_settings.py --epochs 30

One machine learns 50,000 training rows without labels. Each way starts from it, some also from the
initial weights that Keras gives the same network, and is measured on the other 10,000 rows. Test
rows are not looked at.
"""

import argparse
import dataclasses
import time

import keras
import numpy as np
from bound_settings import trained
from rich.console import Console

from kerasdeep import zoo
from kerasdeep.recipes import data
from kerasdeep.recipes.studies.tools.batches import endless, labelled, walked

MACHINE = dataclasses.replace(
    zoo.get("dbm"), label_units=0, learning_rate=0.2, upper_rate=0.03, restart=0.0
)
PLAIN = {"beside": 0, "dropout": 0.0, "input_dropout": 0.0}
DROPPED = {"beside": 0, "dropout": 0.2, "input_dropout": 0.2}
# What options a way has, and which share of a batch comes from chains of the machine.
WAYS = {
    "means beside, 20 % dropped": ({"beside": 1}, 0.0),
    "plain stack, 20 % dropped": (DROPPED, 0.0),
    "virtual adversarial, distance 2": ({**PLAIN, "adversarial": 2.0}, 0.0),
    "distance 3": ({**PLAIN, "adversarial": 3.0}, 0.0),
    "distance 2, 20 % dropped": ({**DROPPED, "adversarial": 2.0}, 0.0),
    "distance 3, 20 % dropped": ({**DROPPED, "adversarial": 3.0}, 0.0),
    "distance 2, rows from chains": ({**PLAIN, "adversarial": 2.0}, 0.3),
}
FROM_RANDOM = "plain stack, 20 % dropped", "virtual adversarial, distance 2"
NUM_WALKS, WALK_STEPS = 50_000, 2


def batches_of(images, machine, share, epochs, batch_size, seed):
    """Returns shuffled labelled batches of all epochs, a share of them walks of chains."""
    train = images.train
    if not share:
        return train.epochs(batch_size, 0, epochs, seed, labels=True)
    num_walked = round(share * batch_size)
    rows = labelled(train, np.arange(train.num_rows), batch_size - num_walked)
    machine.seed_chains(seed)
    walks = walked(machine, rows, WALK_STEPS, NUM_WALKS, num_walked)
    return endless([rows, walks], epochs * train.num_batches(batch_size), seed)


def error_of(images, machine, entry, share, epochs, from_machine, seed):
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
    batches = batches_of(images, machine, share, epochs, batch_size, seed)
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
    images, console = data.load("mnist", validation_every=6), Console(width=120)
    machine, _ = trained(images, MACHINE, options.seed)
    for name, (setting, share) in WAYS.items():
        entry = dataclasses.replace(MACHINE, **setting)
        for from_machine in (True, False) if name in FROM_RANDOM else (True,):
            begin, told = time.monotonic(), (options.epochs, from_machine, options.seed)
            errors = error_of(images, machine, entry, share, *told)
            minutes = (time.monotonic() - begin) / 60
            start = "" if from_machine else ", from Keras's weights"
            console.print(
                f"{name}{start}: training {errors[0]:.3f} %, validation {errors[1]:.2f} %, "
                f"{minutes:.1f} minutes"
            )


if __name__ == "__main__":
    main()
