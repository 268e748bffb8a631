"""What models that learn without targets share of `fit` and `evaluate`."""

import keras

from kerasdeep import backend, inputs
from kerasdeep.callbacks import StopOnDivergence


class UnsupervisedModel(keras.Model):
    """Base class of the models of this package: targets are ignored, bad data is a ValueError."""

    def evaluate(
        self, x=None, y=None, batch_size=None, verbose="auto", sample_weight=None, **kwargs
    ):
        """Returns the metrics of data; arguments and result as of `keras.Model.evaluate`."""
        y = inputs.placeholder_targets(x, sample_weight)
        with backend.readable_data_errors():
            return super().evaluate(x, y, batch_size, verbose, sample_weight, **kwargs)

    def _fit(self, arguments, *callbacks):
        """Runs `keras.Model.fit` with named arguments; our callbacks come before the user's."""
        arguments["callbacks"] = [*callbacks, StopOnDivergence(), *arguments["callbacks"]]
        with backend.readable_data_errors():
            return super().fit(**arguments)
