"""A process that trains models together with others: `python -m ... FOLDER NAME ...`."""

import sys
from pathlib import Path

import keras
import numpy as np

from kerasdeep import devices
from kerasdeep.backend.arrays import ArrayBatches
from kerasdeep.models import RBM
from tests import replicas
from tests.kerasdeep.devices.classifiers import KINDS as CLASSIFIERS
from tests.kerasdeep.training.models import KINDS
from tests.kinds import weights


def main():
    strategy = devices.strategy()
    folder, *names = sys.argv[1:]
    with strategy.scope():
        rbm = RBM(5, seed=0)
        rbm.compile("sgd")
    # In an order of their own, but for what the first tells the other.
    keras.utils.set_random_seed(int(Path(folder).name))
    rows = np.eye(12, dtype="float32")
    rbm.fit(rows, batch_size=4, verbose=0)
    batches = ArrayBatches((rows,), 4, True)
    batches.strategy = strategy
    np.savez(Path(folder, "order"), order=iter(batches).order)
    for kind in (*KINDS, *CLASSIFIERS):
        if kind.make.__name__ in names:
            with replicas.given_numbers():
                model, history = replicas.trained(kind, strategy.scope())
            told = {name: np.array(numbers) for name, numbers in history.items()}
            arrays = {f"weight_{n}": value for n, value in enumerate(weights(model))}
            np.savez(Path(folder, kind.make.__name__), **arrays, **told)


main()
