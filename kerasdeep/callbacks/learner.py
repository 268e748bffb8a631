"""What of a model learns."""


def learner(model):
    """Returns the layer that learns at the moment; of a plain Keras model, the model itself."""
    return getattr(model, "layer_in_training", lambda: model)()
