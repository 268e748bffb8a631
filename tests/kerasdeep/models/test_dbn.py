"""The DBN: greedy training in one fit, and the plain models it unrolls into."""

import keras
import numpy as np
import pytest

from kerasdeep.models import DBN, RBM
from kerasdeep.samplers import PersistentContrastiveDivergence
from kerasdeep.units import Binomial, Mixed, Softmax
from tests.checks import Stop
from tests.kinds import weights


def make(**kwargs):
    dbn = DBN([20, 15, 10], seed=1, **kwargs)
    dbn.compile(keras.optimizers.SGD(0.1, momentum=0.5))
    return dbn


def frozen():
    dbn = make()
    dbn.rbms[1].trainable = False
    return dbn


SHARED = keras.optimizers.SGD(0.1)


def test_it_is_built_by_whatever_shows_it_data_first(digits):
    x = digits[0][:50]
    for use in (
        lambda dbn: dbn.evaluate(x, verbose=0),
        lambda dbn: dbn.fit(((x,) for _ in range(3)), steps_per_epoch=1, verbose=0),
    ):
        dbn = make()
        use(dbn)
        assert dbn.built and dbn.sample(2, steps=1).shape == (2, 64)


def test_its_precision_is_that_of_its_layers():
    dbn = DBN([4, 3], dtype="mixed_bfloat16")
    assert [rbm.dtype_policy.name for rbm in dbn.rbms] == ["mixed_bfloat16"] * 2


def test_after_an_interruption_it_evaluates_all_layers_again(digits):
    dbn = make()
    with pytest.raises(KeyboardInterrupt):
        dbn.fit(digits[0], epochs=2, verbose=0, callbacks=[Stop(3)])
    assert dbn.training_layer is None
    names = dbn.evaluate(digits[0], verbose=0, return_dict=True)
    assert {name[:5] for name in names} == {"loss", "rbm_1", "rbm_2", "rbm_3"}


def test_numpy_integers_are_epochs(digits):
    history = make().fit(digits[0], epochs=np.int64(1), verbose=0).history
    assert "rbm_3_free_energy" in history


def test_layers_learn_in_turn_for_their_own_epochs(digits):
    x = digits[0]
    dbn = make()
    kernels = []

    class Watch(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            kernels.append([np.array(rbm.kernel) for rbm in dbn.rbms])

    history = dbn.fit(
        x[:800], epochs=[3, 0, 2], validation_data=x[800:], verbose=0, callbacks=[Watch()]
    ).history
    assert len(kernels) == 5
    for epoch in range(1, 5):
        changed = [
            not np.array_equal(a, b)
            for a, b in zip(kernels[epoch - 1], kernels[epoch], strict=True)
        ]
        assert changed == ([True, False, False] if epoch < 3 else [False, False, True])
    assert len(history["rbm_1_reconstruction_error"]) == 3
    assert len(history["val_rbm_3_pseudo_log_likelihood"]) == 2
    assert len(history["rbm_3_free_energy_gap"]) == 2
    assert not any(name.startswith("rbm_2") for name in history)


def test_greedy_training_equals_training_the_rbms_one_by_one(digits):
    """The same numbers, bit for bit, as three separate fits on stored activations."""
    x = digits[0][:300]
    dbn = make()
    dbn.fit(x, batch_size=50, epochs=2, shuffle=False, verbose=0)
    rows = x
    for layer, num_hidden in enumerate([20, 15, 10]):
        rbm = RBM(num_hidden, seed=1 + layer)
        rbm.compile(keras.optimizers.SGD(0.1, momentum=0.5))
        rbm.fit(rows, batch_size=50, epochs=2, shuffle=False, verbose=0)
        np.testing.assert_allclose(dbn.rbms[layer].kernel, rbm.kernel, atol=1e-5)
        rows = rbm.predict(rows, verbose=0)


def test_samples_instead_of_means_reach_the_next_layer(digits):
    """With samples, an upper layer sees only 0 and 1, and learns something else."""
    x = digits[0][:300]
    dbn = make(mean_field=False)
    dbn.fit(x, shuffle=False, verbose=0)
    means = make(mean_field=True)
    means.fit(x, shuffle=False, verbose=0)
    np.testing.assert_array_equal(dbn.rbms[0].kernel, means.rbms[0].kernel)
    assert not np.array_equal(dbn.rbms[1].kernel, means.rbms[1].kernel)
    assert set(np.unique(dbn.propagate(x, 1, mean_field=False))) == {0.0, 1.0}


def test_every_layer_may_have_its_own_optimizer_and_sampler(digits):
    dbn = DBN([8, 6])
    optimizers = [keras.optimizers.Adam(0.01), keras.optimizers.SGD(0.1)]
    dbn.compile(optimizers, ["cd", PersistentContrastiveDivergence(7)])
    dbn.fit(digits[0], verbose=0)
    assert [rbm.optimizer for rbm in dbn.rbms] == optimizers
    assert dbn.rbms[1].sampler.chains.shape == (7, 6)
    copies = make().rbms
    assert copies[0].optimizer is not copies[1].optimizer


def test_a_gaussian_first_layer(digits):
    x = (digits[0] - digits[0].mean()) / digits[0].std()
    dbn = DBN([20, 10], visible="gaussian", seed=1)
    dbn.compile([keras.optimizers.SGD(0.01), keras.optimizers.SGD(0.1)])
    dbn.fit(x, epochs=2, verbose=0)
    autoencoder = dbn.to_autoencoder()
    assert [layer.activation.__name__ for layer in autoencoder.layers] == [
        "sigmoid",
        "sigmoid",
        "sigmoid",
        "linear",
    ]
    np.testing.assert_allclose(autoencoder.predict(x, verbose=0), dbn.reconstruct(x), atol=1e-4)


def test_the_classifier_starts_from_the_mean_field_pass(digits):
    x = digits[0]
    dbn = make()
    dbn.fit(x, verbose=0)
    classifier = dbn.to_classifier(10)
    assert [type(layer) for layer in classifier.layers] == [keras.layers.Dense] * 4
    features = keras.Sequential(classifier.layers[:-1]).predict(x, verbose=0)
    np.testing.assert_allclose(features, dbn.propagate(x), atol=1e-6)
    np.testing.assert_allclose(features, dbn.predict(x, verbose=0), atol=1e-6)
    np.testing.assert_allclose(classifier.predict(x, verbose=0).sum(axis=1), 1.0, atol=1e-5)


def test_the_autoencoder_starts_from_the_mean_field_reconstruction(digits):
    dbn = make()
    dbn.fit(digits[0], verbose=0)
    autoencoder = dbn.to_autoencoder()
    expected = dbn.reconstruct(digits[0])
    np.testing.assert_allclose(autoencoder.predict(digits[0], verbose=0), expected, atol=1e-6)


def test_fine_tuning_leaves_chance_far_behind_and_the_dbn_as_it_is(digits):
    x, y = digits
    dbn = DBN([64, 32], seed=1)
    dbn.compile(keras.optimizers.SGD(0.1, momentum=0.5))
    dbn.fit(x, batch_size=20, epochs=5, verbose=0)
    before = weights(dbn)
    classifier = dbn.to_classifier(10)
    classifier.compile(
        keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    classifier.fit(x, y, batch_size=20, epochs=10, verbose=0)
    assert classifier.evaluate(x, y, verbose=0)[1] > 0.8
    for one, other in zip(before, weights(dbn), strict=True):
        np.testing.assert_array_equal(one, other)


def test_sampling_runs_the_top_rbm_and_passes_down(digits):
    """With lower layers that copy, a DBN's samples are distributed as its top RBM's:
    mean of 4,000 samples within 4.5 standard errors."""
    dbn = DBN([4, 3], seed=1)
    dbn.build((None, 4))
    dbn.rbms[0].kernel.assign(40 * np.eye(4))
    dbn.rbms[0].visible_bias.assign(np.full(4, -20.0))
    dbn.rbms[1].visible_bias.assign([-1.0, 0.0, 0.5, 2.0])
    dbn.rbms[1].kernel.assign(np.zeros((4, 3)))
    mean = np.array(dbn.sample(4000, steps=2)).mean(axis=0)
    expected = 1 / (1 + np.exp([1.0, 0.0, -0.5, -2.0]))
    np.testing.assert_allclose(mean, expected, atol=4.5 * 0.5 / np.sqrt(4000))
    assert dbn.sample(initial=digits[0][:3, :4].round(), steps=2, mean=True).shape == (3, 4)


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        (lambda x: DBN([]), "at least one layer"),
        (lambda x: DBN(100), "a list of at least one layer. Received: 100"),
        (lambda x: make().to_classifier(10), "no weights yet"),
        (lambda x: make().sample(), "no weights yet"),
        (lambda x: make().reconstruct(x), "no weights yet"),
        (lambda x: make().train_on_batch(x), "trains layer by layer"),
        (lambda x: DBN([RBM(5), RBM(5, visible="gaussian")]), "gaussian above bernoulli"),
        (lambda x: make().fit(x, epochs=[1, 2]), r"3 layers. Received: epochs=\[1, 2\]"),
        (lambda x: make().fit(x, epochs=[1, 2.5, 1]), r"Received: epochs=\[1, 2.5, 1\]"),
        (lambda x: make().fit(x, epochs=-1), "Received: epochs=-1"),
        (lambda x: frozen().fit(x), "frozen layer. Received: rbm_2"),
        (lambda x: make().compile(["sgd", "adam"]), "Received: a list of 2"),
        (lambda x: make().compile([SHARED] * 3), "the same object twice"),
        (lambda x: DBN([5, 5]).compile("sgd", "gibbs"), "Received: 'gibbs'"),
    ],
)
def test_bad_arguments_are_refused(action, reason, digits):
    with pytest.raises(ValueError, match=reason):
        action(digits[0])


@pytest.mark.parametrize("hidden", ["relu", Softmax(3), Binomial(2), Mixed([("bernoulli", 6)])])
def test_units_without_an_activation_of_keras_do_not_become_linear_ones(hidden):
    dbn = DBN([RBM(6, hidden=hidden)])
    dbn.build((None, 9))
    for unrolled in (lambda: dbn.to_classifier(2), dbn.to_autoencoder):
        with pytest.raises(ValueError, match="No activation of Keras computes the means of"):
            unrolled()


def test_one_group_of_softmax_units_becomes_a_softmax():
    rbm = RBM(6, hidden=Softmax(6), seed=1)
    dbn = DBN([rbm])
    dbn.build((None, 9))
    x = np.random.default_rng(0).random((4, 9)).astype("float32")
    encoder = keras.Sequential(dbn.to_autoencoder().layers[:1])
    np.testing.assert_allclose(encoder(x), rbm(x), atol=1e-6)
