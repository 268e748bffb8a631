"""What of a model learns."""

import keras


def learner(model: keras.Model) -> keras.Model:
    """Returns the layer that learns at the moment; of a plain Keras model, the model itself."""
    return getattr(model, "layer_in_training", lambda: model)()
