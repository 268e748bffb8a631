"""Short runs on real MNIST, where tensorflow-datasets has it."""

import keras
import numpy as np
import pytest

from kerasdeep import zoo
from kerasdeep.recipes import data


@pytest.fixture(scope="module")
def mnist():
    try:
        return data.load("mnist")
    except ValueError as error:
        pytest.skip(f"real MNIST is not here: {error}")


def test_mnist_has_its_shape_and_its_splits(mnist):
    assert mnist.image_shape == (28, 28) and mnist.num_classes == 10
    assert [s.num_rows for s in (mnist.train, mnist.validation, mnist.test)] == [54000, 6000, 10000]
    x, y = mnist.test.arrays
    assert x.shape == (10000, 784) and x.max() == 1.0 and np.bincount(y).min() > 800


def test_two_epochs_of_the_zoo_rbm_explain_most_of_an_image(mnist):
    steps = mnist.train.num_batches(100)
    rbm = zoo.get("rbm").build(mnist.train.rows(1000)[0], total_steps=2 * steps, seed=0)
    rbm.fit(mnist.train.epochs(100, 0, 2), epochs=2, steps_per_epoch=steps, verbose=0)
    result = rbm.evaluate(mnist.test.batches(1000), verbose=0, return_dict=True)
    assert result["reconstruction_error"] < 12.0  # the mean image has 52.9
    assert result["pseudo_log_likelihood"] > -120.0  # independent pixels have about -206


def test_a_dbn_fine_tunes_to_a_few_percent_within_two_epochs(mnist):
    """6,000 rows, 784-500-500-2000-10, and the same from random weights beside it."""
    x, y = mnist.train.rows(6000)
    test = mnist.test.batches(1000, labels=True)
    dbn = zoo.get("dbn-dnn").build(x, total_steps=3 * 120, seed=0)
    dbn.fit(x, batch_size=50, epochs=3, verbose=0)
    pretrained = dbn.to_classifier(10)
    errors = []
    for classifier in (pretrained, keras.models.clone_model(pretrained)):
        classifier.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        classifier.fit(x, y, batch_size=50, epochs=3, verbose=0)
        errors.append(1 - classifier.evaluate(test, verbose=0)[1])
    assert errors[0] < 0.09 and errors[0] < errors[1]
