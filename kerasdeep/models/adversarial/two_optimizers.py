"""Models that a pair of optimizers trains, one for each of two networks."""

from typing import Any

import keras

from kerasdeep.backend.registration import serialized
from kerasdeep.training.apply import spare_biases

OPTIMIZERS = ("generator_optimizer", "discriminator_optimizer")


class TwoOptimizers:
    """For a model with a `generator` and a `discriminator`."""

    def compile(
        self,
        generator_optimizer: str | keras.optimizers.Optimizer = "adam",
        discriminator_optimizer: str | keras.optimizers.Optimizer | None = None,
        **kwargs: Any,
    ) -> None:
        """Configures training.

        Args:
            generator_optimizer: a Keras optimizer or its name. Default `"adam"`.
            discriminator_optimizer: likewise; an object of its own. Default None: as of a name, one
                of the same name.
            **kwargs: as of any model of this package.

        Callbacks that change a rate change the generator's; the other follows a schedule of its own
        optimizer.

        Raises:
            ValueError: for one optimizer object where two are meant.
        """
        if "optimizer" in kwargs:
            generator_optimizer = kwargs.pop("optimizer")
            generator_optimizer = keras.optimizers.get(generator_optimizer)
        elif discriminator_optimizer is None and isinstance(generator_optimizer, str):
            discriminator_optimizer = generator_optimizer
        first, second = map(keras.optimizers.get, (generator_optimizer, discriminator_optimizer))
        if first is None or second is None or first is second:
            passed = {id(one): one.name for one in (first, second) if one is not None}
            raise ValueError(
                f"{type(self).__name__} expects two optimizers, one for each network. Received: "
                f"{', '.join(passed.values()) or 'none'}. Pass generator_optimizer and "
                "discriminator_optimizer."
            )
        if any(getattr(one, "use_ema", False) for one in (first, second)):
            raise ValueError(
                f"{type(self).__name__} keeps a running mean of the generator itself. Received: an "
                "optimizer with use_ema=True. Pass averaging=0.999 to the model."
            )
        super().compile(first, **kwargs)
        scaling = keras.optimizers.LossScaleOptimizer
        if isinstance(self.optimizer, scaling) and not isinstance(second, scaling):
            second = scaling(second)
        spare_biases(second)
        self.discriminator_optimizer = second
        self._build_training()

    def _build_training(self):
        super()._build_training()
        second = getattr(self, "discriminator_optimizer", None)
        if self.built and second is not None:
            second.build(self.discriminator.trainable_variables)

    def get_compile_config(self) -> dict[str, Any] | None:
        if not self.compiled:
            return None
        both = zip(OPTIMIZERS, (self.optimizer, self.discriminator_optimizer), strict=True)
        return {**{name: serialized(one) for name, one in both}, **self._compile_arguments}
