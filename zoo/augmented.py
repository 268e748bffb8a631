"""What entries share that change images in training."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.entry import Entry
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import keras

FULL_TURN = 360


@dataclass(frozen=True, kw_only=True)
class Augmented(Entry):
    """An entry that sees each image turned, moved, scaled and mirrored anew, if told to."""

    takes_images = True

    rotation: float = parameter(
        0.0, "Degrees that images are turned by, at most.", low=0, high=180, search=(0.0, 30.0)
    )
    translation: float = parameter(
        0.0, "Share of their size that they are moved by, at most.", low=0, high=1, search=(0, 0.2)
    )
    zoom: float = parameter(
        0.0, "Share that they are scaled by, at most.", low=0, high=0.9, search=(0.0, 0.2)
    )
    mirror: int = parameter(
        0,
        "1 to mirror half of the images left to right, as clothes may be; 0 not to.",
        low=0,
        high=1,
    )

    def augmentation(self) -> "list[keras.layers.Layer]":
        """Returns the layer that changes images in training; none where nothing is to change."""
        import keras

        from kerasdeep.layers import Augmentation

        outside = {"fill_mode": "constant"}
        changes = [
            (self.rotation, keras.layers.RandomRotation(self.rotation / FULL_TURN, **outside)),
            (
                self.translation,
                keras.layers.RandomTranslation(self.translation, self.translation, **outside),
            ),
            (self.zoom, keras.layers.RandomZoom(self.zoom, **outside)),
            (self.mirror, keras.layers.RandomFlip("horizontal")),
        ]
        chosen = [layer for amount, layer in changes if amount]
        return [Augmentation(chosen)] if chosen else []
