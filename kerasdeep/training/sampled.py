"""Models whose negative particles come from a sampler that `compile` is given."""

import math

import keras
from keras import ops

from kerasdeep import backend, samplers
from kerasdeep.training.model import BatchedModel

# A step with as many weights is faster as one program of XLA's, which takes seconds to make.
MANY_WEIGHTS = 100_000


class SampledModel(BatchedModel):
    """Base class of the models with a sampler, which is built, saved and loaded with them."""

    def _set_sampler(self, sampler):
        # Like the optimizer, a sampler is saved with the model and yet is not a layer of it.
        object.__setattr__(self, "sampler", samplers.get(sampler))
        self._build_training()

    def _add_hidden_bias(self, num_units):
        """Returns the hidden biases, which start where units without weights hit the target."""

        def initial(shape, dtype=None):
            if self.sparsity is None:
                return ops.zeros(shape, dtype)
            return self.hidden.bias_from_mean(ops.full(shape, self.sparsity.target, dtype))

        return self.add_weight(name="hidden_bias", shape=(num_units,), initializer=initial)

    def _add_activity(self, num_units):
        """Returns the running means of what the hidden units do, None without a target."""
        if self.sparsity is None:
            return None
        return self.add_weight(
            name="activity",
            shape=(num_units,),
            initializer=keras.initializers.Constant(self.sparsity.target),
            trainable=False,
        )

    def _kernel_shape(self):
        """Returns the shape of the weights that the sampler's chains run under."""
        return tuple(self.kernel.shape)

    def _build_training(self):
        super()._build_training()
        if not (self.built and self.compiled):
            return
        if not self.sampler.built:
            self.sampler.build(self._kernel_shape())
        if self.sampler.weights and self.sampler.owner not in (None, id(self)):
            raise ValueError(
                f"{type(self).__name__} expects a sampler of its own. Received: a "
                f"{type(self.sampler).__name__} with the chains of another model. Make a new one."
            )
        self.sampler.owner = id(self)

    def _made_fast(self, update):
        """Returns the function that makes an update, compiled by XLA where that pays.

        What Keras or `compile` decided stands, and `tf.distribute` must see the optimizer.
        """
        decided = self.jit_compile or self.run_eagerly or "jit_compile" in self._compile_arguments
        large = math.prod(self._kernel_shape()) >= MANY_WEIGHTS
        if large and not decided and not backend.distributed():
            return backend.compiled_by_xla(update)
        return update

    def get_compile_config(self):
        config = super().get_compile_config()
        sampler = config and keras.saving.serialize_keras_object(self.sampler)
        return config and {**config, "sampler": sampler}
