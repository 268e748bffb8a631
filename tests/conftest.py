"""What every test starts from."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
if "PYTEST_XDIST_WORKER" in os.environ:  # one thread for each of two processes on two cores
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")

import keras
import pytest
from sklearn.datasets import load_digits

pytest.register_assert_rewrite("tests.checks")


def pytest_terminal_summary(terminalreporter):
    """Shows what tests measured, beside whether they passed."""
    for report in terminalreporter.stats.get("passed", []):
        for name, value in report.user_properties:
            if name == "measured":
                terminalreporter.write_line(value)


@pytest.fixture(autouse=True)
def fixed_seed():
    keras.utils.set_random_seed(0)


@pytest.fixture(scope="session")
def digits():
    """1,000 grey digits in [0, 1] and their labels."""
    data = load_digits()
    return (data.data[:1000] / 16).astype("float32"), data.target[:1000]
