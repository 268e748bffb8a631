"""A process that trains models together with others: `python -m ... FOLDER NAME ...`."""

import sys
from pathlib import Path

import numpy as np

from kerasdeep import devices
from tests import replicas
from tests.kerasdeep.devices.classifiers import KINDS as CLASSIFIERS
from tests.kerasdeep.training.models import KINDS
from tests.kinds import weights


def main():
    strategy = devices.strategy()
    folder, *names = sys.argv[1:]
    for kind in (*KINDS, *CLASSIFIERS):
        if kind.make.__name__ in names:
            with replicas.given_numbers():
                model, history = replicas.trained(kind, strategy.scope())
            told = {name: np.array(numbers) for name, numbers in history.items()}
            arrays = {f"weight_{n}": value for n, value in enumerate(weights(model))}
            np.savez(Path(folder, kind.make.__name__), **arrays, **told)


main()
