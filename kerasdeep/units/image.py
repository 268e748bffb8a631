"""Units of any type at every place of an image."""

from keras import ops

from kerasdeep.units.base import Unit


class ImageOf(Unit):
    """Units of one type at all places of an image, those of a channel with one bias.

    Values have the shape `(batch, height, width, channels)`; energies and log-partitions are sums
    over places too.

    Args:
        unit: unit type of the channels of one place.
    """

    def __init__(self, unit):
        self.unit = unit
        self.name, self.support, self.width = unit.name, unit.support, unit.width

    @property
    def weights(self):
        return self.unit.weights

    def statistic(self, value):
        return self.unit.statistic(value)

    def energy(self, value, bias):
        return ops.sum(self.unit.energy(value, bias), axis=(1, 2))

    def bias_energy(self, bias):
        return self.unit.bias_energy(bias)

    def log_partition(self, field):
        return ops.sum(self.unit.log_partition(field), axis=(1, 2))

    def mean(self, field):
        return self.unit.mean(field)

    def sample(self, field, seed):
        return self.unit.sample(field, seed)

    def bias_from_mean(self, mean):
        return self.unit.bias_from_mean(mean)

    def parts(self, num_columns):
        return self.unit.parts(num_columns)

    def split(self, values):
        return self.unit.split(values)

    def check_width(self, num_columns):
        self.unit.check_width(num_columns)

    def check_rows(self, rows):
        self.unit.check_rows(rows)
