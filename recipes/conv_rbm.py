"""Recipe: train a convolutional RBM without labels; ask what its features are worth with few."""

import keras
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from kerasdeep import pictures
from kerasdeep.recipes import training
from kerasdeep.recipes.evaluation import measure
from kerasdeep.recipes.run import Run

NUM_LABELS = 1_000


def train(entry, options, console):
    """Trains a convolutional RBM and measures it, and a classifier of its features, on test rows.

    Args, returns: as `kerasdeep.recipes.rbm.train`.
    """
    options.check_no_pretraining(entry.name)
    images = options.load().unflattened()
    run = Run(entry.name, options)
    keras.utils.set_random_seed(options.seed)
    batch_size, epochs, total_steps = options.plan_for(entry, images.train)
    rows, labels = images.train.rows(NUM_LABELS)
    model = entry.build(rows, total_steps, options.seed)
    model.build((None, *rows.shape[1:]))

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
    )
    run.save_model(model)

    # The test rows are looked at once, here.
    test = measure(model, images.test)
    test_rows, test_labels = images.test.rows(images.test.num_rows)
    table = [
        ("test reconstruction error", f"{test['reconstruction_error']:.3f}", "squared, an example"),
        ("training time", f"{seconds:.1f}", f"s for {epochs} epochs"),
    ]
    if images.num_classes:
        features = [model.predict(part, verbose=0) for part in (rows, test_rows)]
        for what, known, asked in (("features", *features), ("pixels", rows, test_rows)):
            error = linear_error(known, labels, asked, test_labels)
            test[f"error_of_{what}"] = error
            table.append(
                (
                    f"test error, linear, of {what}",
                    f"{100 * error:.2f} %",
                    f"with {len(rows):,} labels",
                )
            )
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
    kernel, shape = np.asarray(model.kernel), test_rows.shape[1:]
    filters = pictures.filters(kernel.reshape(-1, kernel.shape[-1]), kernel.shape[:3])
    run.save_figure(filters, "filters")
    seen = test_rows[:20]
    both = pictures.reconstructions(seen, model.reconstruct(seen), shape)
    run.save_figure(both, "reconstructions")
    run.save_figure(pictures.learning_curves(history), "learning_curves")
    run.finish()
    return run.folder, table


def linear_error(rows, labels, test_rows, test_labels):
    """Returns the test error of a linear classifier of standardized values, a share of rows."""
    classifier = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    classifier.fit(rows.reshape(len(rows), -1), labels)
    return 1 - classifier.score(test_rows.reshape(len(test_rows), -1), test_labels)
