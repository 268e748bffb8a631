"""Asks an exported model from outside: in processes that know nothing of kerasdeep."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

PACKAGE = Path(tf.__file__).parent
IN_PYTHON = """
import sys
sys.modules["kerasdeep"] = sys.modules["keras"] = None  # importing either is now an error
import numpy as np, tensorflow as tf
folder, signature, request, response = sys.argv[1:]
function = tf.saved_model.load(folder).signatures[signature]
outputs = function(**{name: tf.constant(value) for name, value in np.load(request).items()})
np.savez(response, **{name: value.numpy() for name, value in outputs.items()})
"""


def signatures(folder):
    """Returns the signatures of a SavedModel, as TensorFlow Serving reads them."""
    saved = saved_model_pb2.SavedModel.FromString((folder / "saved_model.pb").read_bytes())
    return saved.meta_graphs[0].signature_def


def ask_python(folder, signature, request, scratch):
    """`tf.saved_model.load` where neither kerasdeep nor keras can be imported."""
    return _ask([sys.executable, "-c", IN_PYTHON, folder, signature], request, scratch)


def ask_c_library(folder, signature, request, scratch):
    """TensorFlow's C loader through ctypes."""
    names = signatures(folder)[signature]
    tensors = {f"in:{names.inputs[name].name}": value for name, value in request.items()}
    outputs = {f"out:{info.name}": name for name, info in names.outputs.items()}
    command = [sys.executable, Path(__file__).with_name("c_loader.py"), PACKAGE, folder]
    answer = _ask(command, {**tensors, **dict.fromkeys(outputs, 0)}, scratch)
    return {outputs[name]: value for name, value in answer.items()}


def _ask(command, request, scratch):
    np.savez(scratch / "request.npz", **request)
    files = [scratch / "request.npz", scratch / "response.npz"]
    done = subprocess.run([*map(str, [*command, *files])], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with np.load(files[1]) as answer:
        return dict(answer)
