"""What models that learn without targets share of `evaluate`."""

from kerasdeep.training import data as inputs
from kerasdeep.training.model import BatchedModel


class UnsupervisedModel(BatchedModel):
    """Base class of the models that ignore targets."""

    def evaluate(
        self, x=None, y=None, batch_size=None, verbose="auto", sample_weight=None, **kwargs
    ):
        """Returns the metrics of data; arguments and result as of `keras.Model.evaluate`."""
        x = inputs.list_as_array(x)
        y = inputs.placeholder_targets(x, sample_weight)
        if self.jit_compile and not kwargs.get("_use_cached_eval_dataset"):  # XLA has no checks
            bottom = getattr(self, "rbms", [self])[0]
            inputs.checked_rows({"x": x}, bottom.visible, None, owner=type(self).__name__)
        return super().evaluate(x, y, batch_size, verbose, sample_weight, **kwargs)
