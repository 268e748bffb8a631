"""Models whose negative particles come from a sampler that `compile` is given."""

import keras

from kerasdeep import samplers
from kerasdeep.models.batched import BatchedModel


class SampledModel(BatchedModel):
    """Base class of the models with a sampler, which is built, saved and loaded with them."""

    def _set_sampler(self, sampler):
        # Like the optimizer, a sampler is saved with the model and yet is not a layer of it.
        object.__setattr__(self, "sampler", samplers.get(sampler))
        self._build_training()

    def _kernel_shape(self):
        """Returns the shape of the weights that the sampler's chains run under."""
        return tuple(self.kernel.shape)

    def _build_training(self):
        super()._build_training()
        if self.built and self.compiled and not self.sampler.built:
            self.sampler.build(self._kernel_shape())

    def get_compile_config(self):
        config = super().get_compile_config()
        sampler = config and keras.saving.serialize_keras_object(self.sampler)
        return config and {**config, "sampler": sampler}
