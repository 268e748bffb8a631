"""ONNX files of endpoints. TensorFlow's alone."""

import logging
from pathlib import Path

import numpy as np
import tensorflow as tf

from kerasdeep.serving.endpoints import signature
from kerasdeep.training.endpoints import Endpoint


def write_onnx(endpoint: Endpoint, file: Path) -> None:
    """Writes an endpoint, without the checks of its arguments.

    Args:
        endpoint: the endpoint.
        file: file to write.

    Raises:
        ValueError: without `tf2onnx`, or for operations that ONNX does not have.
    """
    try:
        import onnx
        import tf2onnx
    except ImportError:
        raise ValueError(
            "Export to ONNX needs a package. Received: no tf2onnx. Install it with "
            "`pip install 'kerasdeep[onnx]'`."
        ) from None
    inputs = {argument.name for argument in endpoint.arguments}

    def function(*values):  # a name stands for one thing alone there
        answer = endpoint.function(*values)
        return {f"{name}_out" if name in inputs else name: answer[name] for name in answer}

    logging.getLogger("tf2onnx").setLevel(logging.CRITICAL)  # what it lacks is looked for below
    made, _ = tf2onnx.convert.from_function(
        tf.function(function, input_signature=signature(endpoint)),
        signature(endpoint),
        custom_op_handlers={"Erfc": (_erfc, [])},
    )
    try:
        onnx.checker.check_model(made)
    except onnx.checker.ValidationError as error:
        raise ValueError(
            f"ONNX has no form of all that {endpoint.name!r} does. Received: "
            f"{str(error).splitlines()[0]} Export a SavedModel."
        ) from None
    onnx.save(made, file)


def _erfc(graph, node, name, args):
    r"""Replaces $\operatorname{erfc} x$, of `gelu`, by $1 - \operatorname{erf} x$."""
    (output,) = node.output
    known = {"dtypes": [graph.get_dtype(output)], "shapes": [graph.get_shape(output)]}
    graph.remove_node(node.name)
    one = graph.make_const(f"{name}_one", np.array(1, "float32"))
    erf = graph.make_node("Erf", node.input, **known)
    graph.make_node("Sub", [one.output[0], erf.output[0]], outputs=[output], name=name, **known)
