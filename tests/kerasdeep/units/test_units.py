"""Unit types against sums and integrals over their values."""

import numpy as np
import pytest
from keras import ops, random
from scipy import stats

from kerasdeep import backend, units
from tests import oracles
from tests.small import COLUMNS, UNITS, values

FIELDS = np.array([-3.0, -0.4, 0.0, 0.7, 2.5, 1.1], dtype="float32")
STDDEV = {"narrow": 0.7}


def fields_of(kind):
    """Returns rows of fields of a layer, each with other neighbours."""
    return np.stack([np.roll(FIELDS, i)[: COLUMNS.get(kind, 1)] for i in range(len(FIELDS))])


def probabilities(kind, field):
    """Returns all values of a layer, their probabilities given a row of fields, and log A."""
    rows, log_weights = oracles.states(UNITS[kind].name, len(field))
    stddev = STDDEV.get(kind, 1.0)
    if UNITS[kind].name == "gaussian":
        log_weights = log_weights - (rows**2).sum(-1) / (2 * stddev**2)
    terms = log_weights + oracles.statistic(UNITS[kind].name, rows, stddev) @ field
    log_partition = oracles.log_sum_exp(terms, axis=0)
    return rows, np.exp(terms - log_partition), log_partition


@pytest.mark.parametrize("kind", UNITS)
def test_log_partition_and_mean_equal_the_sum_over_values(kind):
    unit = UNITS[kind]
    for field in fields_of(kind):
        rows, p, log_partition = probabilities(kind, field)
        assert float(unit.log_partition(ops.convert_to_tensor(field))) == pytest.approx(
            log_partition, abs=2e-5
        )
        mean = np.array(unit.mean(ops.convert_to_tensor(field)))
        np.testing.assert_allclose(mean, p @ rows, atol=2e-5)


@pytest.mark.parametrize("kind", UNITS)
def test_the_slope_of_a_log_partition_is_the_mean_statistic(kind):
    """Where the field is 0, too, though absolute values have no slope there."""
    unit = UNITS[kind]
    for field in fields_of(kind):
        rows, p, _ = probabilities(kind, field)
        slope = backend.gradient_at(unit.log_partition, ops.convert_to_tensor(field))
        expected = p @ oracles.statistic(unit.name, rows, STDDEV.get(kind, 1.0))
        np.testing.assert_allclose(slope, expected, atol=2e-5)


@pytest.mark.parametrize("kind", UNITS)
def test_a_change_of_log_partitions_is_that_of_the_sums_over_values(kind):
    for field in fields_of(kind):
        expected = probabilities(kind, 0.9 * field)[2] - probabilities(kind, field)[2]
        found = UNITS[kind].log_partition_change(*map(ops.convert_to_tensor, (field, 0.9 * field)))
        assert float(found) == pytest.approx(expected, abs=2e-5)


@pytest.mark.parametrize("unit", [units.Bernoulli(), units.Spin(), units.Binomial(3)])
def test_a_small_change_of_large_log_partitions_keeps_its_digits(unit):
    """1,000 units in float32; the difference of two sums would be off by 1e-4 and more."""
    field = np.random.default_rng(0).normal(scale=20, size=1000)
    factor, trials = (2, 1) if unit.name == "spin" else (1, getattr(unit, "num_trials", 1))

    def exact(field):
        return trials * np.logaddexp(0, factor * field) - (field if factor == 2 else 0)

    other = field * (1 + 1e-4)
    found = unit.log_partition_change(*map(ops.convert_to_tensor, np.float32([field, other])))
    other, field = (np.float32(part).astype(float) for part in (other, field))
    assert float(found) == pytest.approx((exact(other) - exact(field)).sum(), abs=2e-5)
    extreme = ops.convert_to_tensor([[-1e4, 1e4]])
    assert float(unit.log_partition_change(0 * extreme, extreme)[0]) == pytest.approx(
        float((exact(np.array([-1e4, 1e4])) - exact(np.zeros(2))).sum()), rel=1e-5
    )


@pytest.mark.parametrize("kind", UNITS)
def test_samples_have_the_mean_and_covariance_of_the_distribution(kind):
    """40,000 draws a field; 5 standard errors, false alarm below 1e-4 in some 100 comparisons."""
    for field in fields_of(kind):
        fields = np.repeat(field[None], 40_000, axis=0)
        draws = np.array(UNITS[kind].sample(ops.convert_to_tensor(fields), random.SeedGenerator(3)))
        rows, p, _ = probabilities(kind, field)
        mean = p @ rows
        centred = rows - mean
        products = centred[:, :, None] * centred[:, None, :]
        covariance = np.einsum("n,nij->ij", p, products)
        spread = np.einsum("n,nij->ij", p, (products - covariance) ** 2)
        errors = np.sqrt(np.diag(covariance) / 40_000)
        assert (np.abs(draws.mean(axis=0) - mean) < 5 * errors + 1e-9).all()
        found = np.einsum("ni,nj->ij", draws - mean, draws - mean) / 40_000
        assert (np.abs(found - covariance) < 5 * np.sqrt(spread / 40_000) + 1e-6).all()


def test_fast_samples_of_rectified_units_are_those_of_nair_and_hinton():
    """max(0, normal of variance sigmoid(field)): 40,000 draws, 5 standard errors, false alarm below
    1e-5. Where fields are above zero the mean is within 6 percent of the exact units'."""
    fields = np.array([-1.0, 0.0, 2.0, 5.0, 20.0])
    field = ops.convert_to_tensor(np.repeat(fields[:, None], 40_000, axis=1), "float32")
    draws = np.array(units.NoisyReLU(exact=False).sample(field, random.SeedGenerator(0)), float)
    stddev = (1 + np.exp(-fields)) ** -0.5
    above, density = stats.norm.cdf(fields / stddev), stats.norm.pdf(fields / stddev)
    mean = fields * above + stddev * density
    square = (fields**2 + stddev**2) * above + fields * stddev * density
    for power, expected in ((1, mean), (2, square)):
        error = (draws**power).std(axis=1) / 200
        assert (np.abs((draws**power).mean(axis=1) - expected) < 5 * error).all()
    exact = np.array(units.NoisyReLU().mean(field))[:, 0]
    np.testing.assert_allclose(mean[2:], exact[2:], rtol=0.06)


@pytest.mark.parametrize("kind", UNITS)
def test_bias_from_mean_is_the_inverse_of_mean(kind):
    unit = UNITS[kind]
    means = np.array([0.05, 0.3, 0.5, 0.15, 0.9], "float32")[: COLUMNS.get(kind, 4)]
    if kind in ("softmax", "mixed"):
        means = np.array([0.2, 0.7, 0.1, 0.6, 0.3, 0.1], "float32")[-COLUMNS[kind] :]
    found = np.array(unit.mean(ops.convert_to_tensor(unit.bias_from_mean(means))))
    np.testing.assert_allclose(found, means, rtol=0.15 if kind == "relu" else 1e-4)


@pytest.mark.parametrize("kind", UNITS)
def test_units_and_their_configuration_survive_serialization(kind):
    unit = UNITS[kind]
    copy = type(unit).from_config(unit.get_config())
    rows, bias = values(kind, 4), np.linspace(-1, 1, COLUMNS.get(kind, 2)).astype("float32")
    np.testing.assert_array_equal(copy.energy(rows, bias), unit.energy(rows, bias))


def test_log_partition_does_not_overflow():
    field = ops.convert_to_tensor([[1e4], [-1e4]])
    assert np.array(units.Bernoulli().log_partition(field)).tolist() == [1e4, 0.0]
    assert np.array(units.Spin().log_partition(field)).tolist() == [1e4, 1e4]
    assert np.array(units.NoisyReLU().log_partition(field)) == pytest.approx([5e7, 0.0], rel=1e-4)


def test_one_standard_deviation_a_unit():
    unit = units.Gaussian(stddev=[0.5, 2.0])
    energy = np.array(unit.energy(ops.convert_to_tensor([[1.0, 1.0]]), ops.zeros(2)))
    assert energy.tolist() == [2.125]
    assert units.get(units.Gaussian([0.5, 2.0])).get_config()["stddev"] == [0.5, 2.0]


@pytest.mark.parametrize("stddev", [0.0, -1.0, float("nan"), float("inf"), [1.0, 0.0]])
def test_bad_standard_deviations_are_refused(stddev):
    with pytest.raises(ValueError, match="expects stddev > 0"):
        units.Gaussian(stddev)


def test_unknown_unit_types_are_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="bernoulli, gaussian.*Received: 'bernouli'"):
        units.get("bernouli")


@pytest.mark.parametrize(
    ("unit", "num_columns", "message"),
    [
        (units.Softmax(3), 7, "multiple of 3 columns. Received: 7"),
        (UNITS["mixed"], 6, "expects 5 columns"),
        (units.Gaussian([1.0, 2.0]), 3, "one for each of 3 units"),
    ],
)
def test_layers_that_a_unit_type_cannot_have_are_refused(unit, num_columns, message):
    with pytest.raises(ValueError, match=message):
        unit.check_width(num_columns)
