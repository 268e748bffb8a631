"""What a Keras user expects of any model, beside training: its inputs, its summary, its files."""

from pathlib import Path
from typing import Any

import keras

# Keras saves what an attribute holds under the attribute's name: what is held elsewhere is hidden.
NOT_SAVED = {"inputs", "outputs", "input_shape", "output_shape", "optimizer"}


class KerasSurface(keras.Model):
    """Base class of models with weights of their own, where Keras expects layers."""

    shows_layers = False
    _symbols = None

    def __dir__(self):
        return [name for name in super().__dir__() if name not in NOT_SAVED or name in vars(self)]

    @property
    def row_shape(self) -> tuple[int | None, ...]:
        raise NotImplementedError

    @property
    def input_shape(self) -> tuple[int | None, ...]:
        """Shape of a batch, `(None, ...)`; None where any size will do."""
        self._check_built("input_shape")
        return (None, *self.row_shape)

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """Shape of what a call gives, likewise."""
        return self.compute_output_shape(self.input_shape)

    @property
    def inputs(self) -> list[keras.KerasTensor]:
        """List of one symbolic input, for `keras.Model(model.inputs, ...)`."""
        return self._symbolic()[0]

    @property
    def outputs(self) -> list[keras.KerasTensor]:
        """List of what the model makes of `inputs`."""
        return self._symbolic()[1]

    def _symbolic(self):
        """Returns both lists, made once: Keras counts that as a call of the model."""
        if self._symbols is None:
            symbol = keras.Input(self.input_shape[1:])
            self._symbols = [symbol], [self(symbol)]
        return self._symbols

    def _check_built(self, name):
        if not self.built:
            raise AttributeError(
                f"{type(self).__name__} has no {name} before it has seen data. Received: an "
                "unbuilt model. Call build((None, ...)) or fit."
            )

    def summary(self, **kwargs: Any) -> None:
        """Prints a row for each layer of a stack, or for the model; as of `keras.Model`."""
        if self.shows_layers or not self.built:
            return super().summary(**kwargs)
        return keras.Sequential([*self.inputs, self], name=self.name).summary(**kwargs)

    def export(self, *args: Any, **kwargs: Any) -> None:
        """Writes what a call gives, for serving; as of `keras.Model.export`.

        `kerasdeep.export` writes all that the model can be asked.
        """
        if self.built:
            self._symbolic()  # Keras asks for a call, and training alone makes none.
        return super().export(*args, **kwargs)

    def quantize(self, mode: Any = None, **kwargs: Any) -> None:
        """Refuses: energies need float32.

        Raises:
            ValueError: always; it says what can be quantized.
        """
        name = type(self).__name__
        raise ValueError(
            f"{name} keeps its weights in float32. Received: quantize({mode!r}). Quantize a "
            "network of Dense layers, such as dbn.to_classifier(num_classes)."
        )

    def save(self, filepath: str | Path, *args: Any, **kwargs: Any) -> None:
        """Saves the model with all that it needs to go on training; as of `keras.Model.save`.

        Raises:
            ValueError: for the old format of `.h5` files, before anything is written.
        """
        if Path(str(filepath)).suffix in (".h5", ".hdf5"):
            raise ValueError(
                f"{type(self).__name__} is saved in Keras's own format, which holds chains and "
                f"random state too. Received: {str(filepath)!r}. Pass a name that ends in .keras."
            )
        super().save(filepath, *args, **kwargs)
