"""Recipe: train a classification RBM, measure its error, draw digits by their label."""

import keras
import numpy as np

from kerasdeep import pictures
from kerasdeep.recipes import training
from kerasdeep.recipes.evaluation import measure
from kerasdeep.recipes.run import Run

SAMPLES_A_CLASS = 8
STEPS = 500


def train(entry, options, console):
    """Trains a classification RBM and measures it on the test rows.

    Args, returns: as `kerasdeep.recipes.rbm.train`.

    Raises:
        ValueError: if the data set has no labels.
    """
    images = options.load_labelled(entry.name)
    options.check_no_pretraining(entry.name)
    run = Run(entry.name, options)
    keras.utils.set_random_seed(options.seed)
    batch_size, epochs, total_steps = options.plan_for(entry, images.train)
    rows, _ = images.train.rows(10_000)
    model = entry.build(rows, total_steps, options.seed, images.num_classes)
    model.build((None, rows.shape[1]))

    history, seconds = training.train(
        run,
        entry.name,
        model,
        images.train,
        batch_size,
        epochs,
        options.seed,
        console,
        labels=True,
        validation_data=images.validation and images.validation.batches(1000, labels=True),
    )
    run.save_model(model)

    # The test rows are looked at once, here.
    test = measure(model, images.test)
    run.save_metrics(
        {
            "recipe": entry.name,
            "image_shape": images.image_shape,
            "options": {**options.as_dict(), "epochs": epochs, "batch_size": batch_size},
            "test": test,
            "history": history,
            "seconds": seconds,
        }
    )
    # The chains of a model that mostly learned to discriminate leave what looks like the data.
    if model.generative > model.discriminative:
        labels = np.tile(np.arange(images.num_classes), SAMPLES_A_CLASS)
        drawn = np.asarray(model.sample(labels, STEPS))
        grid = pictures.image_grid(drawn, images.image_shape, columns=images.num_classes)
        run.save_figure(pictures.grid_figure(grid, "Drawn by label"), "by_label")
    filters = pictures.filters(model.joint.kernel[: rows.shape[1]], images.image_shape)
    run.save_figure(filters, "filters")
    run.save_figure(pictures.learning_curves(history), "learning_curves")
    run.finish()
    table = [
        ("test error", f"{100 * test['error']:.2f} %", "of all test rows"),
        ("test cross-entropy", f"{test['cross_entropy']:.4f}", "nats an example"),
        ("training time", f"{seconds:.1f}", f"s for {epochs} epochs"),
    ]
    if images.validation:
        error = 100 * (1 - history["val_accuracy"][-1])
        table.append(("validation error", f"{error:.2f} %", "of rows held out"))
    return run.folder, table
