"""Task: a convolutional RBM learns without labels; what its features are worth with few."""

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from kerasdeep import pictures
from kerasdeep.recipes.data import Images
from kerasdeep.recipes.runs.answers import measure as measured
from kerasdeep.recipes.runs.job import Job, Trained
from kerasdeep.recipes.runs.options import TrainOptions
from kerasdeep.zoo import Entry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NUM_LABELS = 1_000
OBJECTIVES = ("val_reconstruction_error", "val_pseudo_log_likelihood", "val_loss")


def load(entry: Entry, options: TrainOptions) -> Images:
    """Returns a data set whose rows are images."""
    return options.load().unflattened()


def train(entry: Entry, job: Job) -> Trained:
    """Returns the model that `entry.build(images, total_steps, seed)` makes, trained."""
    return job.fit_entry(entry)


learn = train


def measure(
    entry: Entry, job: Job, trained: Trained
) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """Returns errors of reconstruction, and of linear classifiers of features and of pixels."""
    model, history, seconds = trained
    test = measured(model, job.images.test)
    table = [
        ("test reconstruction error", f"{test['reconstruction_error']:.3f}", "squared, an example"),
        trained.time(entry.epochs),
    ]
    if job.images.num_classes:
        rows, labels = job.images.train.rows(NUM_LABELS)
        test_rows, test_labels = job.images.test.rows(job.images.test.num_rows)
        features = [model.predict(part, verbose=0) for part in (rows, test_rows)]
        about = f"with {len(rows):,} labels"
        for what, known, asked in (("features", *features), ("pixels", rows, test_rows)):
            error = linear_error(known, labels, asked, test_labels)
            test[f"error_of_{what}"] = error
            table.append((f"test error, linear, of {what}", f"{100 * error:.2f} %", about))
    return {"test": test, "history": history, "seconds": seconds}, table


def linear_error(
    rows: np.ndarray, labels: np.ndarray, test_rows: np.ndarray, test_labels: np.ndarray
) -> float:
    """Returns the test error of a linear classifier of standardized values, a share of rows."""
    classifier = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    classifier.fit(rows.reshape(len(rows), -1), labels)
    return 1 - classifier.score(test_rows.reshape(len(test_rows), -1), test_labels)


def draw(entry: Entry, job: Job, trained: Trained) -> "dict[str, Figure]":
    """Draws filters, reconstructions and learning curves."""
    model = trained.model
    kernel = np.asarray(model.kernel)
    seen, _ = job.images.test.rows(20)
    return {
        "filters": pictures.filters(kernel.reshape(-1, kernel.shape[-1]), kernel.shape[:3]),
        "reconstructions": pictures.reconstructions(seen, model.reconstruct(seen), seen.shape[1:]),
        "learning_curves": pictures.learning_curves(trained.history),
    }
