"""The zoo: named models with their hyper-parameters, citations and numbers."""

import difflib

from kerasdeep.zoo import dbn_dnn, gaussian_rbm, rbm
from kerasdeep.zoo.entry import Entry

ENTRIES = {module.ENTRY.name: module.ENTRY for module in (rbm, gaussian_rbm, dbn_dnn)}

__all__ = ["ENTRIES", "Entry", "get"]


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
