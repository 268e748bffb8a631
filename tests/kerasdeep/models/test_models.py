"""The shared checks, for every model."""

import keras
import pytest

from kerasdeep.models import DBN, RBM
from kerasdeep.penalties import SparsityTarget
from kerasdeep.samplers import ParallelTempering, PersistentContrastiveDivergence
from kerasdeep.units import Gaussian, Mixed
from tests import checks


def rbm(learning_rate=0.1, **kwargs):
    model = RBM(20, seed=1)
    model.compile(keras.optimizers.SGD(learning_rate, momentum=0.9), "cd", **kwargs)
    return model


def gaussian_rbm(learning_rate=0.01, **kwargs):
    model = RBM(20, visible=Gaussian(stddev=0.3, learned=True), seed=1)
    model.compile(
        keras.optimizers.SGD(learning_rate), PersistentContrastiveDivergence(10, 2), **kwargs
    )
    return model


def tempered_rbm(learning_rate=0.05, **kwargs):
    model = RBM(
        20,
        visible=Mixed([("bernoulli", 60), ("gaussian", 4)]),
        hidden="relu",
        sparsity=SparsityTarget(0.5),
        seed=1,
    )
    model.compile(keras.optimizers.SGD(learning_rate), ParallelTempering(3, 5), **kwargs)
    return model


def dbn(learning_rate=0.1, **kwargs):
    model = DBN([16, 12], seed=1)
    model.compile(keras.optimizers.SGD(learning_rate, momentum=0.9), ["cd", "fast_pcd"], **kwargs)
    return model


IMPROVES = {
    rbm: "reconstruction_error",
    gaussian_rbm: "reconstruction_error",
    tempered_rbm: "reconstruction_error",
    dbn: "rbm_1_reconstruction_error",
}


@pytest.fixture(params=IMPROVES, ids=lambda make: make.__name__)
def make(request):
    return request.param


@pytest.fixture
def x(digits):
    return digits[0][:300]


def test_trains_on_arrays_streams_weights_and_partial_batches(make, x):
    checks.check_training(make, x, IMPROVES[make])


def test_sample_weights_count(make, x):
    checks.check_sample_weights(make, x)


def test_steps_per_execution_changes_nothing(make, x):
    checks.check_steps_per_execution(make, x)


def test_evaluate_repeats(make, x):
    checks.check_evaluate(make, x)


def test_saves_and_goes_on_exactly(make, x, tmp_path):
    checks.check_saving(make, x, tmp_path)


def test_resumes_exactly_after_any_epoch(make, x, tmp_path):
    checks.check_resuming(make, x, tmp_path)


def test_predicts_in_batches(make, x):
    checks.check_batched_prediction(make, x)


def test_any_type_of_number_will_do(make, x):
    checks.check_number_types(make, x)


def test_lists_are_data(make, x):
    checks.check_lists(make, x)


def test_refuses_bad_input(make, x):
    checks.check_bad_input(make, x)


def test_stops_when_training_diverges(make, x):
    checks.check_divergence(make, x)


def test_trains_in_mixed_precision(make, x):
    checks.check_precision(make, x)
