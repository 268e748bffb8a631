"""The zoo's entries."""

import dataclasses

import keras
import numpy as np
import pytest
from sklearn.datasets import load_digits

from kerasdeep import zoo
from kerasdeep.models import (
    GAN,
    Autoencoder,
    Bagging,
    ConvolutionalRBM,
    StackedAutoencoder,
    VirtualAdversarial,
)
from kerasdeep.recipes.runs.answers import without_views

WIDTHS = {
    "dbm": [500, 1000],
    "dbn": [500, 500, 2000],
    "sbn": [200, 50],
    "dbn-dnn": [500, 500, 2000],
    "rbm-20": [20],
    "class-rbm": [1500],
    "class-rbm-generative": [1000],
    "mlp": [1024, 1024, 1024, 10],
    "maxout": [1200, 1200, 10],
    "cnn": [24, 24, 48, 48, 96, 96, 10],
    "cnn-maxout": [48, 96, 192, 10],
    "cnn-average": [24, 24, 48, 48, 96, 96, 10],
    "mlp-regression": [64, 64, 1],
    "lenet-5": [6, 16, 120, 84, 10],
    "autoencoder": [1000, 500, 250, 30],
    "sparse-autoencoder": [196],
    "sparse-coding": [196],
    "denoising-autoencoder": [1000],
    "contractive-autoencoder": [1000],
    "conv-autoencoder": [32, 64, 30],
    "vae": [400, 400, 40],
    "conv-vae": [32, 64, 512, 40],
    "semantic-hashing": [1000, 500, 32],
    "sdae": [1000, 1000, 1000],
    "cae-2": [1000, 1000],
    "dsn": [2000, 2000, 2000],
    "gan": [1200, 1200, 784],
    "dcgan": [3136, 32, 1],
    "wgan": [3136, 32, 1],
}


def widths_of(model):
    """Returns the units of each layer that has weights of its own."""
    if isinstance(model, keras.Sequential | Bagging):
        network = without_views(model.members[0] if isinstance(model, Bagging) else model)
        kernels = [layer.kernel for layer in network.layers if hasattr(layer, "kernel")]
        return [kernel.shape[-1] for kernel in kernels]
    if isinstance(model, Autoencoder | StackedAutoencoder | GAN):
        parts = getattr(model, "stack", [model])
        networks = [getattr(part, "encoder", None) or part.generator for part in parts]
        layers = [layer for network in networks for layer in network._flatten_layers()]
        sizes = ("units", "filters", "num_codes")
        return [getattr(one, size) for one in layers for size in sizes if hasattr(one, size)]
    layers = getattr(model, "stack", None) or getattr(model, "rbms", [model])
    return getattr(model, "layer_sizes", None) or [layer.num_hidden for layer in layers]


@pytest.mark.parametrize("entry", zoo.ENTRIES.values(), ids=zoo.ENTRIES)
def test_entries_build_what_they_say(entry):
    rng = np.random.default_rng(0)
    rows, labels = rng.random((100, 784)).astype("float32"), rng.integers(0, 10, 100)
    if entry.takes_images:
        rows = rows.reshape(100, 28, 28, 1)
    model = entry.build(rows, total_steps=10, seed=0)
    assert model.compiled
    if isinstance(model, ConvolutionalRBM):
        assert (model.num_filters, model.kernel_size, model.hidden.pool_size) == (40, 12, 2)
    else:
        assert widths_of(model) == WIDTHS.get(entry.name, [500])
    model.fit(rows, labels, batch_size=50, verbose=0)
    for text in (entry.summary, entry.citation, entry.metric, entry.published, entry.ours):
        assert text and text != "pending"


def test_the_gaussian_rbm_is_as_wide_as_the_data():
    rows = np.random.default_rng(0).normal(0, 0.25, (1000, 20)).astype("float32")
    assert zoo.get("gaussian-rbm").build(rows, 10).visible.stddev == pytest.approx(rows.std())


@pytest.mark.parametrize("seed", range(3))
def test_the_gaussian_rbm_does_not_diverge(seed):
    """Those of other libraries do; ours learns at the documented settings with any seed."""
    x = (load_digits().data / 16).astype("float32")
    rbm = zoo.get("gaussian-rbm").build(x, total_steps=10 * 180, seed=seed)
    history = rbm.fit(x, batch_size=10, epochs=10, verbose=0).history
    error_of_the_mean = np.square(x - x.mean(axis=0)).sum(axis=1).mean()
    assert history["reconstruction_error"][-1] < 0.6 * error_of_the_mean


def test_options_of_a_deep_boltzmann_machine_reach_it():
    options = {"chains_by_class": 1, "discriminative": 0.5, "beside": 0, "adversarial": 0.7}
    entry = dataclasses.replace(zoo.get("dbm"), num_hidden=(6, 5), **options)
    rows = np.random.default_rng(0).random((100, 12)).astype("float32")
    model = entry.build(rows, 10, 0, num_classes=10)
    assert model.chains_by_class and model.discriminative == 0.5
    without_labels = entry.build(rows, 10, 0)
    assert not without_labels.chains_by_class and not without_labels.discriminative
    model.initialize_from(rows)
    classifier = entry.to_classifier(model, 10, total_steps=10)
    assert isinstance(classifier, VirtualAdversarial) and classifier.epsilon == 0.7
    plain = dataclasses.replace(entry, adversarial=0.0).to_classifier(model, 10, total_steps=10)
    assert not isinstance(plain, VirtualAdversarial)


def test_a_pretrained_network_may_be_made_smooth():
    entry = dataclasses.replace(zoo.get("dbn-dnn"), num_hidden=(6, 5))
    rows = np.random.default_rng(0).random((100, 12)).astype("float32")
    dbn = entry.build(rows, 10, 0)
    dbn.initialize_from(rows)
    answers = []
    for distance in (0.0, 0.7):
        keras.utils.set_random_seed(0)
        network = dataclasses.replace(entry, adversarial=distance).to_classifier(dbn, 10)
        assert isinstance(network, VirtualAdversarial) is bool(distance)
        answers.append(network.predict(rows, verbose=0))
    assert network.epsilon == 0.7
    np.testing.assert_allclose(*answers, rtol=1e-5)


def test_images_that_are_all_alike_are_refused():
    with pytest.raises(ValueError, match="differ from each other"):
        zoo.get("dbn-dnn").build(np.ones((20, 6), "float32"), total_steps=10)


def test_unknown_names_are_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="class-rbm, .*rbm-20, .*Did you mean 'dbn-dnn'"):
        zoo.get("dbn_dnn")
