"""What layers compute with."""

import contextlib
from collections.abc import Iterator

import keras


@contextlib.contextmanager
def in_precision(policy: str) -> Iterator[None]:
    """Makes models compute by a dtype policy of Keras, given by its name, meanwhile."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
