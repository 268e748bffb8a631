"""One pixel of an image as the visible side of a machine, all others being held."""

import dataclasses

from keras import ops

from kerasdeep.backend.types import Tensor
from kerasdeep.energies.connection import Connection
from kerasdeep.energies.harmonium import Harmonium
from kerasdeep.energies.views import View
from kerasdeep.units.base import Unit


def at_one_pixel(
    machine: Harmonium, images: Tensor, index: Tensor, mean: Tensor
) -> tuple[View, Tensor, Tensor, Tensor]:
    """Returns a machine whose visible units are those of one pixel, another one in every image.

    Args:
        machine: a convolutional machine.
        images: tensor of shape `(batch, height, width, channels)`.
        index: integer tensor of shape `(batch,)`: which unit of each image, pixel by pixel.
        mean: means of the visible units, shape of `images`.

    Returns:
        The machine, and of the pixel what `images`, `index` and `mean` are of all.
    """
    batch, height, width, channels = ops.shape(images)
    unit = machine.visible.unit
    num_units = sum(columns // part.width for part, columns in unit.parts(channels))
    place = ops.one_hot(index // num_units, height * width)

    def pixel(values):
        return ops.einsum("bp,bpc->bc", place, ops.reshape(values, (batch, -1, channels)))

    spread = Spread(machine.connection, ops.reshape(place, (batch, height, width)))
    view = View.of(machine, visible=unit, connection=spread, hidden=Stacked(machine.hidden))
    return view, pixel(images), index % num_units, pixel(mean)


@dataclasses.dataclass(frozen=True)
class Spread:
    """The connection of one pixel of each image with the hidden units.

    Attributes:
        connection: that of the images.
        place: 1 at the pixel, 0 elsewhere, shape `(batch, height, width)`.
    """

    connection: Connection
    place: Tensor

    def up_from(self, columns: Tensor, statistic: Tensor) -> Tensor:
        """As `kerasdeep.energies.connection.Connection.up_from`; columns are channels."""
        channels = self.connection.weights[0].shape[2]
        chosen = ops.one_hot(columns, channels)
        images = ops.einsum("kbw,bwc,bxy->kbxyc", statistic, chosen, self.place)
        maps = self.connection.up(ops.reshape(images, (-1, *ops.shape(images)[2:])))
        return ops.reshape(maps, (*ops.shape(images)[:2], *ops.shape(maps)[1:]))


@dataclasses.dataclass(frozen=True)
class Stacked:
    """Hidden units of images, of which there are several stacks."""

    hidden: Unit

    def log_partition(self, field: Tensor) -> Tensor:
        """Returns log-partitions of shape `(..., batch)` for fields of `(..., batch, h, w, k)`."""
        flat = ops.reshape(field, (-1, *ops.shape(field)[-3:]))
        return ops.reshape(self.hidden.log_partition(flat), ops.shape(field)[:-3])
