"""Models whose negative particles come from a sampler that `compile` is given."""

from typing import Any

import keras

from kerasdeep import samplers
from kerasdeep.backend.registration import serialized
from kerasdeep.energies.harmonium import Harmonium
from kerasdeep.training.model import TrainedModel


class SampledModel(TrainedModel):
    """Base class of the models with a sampler, which is built, saved and loaded with them."""

    def compile(
        self,
        optimizer: str | keras.optimizers.Optimizer = "sgd",
        sampler: str | samplers.Sampler = "cd",
        **kwargs: Any,
    ) -> None:
        """Configures training.

        Args:
            optimizer: any Keras optimizer, or its name. Its weight decay, if any, leaves the
                biases alone. Default `"sgd"`.
            sampler: `"cd"`, `"pcd"` or an object from `kerasdeep.samplers`. Default `"cd"`.
            **kwargs: as of `kerasdeep.training.model.TrainedModel.compile`.

        Raises:
            ValueError: for an unknown sampler, and as `TrainedModel.compile`.
        """
        # Like the optimizer, a sampler is saved with the model and yet is not a layer of it.
        object.__setattr__(self, "sampler", samplers.get(sampler))
        super().compile(optimizer=optimizer, **kwargs)

    def sampled_machine(self) -> Harmonium:
        """Returns the machine that the sampler's chains follow."""
        return self

    def _build_training(self):
        super()._build_training()
        if not (self.built and self.compiled):
            return
        machine = self.sampled_machine()
        if not self.sampler.built:
            sides = machine.visible_bias.shape[0], machine.hidden_bias.shape[0]
            self.sampler.build(sides, [weight.shape for weight in machine.connection.weights])
            self.sampler.initialize(machine)
        if self.sampler.weights and self.sampler.owner not in (None, id(self)):
            raise ValueError(
                f"{type(self).__name__} expects a sampler of its own. Received: a "
                f"{type(self.sampler).__name__} with the chains of another model. Make a new one."
            )
        self.sampler.owner = id(self)

    def get_compile_config(self) -> dict[str, Any] | None:
        config = super().get_compile_config()
        return config and {**config, "sampler": serialized(self.sampler)}
