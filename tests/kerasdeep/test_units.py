"""Unit types against sums and integrals over their values."""

import numpy as np
import pytest
from keras import ops, random

from kerasdeep import units
from tests.small import UNITS

FIELDS = np.array([-3.0, -0.4, 0.0, 0.7, 2.5], dtype="float32")
GRID = np.linspace(-15, 15, 3001)


def log_terms(unit, field):
    """log of exp(field s(u) - E_0(u)), and its log-weight, over all values of a unit."""
    discrete = unit.name == "bernoulli"
    u = np.array([0.0, 1.0]) if discrete else GRID
    energy = np.array(unit.energy(ops.convert_to_tensor(u), 0.0))
    log_weight = 0.0 if discrete else np.log(GRID[1] - GRID[0])
    return u, field * np.array(unit.statistic(ops.convert_to_tensor(u))) - energy + log_weight


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS)
def test_log_partition_and_mean_equal_the_sum_over_values(unit):
    for field in FIELDS:
        u, terms = log_terms(unit, field)
        exact = np.log(np.exp(terms).sum())
        mean = (u * np.exp(terms - exact)).sum()
        assert float(unit.log_partition(ops.convert_to_tensor(field))) == pytest.approx(
            exact, abs=1e-5
        )
        assert float(unit.mean(ops.convert_to_tensor(field))) == pytest.approx(mean, abs=1e-5)


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS)
def test_samples_have_the_mean_and_variance_of_the_distribution(unit):
    """40,000 draws a field; false alarm below 1e-4 (4.5 standard errors, ten comparisons)."""
    fields = np.repeat(FIELDS[:, None], 40_000, axis=1)
    draws = np.array(unit.sample(ops.convert_to_tensor(fields), random.SeedGenerator(3)))
    for field, row in zip(FIELDS, draws, strict=True):
        u, terms = log_terms(unit, field)
        p = np.exp(terms) / np.exp(terms).sum()
        mean = (p * u).sum()
        variance = (p * (u - mean) ** 2).sum()
        fourth = (p * (u - mean) ** 4).sum()
        assert abs(row.mean() - mean) < 4.5 * np.sqrt(variance / 40_000)
        standard_error = np.sqrt((fourth - variance**2) / 40_000)
        assert abs(((row - mean) ** 2).mean() - variance) < 4.5 * standard_error + 1e-9


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS)
def test_bias_from_mean_is_the_inverse_of_mean(unit):
    means = np.array([0.05, 0.3, 0.5, 0.9], dtype="float32")
    assert np.array(unit.mean(unit.bias_from_mean(means))) == pytest.approx(means, abs=1e-5)


def test_log_partition_does_not_overflow():
    field = ops.convert_to_tensor([1e4, -1e4])
    assert np.array(units.Bernoulli().log_partition(field)).tolist() == [1e4, 0.0]


def test_one_standard_deviation_a_unit():
    unit = units.Gaussian(stddev=[0.5, 2.0])
    energy = np.array(unit.energy(ops.convert_to_tensor([[1.0, 1.0]]), ops.zeros(2)))
    assert energy.tolist() == [[2.0, 0.125]]
    assert units.get(units.Gaussian([0.5, 2.0])).get_config() == {"stddev": [0.5, 2.0]}


@pytest.mark.parametrize("stddev", [0.0, -1.0, float("nan"), float("inf"), [1.0, 0.0]])
def test_bad_standard_deviations_are_refused(stddev):
    with pytest.raises(ValueError, match="expects stddev > 0"):
        units.Gaussian(stddev)


def test_unknown_unit_types_are_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="bernoulli, gaussian.*Received: 'bernouli'"):
        units.get("bernouli")
