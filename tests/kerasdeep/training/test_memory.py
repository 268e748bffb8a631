"""Models that nobody holds any more are gone."""

import gc
import weakref

import numpy as np

from kerasdeep.models import DBN, RBM


def test_models_that_were_trained_and_asked_are_freed():
    x = np.random.default_rng(0).random((40, 8)).astype("float32")
    left = []
    for make in (lambda: RBM(4), lambda: DBN([4, 3])):
        model = make()
        model.compile()
        model.fit(x, validation_data=x, verbose=0)
        model.evaluate(x, verbose=0)
        model.sample(2, steps=3)
        model.reconstruct(x)
        left.append(weakref.ref(model))
        del model
    gc.collect()
    assert [ref() for ref in left] == [None, None]
