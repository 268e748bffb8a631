"""Names under which Keras saves and loads the classes of this package."""

from typing import Any, TypeVar

import keras

PACKAGE = "kerasdeep"
Kind = TypeVar("Kind")


def register(cls: type[Kind]) -> type[Kind]:
    """Registers a class for saving as `kerasdeep>ClassName`, whatever module it lives in."""
    return keras.saving.register_keras_serializable(package=PACKAGE)(cls)


def serialized(thing: Any) -> Any:
    """Returns what Keras writes into a file for an object; None for None."""
    return keras.saving.serialize_keras_object(thing)


def resolve(identifier: Any, names: dict[str, type], kind: type[Kind]) -> Kind:
    """Turns a name, a serialized config or an object into an object of class `kind`.

    Args:
        identifier: one of the keys of `names`, a dict that `keras.saving` serialized, or an
            instance of `kind`.
        names: dict from lower-case name to class.
        kind: the class that the result must have.

    Returns:
        An instance of `kind`.

    Raises:
        ValueError: for an unknown name, or an object of another class.
    """
    if isinstance(identifier, dict):
        identifier = keras.saving.deserialize_keras_object(identifier)
    if isinstance(identifier, str) and identifier.lower() in names:
        return names[identifier.lower()]()
    if isinstance(identifier, kind):
        return identifier
    raise ValueError(
        f"Expected the name of a {kind.__name__} ({', '.join(sorted(names))}) or a "
        f"kerasdeep {kind.__name__} object. Received: {identifier!r}."
    )
