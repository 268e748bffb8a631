"""How the layers of a deep Boltzmann machine are trained and joined, and unrolled."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasdeep.models import DBM
from kerasdeep.models.deep.posterior import Posterior
from kerasdeep.samplers import (
    ContrastiveDivergence,
    ParallelTempering,
    Particles,
    PersistentContrastiveDivergence,
)
from kerasdeep.units import Gaussian

RNG = np.random.default_rng(0)
X = RNG.integers(0, 2, (12, 5)).astype("float32")
LABELS = RNG.integers(0, 3, 12)


def sigmoid(field):
    return 1 / (1 + np.exp(-field))


def softmax(field):
    weights = np.exp(field)
    return weights / weights.sum(axis=1, keepdims=True)


class Means(ContrastiveDivergence):
    """One step of contrastive divergence with means in place of draws."""

    def negative_phase(self, machine, field, sample_weight=None):
        visible = machine.visible_mean(machine.hidden.mean(field))
        return Particles(visible, machine.hidden_mean(visible), sample_weight)


def logit(mean):
    return np.log(mean / (1 - mean))


@pytest.mark.parametrize("layers", [[4, 3], [4, 3, 2]])
@pytest.mark.parametrize("labelled", [False, True])
def test_pretrained_and_joined_as_the_paper_says(layers, labelled, close):
    """One update of each RBM and the machine that they make, by hand: what will come from both
    sides is doubled where it comes from one, and a layer's bias is the sum of both its RBMs'.
    """
    classes = 3 if labelled else None
    model = DBM(layers, num_classes=classes, centering=False, seed=0)
    stages = len(layers) + 1
    rate = 0.5
    optimizers = [keras.optimizers.SGD(rate) for _ in range(stages)]
    model.compile(optimizers, [Means() for _ in range(stages)])
    model.build((None, 5))
    kernels = [np.array(kernel, float) for kernel in model.kernels]
    y = (LABELS,) if labelled else ()
    model.fit(X, *y, batch_size=12, epochs=[1] * len(layers) + [0], shuffle=False, verbose=0)
    model.join()

    values, biases = X.astype(float), [np.zeros(size) for size in (5, *layers)]
    label_bias, one_hot = np.full(3, np.log(1 / 3)), np.eye(3)[LABELS]
    for n in range(len(layers)):
        top = n == len(layers) - 1
        up, down = (1 if top else 2), (1 if n == 0 else 2)
        kernel, b, c = kernels[n], logit(values.mean(axis=0)) / down, np.zeros(layers[n])
        from_label = one_hot @ kernels[-1].T if labelled and top else 0.0
        hidden = sigmoid(up * (values @ kernel + c + from_label))
        seen = sigmoid(down * (hidden @ kernel.T + b))
        if labelled and top:
            guess = softmax(hidden @ kernels[-1] + label_bias)
            from_label = guess @ kernels[-1].T
        again = sigmoid(up * (seen @ kernel + c + from_label))
        if labelled and top:
            kernels[-1] += rate * (hidden.T @ one_hot - again.T @ guess) / 12
            label_bias += rate * (one_hot - guess).mean(axis=0)
        kernels[n] = kernel + rate * (values.T @ hidden - seen.T @ again) / 12
        biases[n] += b + rate * (values - seen).mean(axis=0)
        biases[n + 1] += c + rate * (hidden - again).mean(axis=0)
        values = sigmoid(up * (values @ kernels[n] + (c + rate * (hidden - again).mean(axis=0))))
    biases += [label_bias] if labelled else []
    for found, expected in zip(model.kernels, kernels, strict=True):
        close("DBM, pretrained kernel", found, expected, 1e-6)
    for found, expected in zip(model.biases, biases, strict=True):
        close("DBM, joined bias", found, expected, 1e-6)


def test_a_machine_that_was_joined_goes_on_as_a_whole():
    model = DBM([4, 3], seed=0)
    model.compile("sgd")
    names = [set(model.fit(X, epochs=epochs, verbose=0).history) for epochs in (1, 1, [1, 0, 1])]
    assert "rbm_1_reconstruction_error" in names[0] & names[2] - names[1]
    assert all("pseudo_log_likelihood" in one for one in names)
    alone = DBM([4, 3], pretraining=False, seed=0)
    alone.compile("sgd")
    assert len(alone.fit(X, epochs=3, verbose=0).epoch) == 3
    with pytest.raises(ValueError, match="a list with one for each of its 2 layers and the whole"):
        alone.fit(X, epochs=[1, 1], verbose=0)
    with pytest.raises(ValueError, match="one optimizer for all 2 layers and the whole"):
        alone.compile(["sgd", "sgd"])


@pytest.mark.parametrize("sampler", [PersistentContrastiveDivergence(20), ParallelTempering(3, 7)])
def test_chains_start_where_the_joined_machine_finds_the_data(sampler):
    model = DBM([4, 3], seed=0)
    model.compile(keras.optimizers.SGD(0.0), sampler)
    model.build((None, 5))
    model.join(X)
    means = ops.convert_to_numpy(model.infer(X)[0])
    found = np.array(sampler.chains)
    np.testing.assert_allclose(found, np.resize(means, found.shape), atol=1e-6)


@pytest.mark.parametrize("visible", ["bernoulli", Gaussian(stddev=0.5)], ids=["binary", "grey"])
@pytest.mark.parametrize("layers", [[4], [4, 3], [4, 3, 2]])
def test_the_network_starts_with_the_machines_own_means(visible, layers, close, tmp_path):
    model = DBM(layers, visible=visible, max_sweeps=300, tolerance=1e-7, seed=0)
    model.build((None, 5))
    model.join()
    rng = np.random.default_rng(0)
    for weight in model.energy_parameters:
        weight.assign(0.5 * rng.normal(size=weight.shape))
    network = model.to_classifier(3, input_dropout=0.2, dropout=0.2, max_norm=3.0)
    outputs = [network.get_layer(f"encoder_{n + 1}").output for n in range(len(layers))]
    found = keras.tree.flatten(keras.Model(network.inputs, outputs)([X]))
    for mean, expected in zip(found, model.infer(X), strict=True):
        close("DBM, unrolled", mean, expected, 1e-5)
    before = [np.array(weight) for weight in model.weights]
    network.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = network.fit(X, LABELS, epochs=3, verbose=0).history
    assert set(history) == {"accuracy", "loss"} and len(network.trainable_weights) == 2 * len(
        [*layers, "classes"]
    )
    for one, other in zip(before, model.weights, strict=True):
        np.testing.assert_array_equal(one, other)
    network.save(tmp_path / "network.keras")
    loaded = keras.models.load_model(tmp_path / "network.keras")
    np.testing.assert_array_equal(loaded.predict(X, verbose=0), network.predict(X, verbose=0))


@pytest.mark.parametrize("visible", ["bernoulli", Gaussian(stddev=0.5)], ids=["binary", "grey"])
@pytest.mark.parametrize("layers", [[4], [4, 3], [4, 3, 2]])
def test_without_means_beside_layers_see_the_one_below_twice(visible, layers, close):
    model = DBM(layers, visible=visible, seed=0)
    model.build((None, 5))
    rng = np.random.default_rng(0)
    for weight in model.energy_parameters:
        weight.assign(0.5 * rng.normal(size=weight.shape))
    network = model.to_classifier(3, dropout=0.2, beside=False)
    assert all(not isinstance(layer, Posterior) for layer in network.layers)
    outputs = [network.get_layer(f"encoder_{n + 1}").output for n in range(len(layers))]
    found = keras.tree.flatten(keras.Model(network.inputs, outputs)([X]))
    values = np.array(model.data_unit.statistic(ops.convert_to_tensor(X)))
    for number, (kernel, bias) in enumerate(zip(model.kernels, model.biases[1:], strict=True)):
        times = 1 if number + 1 == len(layers) else 2
        values = sigmoid(times * values @ np.array(kernel) + np.array(bias))
        close("DBM, without means beside", found[number], values, 1e-5)


def test_less_than_two_classes_are_refused():
    model = DBM([3])
    model.build((None, 5))
    for number in (0, 1, 2.5):
        with pytest.raises(ValueError, match="to_classifier expects num_classes"):
            model.to_classifier(number)
    with pytest.raises(ValueError, match="num_classes of at least 2"):
        DBM([3], num_classes=1)
