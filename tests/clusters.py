"""Processes on this machine that stand for several."""

import contextlib
import json
import socket


def addresses(number):
    """Returns so many `HOST:PORT` where nobody listens."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("", 0))) for _ in range(number)]
        return [f"127.0.0.1:{one.getsockname()[1]}" for one in sockets]


def config(workers, index):
    """Returns the `TF_CONFIG` of one of them."""
    task = {"type": "worker", "index": index}
    return json.dumps({"cluster": {"worker": workers}, "task": task})
