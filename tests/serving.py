"""Asks an exported model from outside: in processes that know nothing of kerasdeep."""

import functools
import subprocess
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

HERE = Path(__file__).parent
PACKAGE = Path(tf.__file__).parent


def signatures(folder):
    """Returns the signatures of a SavedModel, as TensorFlow Serving reads them."""
    saved = saved_model_pb2.SavedModel.FromString((folder / "saved_model.pb").read_bytes())
    return saved.meta_graphs[0].signature_def


def ask_python(folder, signature, request, scratch):
    """`tf.saved_model.load` where neither kerasdeep nor keras can be imported."""
    return _ask(_process("python_loader.py"), [folder, signature], request, scratch)


def ask_c_library(folder, signature, request, scratch):
    """TensorFlow's C loader through ctypes."""
    names = signatures(folder)[signature]
    tensors = {f"in:{names.inputs[name].name}": value for name, value in request.items()}
    outputs = {f"out:{info.name}": name for name, info in names.outputs.items()}
    process = _process("c_loader.py", PACKAGE)
    answer = _ask(process, [folder], {**tensors, **dict.fromkeys(outputs, 0)}, scratch)
    return {outputs[name]: value for name, value in answer.items()}


@functools.cache
def _process(*command):
    """Returns a process that answers one line after the other, until this one ends."""
    script, *arguments = command
    return subprocess.Popen(
        [sys.executable, HERE / script, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _ask(process, words, request, scratch):
    np.savez(scratch / "request.npz", **request)
    files = [scratch / "request.npz", scratch / "response.npz"]
    print(*words, *files, sep="\t", file=process.stdin, flush=True)
    told = process.stdout.readline()
    if told.startswith("refused:"):
        raise ValueError(told)
    assert told == "answered\n", f"{process.args} ended"
    with np.load(files[1]) as answer:
        return dict(answer)
