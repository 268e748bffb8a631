"""Reads image sets of tensorflow-datasets."""

import difflib
import re

from kerasdeep.backend.pipelines import without_autotuning
from kerasdeep.recipes.data.chunks import CHUNK_ROWS, Chunks, Source

COMMUNITY = re.compile(r"[^:]*:[^\d*]")  # mnist:3.0.1 is a version of mnist


def open_tensorflow_dataset(name: str, download: bool = False) -> Source:
    """Finds a data set with one image of a fixed size an example, and perhaps a label.

    Args, returns, errors: as `kerasdeep.recipes.data.sources.open_source`.
    """
    import tensorflow_datasets as tfds

    builder = _builder(name, download)
    features = builder.info.features
    images = [key for key, value in features.items() if isinstance(value, tfds.features.Image)]
    if len(images) != 1 or None in features[images[0]].shape:
        raise ValueError(
            f"Expected a data set with one image of a fixed size an example. Received: {name!r} "
            f"with {', '.join(features)}. Choose another."
        )
    labels = [key for key, value in features.items() if isinstance(value, tfds.features.ClassLabel)]
    label = labels[0] if labels else None
    parts = [_chunks(builder, split, images[0], label) for split in ("train", "test", "validation")]
    if parts[0] is None:
        raise ValueError(
            f"Expected a data set with a split named train. Received: {name!r} with "
            f"{', '.join(builder.info.splits)}. Save its rows as an .npz file and pass its path."
        )
    shape = features[images[0]].shape
    image_shape = shape[:2] if shape[-1] == 1 else shape
    classes = tuple(range(features[label].num_classes)) if label else None
    return Source(name, image_shape, classes, *parts)


def _builder(name, download):
    import tensorflow_datasets as tfds

    if COMMUNITY.match(name):
        raise ValueError(
            f"Expected a data set of tensorflow-datasets itself. Received: {name!r}, one of a "
            "community, which is fetched from elsewhere. Save it as an .npz file and pass its path."
        )
    try:
        builder = tfds.builder(name, try_gcs=False)
    except (tfds.core.DatasetNotFoundError, ValueError):
        known = tfds.list_builders(with_community_datasets=False)
        close = difflib.get_close_matches(name, [*known, "digits"], n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(
            "Expected a data set: 'digits', an image set of tensorflow-datasets, or a path to an "
            f".npz or .npy file. Received: {name!r}.{hint}"
        ) from None
    if download:
        config = tfds.download.DownloadConfig(try_download_gcs=False)
        builder.download_and_prepare(download_config=config)
    if not builder.data_path.exists():
        raise ValueError(
            f"Expected the data set {name!r} in {builder.data_path}. Received: nothing there. Set "
            "TFDS_DATA_DIR to the folder that holds it, or pass --download to fetch it."
        )
    return builder


def _chunks(builder, split, image, label):
    """Returns chunks of a split, or None where there is no such split."""
    import tensorflow_datasets as tfds

    if split not in builder.info.splits:
        return None

    def batches(**kwargs):
        dataset = builder.as_dataset(split=split, **kwargs).batch(CHUNK_ROWS)
        return tfds.as_numpy(without_autotuning(dataset))

    def read():
        for batch in batches():
            flat = batch[image].reshape(len(batch[image]), -1)
            yield flat, batch[label] if label else None

    def labels():
        if label is None:
            return None
        import numpy as np

        undecoded = {image: tfds.decode.SkipDecoding()}
        return np.concatenate([batch[label] for batch in batches(decoders=undecoded)])

    return Chunks(builder.info.splits[split].num_examples, read, labels)
