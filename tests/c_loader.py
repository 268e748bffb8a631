"""Runs signatures of SavedModels through TensorFlow's C library, as TensorFlow Serving does.

python c_loader.py LIBRARY_FOLDER

Every line of stdin is a SavedModel, REQUEST.npz and RESPONSE.npz, apart by tabs; every line of
stdout tells that one was answered. REQUEST holds, for every input, `in:OPERATION:INDEX` with its
value, and `out:OPERATION:INDEX` for every output wanted; RESPONSE gets the outputs under the same
names. Nothing of TensorFlow's Python side is imported.
"""

import ctypes
import sys
from pathlib import Path

import numpy as np

TYPES = {1: np.float32, 3: np.int32, 9: np.int64}
NUMBERS = {np.dtype(kind): number for number, kind in TYPES.items()}
Pointer = ctypes.c_void_p
POINTERS = (  # functions that return one
    "TF_NewStatus",
    "TF_NewGraph",
    "TF_NewSessionOptions",
    "TF_LoadSessionFromSavedModel",
    "TF_GraphOperationByName",
    "TF_AllocateTensor",
    "TF_TensorData",
)


class Output(ctypes.Structure):
    _fields_ = [("operation", Pointer), ("index", ctypes.c_int)]


def load_library(folder):
    ctypes.CDLL(str(folder / "libtensorflow_framework.so.2"), ctypes.RTLD_GLOBAL)
    library = ctypes.CDLL(str(folder / "libtensorflow_cc.so.2"), ctypes.RTLD_GLOBAL)
    for name in POINTERS:
        getattr(library, name).restype = Pointer
    library.TF_Message.restype = ctypes.c_char_p
    library.TF_Dim.restype = ctypes.c_int64
    library.TF_TensorByteSize.restype = ctypes.c_size_t
    return library


class Session:
    def __init__(self, library, folder):
        self.tf = library
        self.status = Pointer(library.TF_NewStatus())
        self.graph = Pointer(library.TF_NewGraph())
        options = Pointer(library.TF_NewSessionOptions())
        tags = (ctypes.c_char_p * 1)(b"serve")
        self.session = Pointer(
            library.TF_LoadSessionFromSavedModel(
                options, None, str(folder).encode(), tags, 1, self.graph, None, self.status
            )
        )
        self.check()

    def check(self):
        if self.tf.TF_GetCode(self.status):
            raise RuntimeError(self.tf.TF_Message(self.status).decode())

    def output(self, name):
        _, operation, index = name.split(":")
        found = self.tf.TF_GraphOperationByName(self.graph, operation.encode())
        return Output(found, int(index))

    def tensor(self, value):
        dims = (ctypes.c_int64 * value.ndim)(*value.shape)
        size = ctypes.c_size_t(value.nbytes)
        tensor = Pointer(self.tf.TF_AllocateTensor(NUMBERS[value.dtype], dims, value.ndim, size))
        ctypes.memmove(self.tf.TF_TensorData(tensor), value.tobytes(), value.nbytes)
        return tensor

    def array(self, tensor):
        tensor = Pointer(tensor)
        shape = [self.tf.TF_Dim(tensor, i) for i in range(self.tf.TF_NumDims(tensor))]
        content = ctypes.string_at(self.tf.TF_TensorData(tensor), self.tf.TF_TensorByteSize(tensor))
        return np.frombuffer(content, TYPES[self.tf.TF_TensorType(tensor)]).reshape(shape)

    def run(self, inputs, outputs):
        feeds = (Output * len(inputs))(*map(self.output, inputs))
        values = (Pointer * len(inputs))(*(self.tensor(value) for value in inputs.values()))
        fetches = (Output * len(outputs))(*map(self.output, outputs))
        results = (Pointer * len(outputs))()
        self.tf.TF_SessionRun(
            self.session, None,
            feeds, values, len(inputs),
            fetches, results, len(outputs),
            None, 0, None, self.status,
        )  # fmt: skip
        self.check()
        return dict(zip(outputs, map(self.array, results), strict=True))


def answer(library, saved_model, request, response):
    with np.load(request) as arrays:
        names = sorted(arrays)
        inputs = {name: arrays[name] for name in names if name.startswith("in:")}
    outputs = [name for name in names if name.startswith("out:")]
    np.savez(response, **Session(library, saved_model).run(inputs, outputs))


def main():
    library = load_library(Path(sys.argv[1]))
    for line in sys.stdin:
        try:
            answer(library, *line.rstrip("\n").split("\t"))
            print("answered", flush=True)
        except RuntimeError as error:
            print("refused:", " ".join(str(error).split()), flush=True)


if __name__ == "__main__":
    main()
