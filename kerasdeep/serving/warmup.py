"""Requests that TensorFlow Serving answers to itself before it takes any from outside.

A record is a `PredictionLog` of TensorFlow Serving's `prediction_log.proto`. Its Python package is
large and follows its own TensorFlow; the few bytes around the tensors are written here by the rules
of the protocol buffer encoding: field number and type, length, content.
"""

from collections.abc import Sequence
from pathlib import Path

import tensorflow as tf

from kerasdeep.serving.endpoints import signature
from kerasdeep.training.endpoints import Endpoint

LENGTH_DELIMITED = 2
FILE = "assets.extra/tf_serving_warmup_requests"


def write_warmup_requests(folder: Path, endpoints: Sequence[Endpoint]) -> None:
    """Writes one request for each endpoint: one row of zeros, or seed and steps of 1.

    Args:
        folder: `pathlib.Path` of a SavedModel.
        endpoints: its `kerasdeep.serving.endpoints.Endpoint`s.
    """
    path = folder / FILE
    path.parent.mkdir()
    with tf.io.TFRecordWriter(str(path)) as writer:
        for endpoint in endpoints:
            writer.write(prediction_log(endpoint))


def prediction_log(endpoint: Endpoint) -> bytes:
    """Returns `PredictionLog(predict_log=PredictLog(request=PredictRequest(...)))` as bytes."""
    model_spec = _field(3, endpoint.name.encode())
    inputs = b"".join(
        _field(2, _field(1, spec.name.encode()) + _field(2, _example(spec)))
        for spec in signature(endpoint)
    )
    return _field(6, _field(1, _field(1, model_spec) + inputs))


def _example(spec):
    # Of images of any size, one of 32 by 32 pixels.
    shape = [size or 32 for size in spec.shape[1:]] if spec.shape.rank else []
    value = tf.ones((), spec.dtype) if not spec.shape.rank else tf.zeros((1, *shape), spec.dtype)
    return tf.make_tensor_proto(value).SerializeToString()


def _field(number, content):
    return bytes([number << 3 | LENGTH_DELIMITED]) + _varint(len(content)) + content


def _varint(value):
    low, rest = value & 127, value >> 7
    return bytes([low]) if not rest else bytes([low | 128]) + _varint(rest)
