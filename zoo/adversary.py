"""What entries share that are adversarial networks."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from kerasdeep.zoo.entry import Entry
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import keras
    import numpy as np

    from kerasdeep.models import GAN


@dataclass(frozen=True, kw_only=True)
class Adversary(Entry):
    """A generator and a discriminator, each with Adam at a constant rate.

    A subclass says of which layers they are, `generator(row_shape)` and `discriminator(row_shape)`,
    and gives the defaults.

    Attributes:
        kind: class of the model.
    """

    task = "adversarial"
    kind: ClassVar[str] = "GAN"

    epochs: int = 100
    num_noise: int = parameter(64, "Numbers that a drawing is made of.", low=1, search=(10, 200))
    learning_rate: float = parameter(
        5e-4, "Rate of Adam, of both networks.", low=0, search=(5e-5, 2e-3), log=True
    )
    momentum: float = parameter(0.5, "First momentum of Adam.", low=0, high=0.999)
    averaging: float = parameter(
        0.999,
        "How slowly the generator that draws follows the one that learns; 0 for one alone.",
        low=0,
        high=0.9999,
    )
    penalty: float = parameter(
        0.3,
        "Weight of the penalty on the discriminator's slope.",
        low=0,
        search=(0.03, 10.0),
        log=True,
    )
    conditional: int = parameter(
        0, "1 to learn labels too, and draw by label; 0 not to.", low=0, high=1
    )

    def generator(self, row_shape: tuple[int, ...]) -> "list[keras.layers.Layer]":
        """Returns the layers from noise to data, the last one a sigmoid."""
        raise NotImplementedError

    def discriminator(self, row_shape: tuple[int, ...]) -> "list[keras.layers.Layer]":
        """Returns the layers from data to one number."""
        raise NotImplementedError

    def options(self) -> dict[str, Any]:
        """Returns what else the model takes."""
        return {}

    def build(
        self,
        rows: "np.ndarray",
        total_steps: int,
        seed: int | None = None,
        num_classes: int | None = None,
    ) -> "GAN":
        """Returns a compiled adversarial network."""
        import keras

        from kerasdeep import models

        if seed is not None:
            keras.utils.set_random_seed(seed)
        shape = rows.shape[1:]
        model = getattr(models, self.kind)(
            keras.Sequential(self.generator(shape), name="generator"),
            keras.Sequential(self.discriminator(shape), name="discriminator"),
            num_noise=self.num_noise,
            num_classes=num_classes if self.conditional else None,
            averaging=self.averaging,
            penalty=self.penalty,
            seed=seed,
            name=self.name,
            **self.options(),
        )
        first, second = (keras.optimizers.Adam(self.learning_rate, self.momentum) for _ in range(2))
        model.compile(first, second)
        return model
