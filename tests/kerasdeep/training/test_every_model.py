"""What every model has: one check each, called for all of them."""

import gc

import pytest
from tensorflow.python.framework.func_graph import FuncGraph

from tests import checks
from tests.kerasdeep.training.models import (
    KINDS,
    adversarial_network,
    conditional_wasserstein_network,
    large_boltzmann_machine,
    sigmoid_belief_network,
    variational_autoencoder,
)
from tests.kinds import Traced

DRAWING = (  # whose metrics are of what they draw
    large_boltzmann_machine,
    sigmoid_belief_network,
    variational_autoencoder,
    adversarial_network,
    conditional_wasserstein_network,
)
MEASURED = [kind for kind in KINDS if kind.make().takes_metrics]


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.make.__name__)
def traced(request):
    """A model whose programs are made once, and which goes with all that TensorFlow made for it."""
    before, found = graphs(), Traced(request.param)
    yield found
    found.model = None
    assert graphs() <= before


def graphs():
    """Returns the graphs of all functions that TensorFlow has now."""
    gc.collect()
    return {id(found) for found in gc.get_objects() if isinstance(found, FuncGraph)}


def test_a_loop_of_steps_ends_with_the_weights_of_single_steps(traced):
    checks.check_loops(traced)


def test_it_trains_on_arrays_streams_weights_and_partial_batches(traced):
    checks.check_training(traced)


def test_rows_of_no_weight_are_as_good_as_absent(traced):
    checks.check_sample_weights(traced)


def test_metrics_are_means_over_rows_whatever_the_batches(traced):
    checks.check_evaluate(traced, draws=traced.kind.make in DRAWING)


def test_a_batch_alone_is_measured_after_any_training(traced):
    checks.check_a_batch_alone(traced)


def test_it_saves_and_goes_on_exactly(traced, tmp_path):
    checks.check_saving(traced, tmp_path)


def test_a_run_that_is_stopped_after_every_epoch_ends_the_same(traced, tmp_path):
    checks.check_resuming(traced, tmp_path)


def test_it_predicts_in_batches_from_numbers_of_any_type(traced):
    checks.check_prediction(traced)


def test_it_refuses_bad_input(traced):
    checks.check_bad_input(traced)


def test_it_stops_when_training_diverges(traced):
    checks.check_divergence(traced)


def test_it_has_what_keras_users_ask_for(traced, tmp_path):
    checks.check_what_keras_users_ask(traced, tmp_path)


def test_callbacks_of_keras_act_on_it(traced, tmp_path):
    checks.check_callbacks(traced, tmp_path)


@pytest.mark.parametrize("kind", MEASURED, ids=lambda kind: kind.make.__name__)
def test_metrics_of_a_user_are_measured_and_saved(kind, tmp_path):
    checks.check_users_metrics(kind, tmp_path)
