"""Study: what does a classification RBM gain over a plain network where labels are few?

Three learners see the same labelled rows for the same number of updates. Of the batches of the
semi-supervised one, half are rows without a label, from all of the training data.
"""

import itertools

import keras
import numpy as np
import tensorflow as tf
from rich.progress import track

from kerasdeep.recipes import gallery
from kerasdeep.recipes.run import Run
from kerasdeep.zoo import few_labels as zoo

NAME = "few-labels"
NUM_LABELS = (100, 1_000, 10_000)
BATCH_SIZE = 100
NO_LABEL = -1


class Repetition:
    """The learners of one seed. What was once measured is kept in the folder of the run.

    Args:
        run: `kerasdeep.recipes.run.Run`.
        images: `kerasdeep.recipes.data.Images`.
        options: `kerasdeep.recipes.options.StudyOptions`.
        seed: integer seed of everything random, the labelled rows among it.
    """

    def __init__(self, run, images, options, seed):
        self.run, self.images, self.options, self.seed = run, images, options, seed
        self.order = np.random.default_rng(seed).permutation(images.train.num_rows)

    def held_out_error(self, learner, num_labels, choice):
        """Returns the error on validation rows."""
        name = f"held-out-{learner}-{num_labels}-{choice}"
        rows = self.images.validation.arrays
        return self.run.remember(name, self._error, learner, num_labels, choice, rows)

    def test_error(self, learner, num_labels, choice):
        """Returns the error on the test rows."""
        name = f"test-{learner}-{num_labels}-{self.seed}"
        rows = self.images.test.arrays
        return self.run.remember(name, self._error, learner, num_labels, choice, rows)

    def _error(self, learner, num_labels, choice, rows):
        keras.utils.set_random_seed(self.seed)
        num_updates, num_visible = self.options.num_updates, rows[0].shape[1]
        model = zoo.build(
            learner, choice, num_visible, self.images.num_classes, num_updates, self.seed
        )
        batches = self._batches(self.order[:num_labels], learner == "semi-supervised")
        model.fit(batches.take(num_updates), shuffle=False, verbose=0)
        measured = model.evaluate(*rows, batch_size=1000, verbose=0, return_dict=True)
        return 1 - measured["accuracy"]

    def _batches(self, learned, with_others):
        """Returns endless batches of labelled rows, or of as many rows without a label too."""
        images, labels = self.images.train.tensors

        def endless(numbers, size):
            numbers = tf.data.Dataset.from_tensor_slices(numbers)
            numbers = numbers.shuffle(len(numbers), seed=self.seed).repeat()
            return numbers.batch(size, drop_remainder=True)

        if not with_others:
            batches = endless(learned, BATCH_SIZE)
            return batches.map(lambda i: (tf.gather(images, i), tf.gather(labels, i)))

        def joined(known, unknown):
            none = tf.fill(tf.shape(unknown), tf.constant(NO_LABEL, labels.dtype))
            label = tf.concat([tf.gather(labels, known), none], axis=0)
            return tf.gather(images, tf.concat([known, unknown], axis=0)), label

        pairs = endless(learned, BATCH_SIZE // 2), endless(self.order, BATCH_SIZE // 2)
        return tf.data.Dataset.zip(*pairs).map(joined)


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
    held_out, chosen, errors = {}, {}, {}
    for seed in range(options.num_seeds):
        repetition = Repetition(run, images, options, seed)

        # 1. What there is to choose, on validation rows.
        if seed == 0:
            trials = [
                (learner, amount, choice)
                for learner, amount in itertools.product(zoo.CHOICES, amounts)
                for choice in zoo.CHOICES[learner]
            ]
            for learner, amount, choice in track(trials, "choices", console=console):
                error = repetition.held_out_error(learner, amount, choice)
                held_out.setdefault((learner, amount), {})[choice] = error
                console.print(f"{learner}, {amount:,} labels, {choice}: {100 * error:.2f} %")
            chosen = {cell: min(found, key=found.get) for cell, found in held_out.items()}

        # 2. Every learner with every number of labels.
        for cell in track(list(chosen), f"seed {seed}", console=console):
            error = repetition.test_error(*cell, chosen[cell])
            errors.setdefault(cell, []).append(error)
            console.print(f"{cell[0]}, {cell[1]:,} labels, seed {seed}: {100 * error:.2f} %")

    results = [
        {
            "learner": learner,
            "num_labels": amount,
            "chosen": chosen[learner, amount],
            "held_out_errors": held_out[learner, amount],
            "test_errors": found,
        }
        for (learner, amount), found in errors.items()
    ]
    run.save_metrics({"recipe": NAME, "options": options.as_dict(), "results": results})
    run.save_figure(gallery.error_against_labels(errors), NAME)
    run.finish()
    table = [
        (
            learner,
            "  ".join(f"{100 * np.mean(errors[learner, amount]):.2f}" for amount in amounts),
            f"test error, %, with {', '.join(f'{amount:,}' for amount in amounts)} labels",
        )
        for learner in zoo.CHOICES
    ]
    return run.folder, table
