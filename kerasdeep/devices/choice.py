"""Which devices a model is trained on. TensorFlow's alone."""

import functools

import tensorflow as tf

from kerasdeep.devices.cluster import WAIT_SECONDS, Cluster
from kerasdeep.devices.strategies import Replicas, Workers


def strategy(devices: int | str = "all", wait: float = WAIT_SECONDS) -> tf.distribute.Strategy:
    """Returns the `tf.distribute` strategy for some devices, to make a model in its `scope()`.

    On each of them is a replica of the model, which takes its part of the rows of every batch: the
    batch size is that of all together. What a training ends with is, up to random numbers, what one
    device ends with.

    With the environment variable `TF_CONFIG`, it is all such devices of all machines: every one of
    them runs the same program, with the whole of the data in the same order, from which models of
    this library take their rows. Call it before anything else of TensorFlow.

    Args:
        devices: how many GPUs of a machine, or `"all"`. On one without any, into how many parts its
            processor is to be split, which is slower than one but good for trying things out;
            `"all"` is one, as it is with `TF_CONFIG`. Default `"all"`.
        wait: seconds to wait for the other machines. Default 60.0.

    Returns:
        `tf.distribute.Strategy`: with one device, the one that TensorFlow has anyway.

    Raises:
        ValueError: for more GPUs than there are, a wrong `TF_CONFIG`, or a machine that is missing.

    Example:

    >>> with strategy("all").scope():
    ...     rbm = RBM(500)
    ...     rbm.compile(sampler="pcd")
    >>> rbm.fit(x, batch_size=1000)
    """
    if devices != "all" and (not isinstance(devices, int) or devices < 1):
        raise ValueError(f"strategy expects 'all' or a number of devices. Received: {devices!r}.")
    cluster = Cluster.from_environment()
    _show_gpus(devices)
    if cluster is not None:
        return _workers(cluster, wait)
    names = _names(devices)
    if len(names) < 2:
        return tf.distribute.get_strategy()
    if names[0].startswith("CPU"):
        # Parts of a processor share its memory: sums need no ring of messages.
        return Replicas(names, cross_device_ops=tf.distribute.ReductionToOneDevice())
    return Replicas(names)


@functools.cache
def _workers(cluster, wait):
    """Returns the one strategy that a process can have of several."""
    cluster.wait(wait)
    return Workers()


def _show_gpus(devices):
    """Hides all GPUs but so many of them from TensorFlow, which would take the memory of all."""
    try:
        tf.config.set_visible_devices(_gpus(devices), "GPU")
    except RuntimeError:
        if len(_gpus(devices)) < len(tf.config.list_logical_devices("GPU")):
            raise ValueError(
                f"Some GPUs can be left out before TensorFlow is first used. Received: devices="
                f"{devices} in a process that has used it. Call strategy first."
            ) from None


def _names(devices):
    """Returns the names of so many devices."""
    found = _gpus(devices)
    if found or devices == "all":
        return [f"GPU:{number}" for number in range(len(found))]
    _split_processor(devices)
    return [f"CPU:{number}" for number in range(devices)]


def _gpus(devices):
    gpus = tf.config.list_physical_devices("GPU")
    if devices == "all" or not gpus:
        return gpus
    if devices > len(gpus):
        raise ValueError(
            f"Expected at most {len(gpus)} devices, the GPUs of this machine. Received: "
            f"devices={devices}. Pass 'all' for all of them."
        )
    return gpus[:devices]


def _split_processor(number):
    (processor,) = tf.config.list_physical_devices("CPU")
    parts = [tf.config.LogicalDeviceConfiguration() for _ in range(number)]
    try:
        tf.config.set_logical_device_configuration(processor, parts)
    except RuntimeError:  # TensorFlow is at work already
        if len(tf.config.list_logical_devices("CPU")) < number:
            raise ValueError(
                f"The processor can be split into {number} devices before TensorFlow is first "
                "used. Received: a process that has used it. Call strategy first."
            ) from None
