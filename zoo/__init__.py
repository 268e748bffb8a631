"""The zoo: named models with their hyper-parameters, citations and numbers.

Every module of a family's folder is looked through for entries; there is no list to keep.
"""

import difflib
import importlib
import pkgutil
from typing import TYPE_CHECKING

from kerasdeep.zoo.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import keras
    import keras_tuner
    import numpy as np

__all__ = ["ENTRIES", "Entry", "get", "hypermodel", "load"]


def _entries():
    """Yields an entry, with the defaults of its hyper-parameters, for each that a family holds."""
    for family in pkgutil.iter_modules(__path__, f"{__name__}."):
        if not family.ispkg:
            continue
        folder = importlib.import_module(family.name)
        for found in pkgutil.iter_modules(folder.__path__, f"{family.name}."):
            module = importlib.import_module(found.name)
            for value in vars(module).values():
                own = getattr(value, "__module__", None) == module.__name__
                if own and isinstance(value, type) and issubclass(value, Entry):
                    yield value()


ENTRIES = {entry.name: entry for entry in _entries()}


def get(name: str) -> Entry:
    """Returns the entry of a name.

    Raises:
        ValueError: for an unknown name; the message lists the known ones.
    """
    if name not in ENTRIES:
        close = difflib.get_close_matches(name, ENTRIES, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(
            f"Expected the name of a zoo model: {', '.join(ENTRIES)}. Received: {name!r}.{hint}"
        )
    return ENTRIES[name]


def load(name: str) -> "keras.Model":
    """Returns the trained model of an entry, with the weights that come with the package.

    They were trained on MNIST in [0, 1], `"rbm"` on pixels drawn as 0 or 1 with the probability of
    their grey level. `zoo/README.md` has the commands, `trained/NAME.json` what they measure.

    Args:
        name: a name that `ENTRIES` has.

    Returns:
        A compiled Keras model; of `"dbn-dnn"` the classifier, of `"dbn"` a `GenerativeDBN`, of
        `"cnn"` a classifier of images of shape `(28, 28, 1)`.

    Raises:
        ValueError: for an unknown name, or an entry without trained weights.

    Example:

    >>> classifier = zoo.load("dbn-dnn")
    >>> classifier.predict(x).argmax(axis=1)  # x of shape (batch, 784)
    >>> threes = zoo.load("dbn").sample(labels=[3] * 16, mean=True)
    """
    from kerasdeep.zoo import weights

    file = weights.FOLDER / f"{get(name).name}.npz"
    if not file.is_file():
        trained = ", ".join(sorted(path.stem for path in weights.FOLDER.glob("*.npz")))
        raise ValueError(
            f"Expected an entry that comes trained: {trained}. Received: {name!r}. Train it with "
            f"`kerasdeep train {name} --dataset mnist`."
        )
    return weights.read(file)


def hypermodel(
    entry: "str | Entry",
    x: "np.ndarray | None" = None,
    num_classes: int | None = None,
    ranges: "Mapping[str, tuple[float, float]] | None" = None,
    fixed: "Iterable[str]" = (),
    seed: int | None = None,
) -> "keras_tuner.HyperModel":
    """Returns an entry for any tuner of keras-tuner, its search space the ranges of the entry.

    A trial does all that the entry does, pretraining included; `epochs` of `search` are those of
    its last stage, the only one that an objective is taken from. `search` takes arrays: rows of
    values in [0, 1], for `"conv-rbm"` images.

    Args:
        entry: a name that `ENTRIES` has, or an `Entry` with values of your own.
        x: rows of data, of which shape and spread are looked at. Default None: what the first
            `search` gets; before it, images of MNIST are expected.
        num_classes: number of classes, of entries that learn labels. Default None: as many as the
            labels of the first `search` have, before it 10.
        ranges: dict from hyper-parameter to `(low, high)`, in place of the entry's own.
        fixed: names of hyper-parameters that stay what they are in the entry.
        seed: integer seed of every trial. Default None: another each time.

    Raises:
        ValueError: for an unknown name of an entry or of a hyper-parameter.

    Example:

    >>> model = zoo.hypermodel("dbn-dnn", fixed=["batch_size"])
    >>> tuner = keras_tuner.RandomSearch(model, "val_accuracy", max_trials=20)
    >>> tuner.search(x, y, epochs=20, validation_data=(x_valid, y_valid))
    >>> classifier = tuner.get_best_models()[0]
    """
    from kerasdeep.zoo.tuned import EntryModel

    entry = get(entry) if isinstance(entry, str) else entry
    return EntryModel(entry, x, num_classes, ranges, fixed, seed)
