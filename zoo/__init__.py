"""The zoo: named models with their hyper-parameters, citations and numbers.

Every module of a family's folder is looked through for entries; there is no list to keep.
"""

import difflib
import importlib
import pkgutil
from typing import TYPE_CHECKING

from kerasdeep.zoo.entry import Entry

if TYPE_CHECKING:
    import keras

__all__ = ["ENTRIES", "Entry", "get", "load"]


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
        A compiled Keras model; of `"dbn-dnn"` the classifier, of `"dbn"` a `GenerativeDBN`.

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
