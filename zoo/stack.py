"""An entry of several hidden layers, which are narrower where images are small."""

import dataclasses
from dataclasses import dataclass
from typing import ClassVar, Self

from kerasdeep.zoo.entry import Entry
from kerasdeep.zoo.parameter import parameter

FEW_PIXELS = 100


@dataclass(frozen=True, kw_only=True)
class Stack(Entry):
    """An entry whose layers have the published widths, or fewer units for small images.

    Attributes:
        widths: units of each hidden layer.
        widths_of_few_pixels: likewise, for rows of fewer than 100 values.
        num_hidden: what a user asks for in their place; or None.
    """

    widths: ClassVar[tuple[int, ...]]
    widths_of_few_pixels: ClassVar[tuple[int, ...]]

    num_hidden: tuple[int, ...] | None = parameter(
        None,
        "Units of each hidden layer. [default: as the summary says; of small images fewer]",
        low=1,
        search=(100, 2000),
        log=True,
        layers=(1, 4),
    )

    @property
    def layers(self) -> list[int]:
        """Units of each hidden layer."""
        return list(self.num_hidden or self.widths)

    def fit_to(self, num_rows: int, num_values: int) -> Self:
        widths = self.widths_of_few_pixels if num_values < FEW_PIXELS else self.widths
        chosen = self.num_hidden or widths
        return dataclasses.replace(super().fit_to(num_rows, num_values), num_hidden=chosen)
