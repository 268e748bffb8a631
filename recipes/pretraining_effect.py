"""Study: what does pretraining bring? Test error against depth, number of labels and start.

Networks of one to four layers of sigmoid units start from a DBN, which saw all training rows
without their labels; beside them stand networks with random weights, sigmoid units as before 2010
and rectified linear ones as today. All make the same number of updates.
"""

import itertools

import keras
import numpy as np
import tensorflow as tf
from rich.progress import track

from kerasdeep.recipes import gallery, training
from kerasdeep.recipes.run import Run
from kerasdeep.zoo import pretraining_effect as zoo

NAME = "pretraining-effect"
NUM_LABELS = (1_000, 10_000, 60_000)
RATES = (0.3, 0.1, 0.03, 0.01)
BATCH_SIZE = 100


class Repetition:
    """The networks of one seed. What was once measured is kept in the folder of the run.

    Args:
        run: `kerasdeep.recipes.run.Run`.
        images: `kerasdeep.recipes.data.Images`.
        options: `kerasdeep.recipes.options.StudyOptions`.
        seed: integer seed of everything random.
        console: a `rich.console.Console`.
    """

    def __init__(self, run, images, options, seed, console):
        self.run, self.images, self.options, self.seed = run, images, options, seed
        self.x, self.y = images.train.arrays
        self.order = np.random.default_rng(seed).permutation(len(self.x))
        stage = f"pretraining, seed {seed}"
        epochs = options.pretrain_epochs
        total_steps = epochs * images.train.num_batches(BATCH_SIZE)
        self.dbn = zoo.build(self.x[:10_000], total_steps, seed)
        self.dbn.build(self.x.shape)
        training.train(run, stage, self.dbn, images.train, BATCH_SIZE, epochs, seed, console)

    def held_out_error(self, start, rate):
        """Returns the error, on a tenth of the training rows, of two layers that saw a sixth."""
        learned = self.order[: len(self.order) // 6]
        held_out = self.order[-(len(self.order) // 10) :]
        rows = self.x[held_out], self.y[held_out]
        name = f"held-out-{start}-{rate:g}"
        return self.run.remember(name, self._error, start, 2, rate, learned, rows)

    def test_error(self, start, num_labels, depth, rate):
        """Returns the error on the test rows."""
        learned, rows = self.order[:num_labels], self.images.test.arrays
        name = f"test-{start}-{num_labels}-{depth}-{self.seed}"
        return self.run.remember(name, self._error, start, depth, rate, learned, rows)

    def _error(self, start, depth, rate, learned, rows):
        keras.utils.set_random_seed(self.seed)
        num_classes, num_updates = self.images.num_classes, self.options.num_updates
        classifier = zoo.build_classifier(start, depth, self.dbn, num_classes, rate, num_updates)
        classifier.fit(self._batches(learned, num_updates), shuffle=False, verbose=0)
        return 1 - classifier.evaluate(*rows, batch_size=1000, verbose=0)[1]

    def _batches(self, learned, num_batches):
        """Returns batches of the training rows with these numbers, in ever new orders."""
        generator = np.random.default_rng(self.seed)
        num_passes = -(-num_batches * BATCH_SIZE // len(learned))
        order = np.concatenate([generator.permutation(learned) for _ in range(num_passes)])
        batches = tf.data.Dataset.from_tensor_slices(order).batch(BATCH_SIZE).take(num_batches)
        return batches.map(lambda i: tuple(tf.gather(t, i) for t in self.images.train.tensors))


def train(options, console):
    """Runs the study, or what one that was stopped still lacks.

    Args:
        options: `kerasdeep.recipes.options.StudyOptions`.
        console: a `rich.console.Console`.

    Returns:
        `(folder, table)`: the output folder, and rows to print as a table.

    Raises:
        ValueError: if the data set has no labels.
    """
    images = options.load_labelled(NAME)
    amounts = sorted({min(number, images.train.num_rows) for number in NUM_LABELS})
    run = Run(NAME, options)
    held_out, errors = {start: {} for start in zoo.STARTS}, {}
    for seed in range(options.num_seeds):
        repetition = Repetition(run, images, options, seed, console)

        # 1. The learning rate of each start, on training rows that its network does not learn from.
        if seed == 0:
            trials = list(itertools.product(zoo.STARTS, RATES))
            for start, rate in track(trials, "learning rates", console=console):
                held_out[start][rate] = error = repetition.held_out_error(start, rate)
                console.print(f"{start}, rate {rate:g}: error held out {100 * error:.2f} %")
            rates = {start: min(found, key=found.get) for start, found in held_out.items()}

        # 2. Every depth with every number of labels.
        cells = list(itertools.product(zoo.STARTS, amounts, zoo.DEPTHS))
        for cell in track(cells, f"networks, seed {seed}", console=console):
            error = repetition.test_error(*cell, rates[cell[0]])
            errors.setdefault(cell, []).append(error)
            console.print(f"{name(*cell)}, seed {seed}: test error {100 * error:.2f} %")

    results = [
        {"start": start, "num_labels": num_labels, "num_layers": depth, "test_errors": found}
        for (start, num_labels, depth), found in errors.items()
    ]
    metrics = {"recipe": NAME, "options": options.as_dict(), "learning_rates": rates}
    run.save_metrics({**metrics, "held_out_errors": held_out, "results": results})
    run.save_figure(gallery.error_against_depth(errors), NAME)
    run.finish()
    means = {cell: f"{100 * np.mean(found):.2f}" for cell, found in errors.items()}
    table = [
        (
            f"{amount:,} labels, {start}",
            "  ".join(means[start, amount, depth] for depth in zoo.DEPTHS),
            "test error, %, with 1, 2, 3, 4 layers",
        )
        for amount, start in itertools.product(amounts, zoo.STARTS)
    ]
    return run.folder, table


def name(start, num_labels, depth):
    """Returns what a person reads of a network."""
    return f"{start}, {num_labels:,} labels, {depth} layer{'s' if depth > 1 else ''}"
