"""The zoo: named models with their hyper-parameters, citations and numbers."""

import difflib

from kerasdeep.zoo import (
    class_rbm,
    conv_rbm,
    dbn_dnn,
    gaussian_rbm,
    generative_class_rbm,
    rbm,
    small_rbm,
    weights,
)
from kerasdeep.zoo.entry import Entry

MODULES = (rbm, small_rbm, gaussian_rbm, class_rbm, generative_class_rbm, conv_rbm, dbn_dnn)
ENTRIES = {module.ENTRY.name: module.ENTRY for module in MODULES}

__all__ = ["ENTRIES", "Entry", "get", "load"]


def get(name):
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


def load(name):
    """Returns the trained model of an entry, with the weights that come with the package.

    They were trained on MNIST in [0, 1], `"rbm"` on pixels drawn as 0 or 1 with the probability of
    their grey level. `zoo/README.md` has the commands, `trained/NAME.json` what they measure.

    Args:
        name: a name that `ENTRIES` has.

    Returns:
        A compiled Keras model; of `"dbn-dnn"` the classifier.

    Raises:
        ValueError: for an unknown name, or an entry without trained weights.

    Example:

    >>> classifier = zoo.load("dbn-dnn")
    >>> classifier.predict(x).argmax(axis=1)  # x of shape (batch, 784)
    """
    file = weights.FOLDER / f"{get(name).name}.npz"
    if not file.is_file():
        trained = ", ".join(sorted(path.stem for path in weights.FOLDER.glob("*.npz")))
        raise ValueError(
            f"Expected an entry that comes trained: {trained}. Received: {name!r}. Train it with "
            f"`kerasdeep train {name} --dataset mnist`."
        )
    return weights.read(file)
