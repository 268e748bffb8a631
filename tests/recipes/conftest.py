"""A small data set of one's own."""

import numpy as np
import pytest


@pytest.fixture(scope="session")
def stripes(tmp_path_factory):
    """Path of 160 noisy images of 6 x 6: a stripe in one of three places; labels in turn."""
    rng = np.random.default_rng(0)
    labels = np.arange(160) % 3
    images = np.zeros((160, 6, 6))
    for place in range(3):
        images[labels == place, 2 * place : 2 * place + 2] = 0.8
    images = np.clip(images + rng.uniform(0, 0.2, images.shape), 0, 1).astype("float32")
    path = tmp_path_factory.mktemp("data") / "stripes.npz"
    np.savez(path, x=images, y=labels)
    return str(path)
