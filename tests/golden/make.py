"""Writes the golden files of this version: python -m tests.golden.make

A golden file is a model as a version of kerasdeep saved it, and what it answered then. Later
versions must load it and answer the same. Files are added for new classes, never written anew.
"""

import sys
from pathlib import Path

import keras
import numpy as np

import kerasdeep
from kerasdeep.models import DBN, RBM
from kerasdeep.samplers import PersistentContrastiveDivergence
from kerasdeep.units import Gaussian

FOLDER = Path(__file__).parent
X = np.random.default_rng(0).random((40, 9)).astype("float32")


def rbm():
    model = RBM(6, seed=1)
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9), PersistentContrastiveDivergence(5, 2))
    model.fit(X, batch_size=10, shuffle=False, verbose=0)
    return model


def gaussian_rbm():
    model = RBM(6, visible=Gaussian([0.5] * 9), kernel_regularizer="l2", centering=False, seed=1)
    model.compile("adam", "cd")
    model.fit(X, batch_size=10, shuffle=False, verbose=0)
    return model


def dbn():
    model = DBN([6, 4], mean_field=False, seed=1)
    model.compile(keras.optimizers.SGD(0.1), ["cd", "pcd"])
    model.fit(X, batch_size=10, shuffle=False, verbose=0)
    return model


def classifier():
    model = dbn().to_classifier(3, input_dropout=0.1, dropout=0.2, max_norm=3.0)
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(X, np.arange(40) % 3, batch_size=10, shuffle=False, verbose=0)
    return model


MODELS = {make.__name__: make for make in (rbm, gaussian_rbm, dbn, classifier)}


def answers(model):
    """Returns what a model answers, and how it goes on: one more epoch of training."""
    outputs = {"predict": model.predict(X, verbose=0)}
    if hasattr(model, "reconstruct"):
        outputs["reconstruct"] = np.array(model.reconstruct(X))
        outputs["sample"] = np.array(model.sample(4, steps=3))
    targets = None if hasattr(model, "reconstruct") else np.arange(40) % 3
    model.fit(X, targets, batch_size=10, shuffle=False, verbose=0)
    return {**outputs, "after_training": model.predict(X, verbose=0)}


def main():
    for name, make in MODELS.items():
        path = FOLDER / f"{name}-{kerasdeep.__version__}.keras"
        if path.exists():
            sys.stdout.write(f"{path.name} is kept\n")
            continue
        make().save(path)
        np.savez(path.with_suffix(".npz"), **answers(keras.models.load_model(path)))


if __name__ == "__main__":
    main()
