"""Study: how probable does an RBM find test rows, by sampler, against the time of training?

All train for the same number of epochs with the same rate, falling to zero. On the way the
likelihood is measured quickly, at the end carefully, by annealing forward and in reverse.
"""

import time

import keras
import numpy as np

from kerasdeep.likelihood import annealed_importance_sampling, log_likelihood
from kerasdeep.recipes import gallery
from kerasdeep.recipes.evaluation import measure_likelihood
from kerasdeep.recipes.run import Run
from kerasdeep.zoo import sampler_comparison as zoo

NAME = "compare-samplers"
NUM_LOOKS = 5
TEMPERATURES_OF_A_LOOK = 500


class Looks(keras.callbacks.Callback):
    """Measures the likelihood of test rows as training goes on, and stops the clock meanwhile.

    Args:
        epochs: after which epochs to look.
        train_rows: where the base model of the annealing starts.
        test_rows: rows to measure.
    """

    def __init__(self, epochs, train_rows, test_rows):
        super().__init__()
        self.epochs, self.train_rows, self.test_rows = epochs, train_rows, test_rows
        self.seconds, self.found = [], []
        self.spent = 0.0

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.spent += time.perf_counter() - self.start
        if epoch + 1 in self.epochs:
            log_z = annealed_importance_sampling(
                self.model, self.train_rows, TEMPERATURES_OF_A_LOOK, verbose=0
            )
            self.seconds.append(self.spent)
            mean = log_likelihood(self.model, self.test_rows, log_z.mean).mean()
            self.found.append(float(mean))


def train(options, console):
    """Runs the study, or what one that was stopped still lacks.

    Args:
        options: `kerasdeep.recipes.options.Options`, with binary data and a number of epochs.
        console: a `rich.console.Console`.

    Returns:
        `(folder, table)`: the output folder, and rows to print as a table.

    Raises:
        ValueError: for data that is not binary.
    """
    if options.binarization == "none":
        raise ValueError(
            f"{NAME} measures likelihoods of binary data. Received: --binarize none. Pass "
            "--binarize stochastic or threshold."
        )
    images, epochs = options.load(), options.epochs
    run = Run(NAME, options)
    train_rows, _ = images.train.rows(10_000)
    test_rows, _ = images.test.rows(images.test.num_rows)

    def result_of(name):
        keras.utils.set_random_seed(options.seed)
        batch_size = options.batch_size_for(zoo.BATCH_SIZE, images.train.num_rows)
        num_batches = images.train.num_batches(batch_size)
        rbm = zoo.build(name, epochs * num_batches, options.seed)
        rbm.initialize_from(train_rows)
        marks = np.unique(np.linspace(1, epochs, NUM_LOOKS).round().astype(int)).tolist()
        looks = Looks(marks, train_rows, test_rows)
        rbm.fit(
            images.train.epochs(batch_size, 0, epochs, options.seed),
            epochs=epochs,
            steps_per_epoch=num_batches,
            shuffle=False,
            verbose=0,
            callbacks=[looks],
        )
        final = measure_likelihood(rbm, train_rows, test_rows, options.num_temperatures)
        return {
            "seconds": looks.seconds,
            "log_likelihood": looks.found,
            "final": {way: found._asdict() for way, found in final.items()},
            "swap_rate": np.array(getattr(rbm.sampler, "swap_rate", [])).tolist(),
        }

    results = {}
    for name in zoo.SAMPLERS:
        console.print(f"{name}: {epochs} epochs")
        results[name] = run.remember(name.replace(" ", "-"), result_of, name)
    run.save_metrics({"recipe": NAME, "options": options.as_dict(), "results": results})
    run.save_figure(gallery.likelihood_against_time(results), NAME)
    run.finish()
    table = [
        (
            f"{name}, {result['seconds'][-1]:.0f} s",
            " / ".join(f"{found['mean']:.2f}" for found in result["final"].values()),
            "nats, test rows: " + " / ".join(result["final"]),
        )
        for name, result in results.items()
    ]
    table += [
        (f"{name}, rates of swaps", " ".join(f"{rate:.2f}" for rate in rates), "lowest beta first")
        for name, rates in ((name, result["swap_rate"]) for name, result in results.items())
        if rates
    ]
    return run.folder, table
