"""What pixels are divided by, so that they lie in [0, 1]."""

import numpy as np

from kerasdeep.recipes.data.chunks import Chunks

GREY_LEVELS = 255


def divisor_of(chunks: Chunks) -> float:
    """Returns 1 for fractions and for zeros and ones, for other whole numbers their largest.

    Bytes are grey levels up to 255, whatever the largest of them, if that takes all eight bits.

    Args:
        chunks: `kerasdeep.recipes.data.chunks.Chunks` to train with. Whole numbers are read to the
            end, but for bytes.
    """
    largest = 1
    for images, _ in chunks.read():
        if images.dtype.kind == "f" and (images != np.floor(images)).any():
            return 1
        largest = max(largest, images.max())
        if images.dtype == "uint8" and largest > GREY_LEVELS // 2:
            return GREY_LEVELS
    return float(largest)
