"""What every test starts from."""

import gc
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
if "PYTEST_XDIST_WORKER" in os.environ:  # one thread for each of two processes on two cores
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")

import keras
import numpy as np
import pytest
import tensorflow as tf
from sklearn.datasets import load_digits

pytest.register_assert_rewrite("tests.checks", "tests.kinds")
# Two devices on one processor, for tests of replicas.
(PROCESSOR,) = tf.config.list_physical_devices("CPU")
tf.config.set_logical_device_configuration(
    PROCESSOR, [tf.config.LogicalDeviceConfiguration() for _ in range(2)]
)


def pytest_terminal_summary(terminalreporter):
    """Shows what tests measured, beside whether they passed."""
    worst = {}
    for report in terminalreporter.stats.get("passed", []):
        for name, value in report.user_properties:
            if name == "measured":
                terminalreporter.write_line(value)
            elif name == "error":
                kind, error, bound = value
                worst[kind] = max(worst.get(kind, (0.0, 0.0)), (error, bound))
    for kind, (error, bound) in worst.items():
        terminalreporter.write_line(f"largest error, {kind}: {error:.1e} (bound {bound:.0e})")


@pytest.fixture
def close(record_property):
    """Compares with brute force; the summary shows the largest error of each kind."""

    def compare(kind, actual, expected, bound):
        actual, expected = np.asarray(actual, float), np.asarray(expected, float)
        np.testing.assert_allclose(actual, expected, rtol=0, atol=bound, err_msg=kind)
        record_property("error", (kind, float(np.abs(actual - expected).max()), float(bound)))

    return compare


@pytest.fixture(autouse=True)
def fixed_seed():
    keras.utils.set_random_seed(0)


@pytest.fixture(scope="module", autouse=True)
def kept_for_good():
    """Takes from the collector what outlives a module of tests.

    TensorFlow keeps graphs of plain Keras models for good, and `clear_session`, which Keras Tuner
    calls for every model, looks at all there is: without this for seconds, after an hour of tests.
    """
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def digits():
    """1,000 grey digits in [0, 1] and their labels."""
    data = load_digits()
    return (data.data[:1000] / 16).astype("float32"), data.target[:1000]
