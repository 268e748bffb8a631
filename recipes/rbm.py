"""Recipe: train an RBM of the zoo, look at it, save it."""

import keras
import numpy as np

from kerasdeep.callbacks import Pictures
from kerasdeep.recipes import gallery, training
from kerasdeep.recipes.evaluation import likelihood_rows, measure, measure_likelihood
from kerasdeep.recipes.run import Run


def train(entry, options, console):
    """Trains an RBM without labels and measures it on the test rows.

    Args:
        entry: a `kerasdeep.zoo.Entry` whose `build` makes an RBM.
        options: `kerasdeep.recipes.options.Options`.
        console: a `rich.console.Console`.

    Returns:
        `(folder, table)`: the output folder, and rows to print as a table.
    """
    options.check_no_pretraining(entry.name)
    images = options.load()
    run = Run(entry.name, options)
    keras.utils.set_random_seed(options.seed)

    batch_size, epochs, total_steps = options.plan_for(entry, images.train)
    rows, _ = images.train.rows(10_000)
    model = entry.build(rows, total_steps, seed=options.seed)
    model.initialize_from(rows)

    # Reconstruction error falls while a model may get worse; the free-energy gap tells overfitting.
    history, seconds = training.train(
        run,
        entry.name,
        model,
        images.train,
        batch_size,
        epochs,
        options.seed,
        console,
        validation_data=images.validation and images.validation.batches(1000),
        callbacks=[Pictures(run.logs, rows[:20], images.image_shape)],
    )
    run.save_model(model)

    # The test rows are looked at once, here. A model that knows nothing of a pixel but its mean is
    # the yardstick: what the hidden units explain is the difference.
    test = measure(model, images.test)
    test_rows = np.concatenate(list(images.test.batches(1000).as_numpy_iterator()))
    mean_error = float(np.square(test_rows - rows.mean(axis=0)).sum(axis=1).mean())
    # Of grey levels that stand for probabilities there is no likelihood.
    likelihood = {}
    if model.visible.name != "bernoulli" or np.isin(test_rows, (0, 1)).all():
        likelihood = measure_likelihood(model, rows, test_rows, options.num_temperatures)
    run.save_metrics(
        {
            "recipe": entry.name,
            "image_shape": images.image_shape,
            "options": {**options.as_dict(), "epochs": epochs, "batch_size": batch_size},
            "test": {**test, "reconstruction_error_of_the_mean": mean_error},
            "test_log_likelihood": {way: found._asdict() for way, found in likelihood.items()},
            "history": history,
            "seconds": seconds,
        }
    )
    for name, figure in gallery.generative_figures(model, images, history).items():
        run.save_figure(figure, name)
    run.finish()
    table = [
        ("test reconstruction error", f"{test['reconstruction_error']:.3f}", "squared, an example"),
        ("the same, of the mean image", f"{mean_error:.3f}", "squared, an example"),
        ("test pseudo-log-likelihood", f"{test['pseudo_log_likelihood']:.2f}", "nats an example"),
        *likelihood_rows(likelihood),
        ("training time", f"{seconds:.1f}", f"s for {epochs} epochs"),
    ]
    if images.validation:
        gap = history["free_energy_gap"][-1]
        table.append(("free-energy gap, validation", f"{gap:.2f}", "nats an example"))
    return run.folder, table
