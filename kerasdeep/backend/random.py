"""Random numbers that are as fast in a compiled loop as outside of one. TensorFlow's alone.

TensorFlow's generators are named: XLA's own choice takes a hundred times as long on a processor,
420 instead of 5 ns a number. Within XLA, numbers come from a hash of their place, which is computed
where the number is used and takes half of the time of Threefry, XLA's fastest.
"""

import contextlib
import contextvars
from collections.abc import Iterator, Sequence

import keras
import tensorflow as tf

from kerasdeep.backend.replicas import own_key
from kerasdeep.backend.types import Tensor

_within_xla = contextvars.ContextVar("within_xla", default=False)
_GOLDEN = 0x9E3779B9
_SQRT2 = 2**0.5
_PHILOX = 1


@contextlib.contextmanager
def tracing_for_xla() -> Iterator[None]:
    """Says that what is traced meanwhile becomes a program of XLA's; numbers come from hashes."""
    token = _within_xla.set(True)
    try:
        yield
    finally:
        _within_xla.reset(token)


def uniform(
    shape: Sequence[int | Tensor],
    seed: keras.random.SeedGenerator,
    dtype: str | tf.DType = "float32",
) -> Tensor:
    """Returns random numbers from 0 to below 1, as `keras.random.uniform`."""
    if _within_xla.get():
        bits = _bits(shape, seed)
        return tf.cast(tf.cast(_shift(bits, 8), "int32"), dtype) * 2**-24
    return _draw(tf.raw_ops.StatelessRandomUniformV2, shape, seed, dtype)


def normal(
    shape: Sequence[int | Tensor],
    seed: keras.random.SeedGenerator,
    dtype: str | tf.DType = "float32",
) -> Tensor:
    """Returns standard normal random numbers, as `keras.random.normal`."""
    if _within_xla.get():
        # Half a step away from 0 and 1, where the inverse of the distribution is infinite.
        middle = 2 * uniform(shape, seed, dtype) - (1 - 2**-24)
        return _SQRT2 * tf.math.erfinv(middle)
    return _draw(tf.raw_ops.StatelessRandomNormalV2, shape, seed, dtype)


def dropout_mask(
    shape: Sequence[int | Tensor], rate: float, seed: keras.random.SeedGenerator
) -> Tensor:
    """Returns 0 with probability `rate`, otherwise 1 / (1 - rate)."""
    return tf.cast(uniform(shape, seed) >= rate, "float32") / (1 - rate)


def _draw(numbers, shape, seed, dtype):
    """Returns numbers by Philox, in a fifth of the operations of `tf.random.stateless_uniform`."""
    key, counter = tf.raw_ops.StatelessRandomGetKeyCounter(seed=_key(seed))
    return numbers(shape=shape, key=key, counter=counter, alg=_PHILOX, dtype=dtype)


def _key(seed):
    return own_key(tf.cast(tf.math.floormod(seed.next(), tf.int32.max - 1), "int32"))


def _bits(shape, seed):
    """Returns 32 random bits for every place of a tensor.

    The n-th number of a Weyl sequence that starts at one half of the key is mixed, joined with the
    other half, and mixed again: a change of any bit of place or key changes half of the bits.

    References: Steele, Lea, Flood (2014), Fast splittable pseudorandom number generators. OOPSLA,
    which mixes a Weyl sequence so. Appleby, MurmurHash3: the mixing of 32 bits.
    """
    key = tf.bitcast(_key(seed), "uint32")
    place = tf.zeros((), "uint32")
    size = 1
    for axis in reversed(range(len(shape))):
        along = tf.cast(tf.range(shape[axis]), "uint32") * tf.cast(size, "uint32")
        place += tf.reshape(along, [-1] + [1] * (len(shape) - 1 - axis))
        size *= shape[axis]
    return _mixed(_mixed(place * tf.constant(_GOLDEN, "uint32") + key[0]) ^ key[1])


def _mixed(bits):
    bits ^= _shift(bits, 16)
    bits *= tf.constant(0x85EBCA6B, "uint32")
    bits ^= _shift(bits, 13)
    bits *= tf.constant(0xC2B2AE35, "uint32")
    return bits ^ _shift(bits, 16)


def _shift(bits, number):
    return tf.bitwise.right_shift(bits, tf.constant(number, "uint32"))
