"""Deep models as Keras layers: what is called gives the means of the highest hidden layer."""

from keras import ops

from kerasdeep.backend.types import Tensor


class TopMeans:
    """For a model with `layer_sizes`, of the hidden layers from the bottom up.

    A subclass has `_top_means(inputs)`, the means, and `_unused()`, a list of the weights that they
    do not depend on.
    """

    def call(self, inputs: Tensor) -> Tensor:
        self.build((None, inputs.shape[-1]))
        # Keras warns of weights without a gradient, which these have none of in a network.
        unused = sum(0.0 * ops.sum(weight) for weight in self._unused())
        return ops.cast(self._top_means(inputs) + unused, self.compute_dtype)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (*input_shape[:-1], self.layer_sizes[-1])
