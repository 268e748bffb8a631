"""The RBM of MNIST that comes with the package, dreaming."""

import numpy as np

from kerasdeep import pictures, zoo
from kerasdeep.recipes.gallery import fantasy_chain
from kerasdeep.recipes.strip import Strip

NUM_IMAGES = 10
SHAPE = (28, 28)
# Gibbs steps at which to look: every one at first, then ever fewer.
LOOKS = (*range(1, 11), *range(12, 31, 3), *range(40, 101, 10), *range(150, 1001, 50))
TITLE = (
    "above, chains that start from noise; in the middle, lower halves drawn given the upper ones "
    "of the images below, which are dreams of the same RBM"
)


def strip(seed: int) -> Strip:
    """Returns the moving picture of chains that start from noise, and of images half hidden.

    There are no rows of MNIST in the package: what is half hidden are dreams of the RBM's own.
    """
    rbm = zoo.load("rbm")
    rbm.seed_chains(seed)
    dreams = fantasy_chain(rbm, NUM_IMAGES, LOOKS)
    whole = dreams[-1]
    upper = np.arange(whole.shape[1]) < whole.shape[1] // 2
    start = np.where(upper, whole, rbm.sample(NUM_IMAGES, steps=1))
    completed = fantasy_chain(rbm, NUM_IMAGES, LOOKS, initial=start, clamped=upper)
    grids = [
        pictures.image_grid(np.concatenate([*seen, whole]), SHAPE, columns=NUM_IMAGES)
        for seen in zip(dreams, completed, strict=True)
    ]
    return Strip(grids, TITLE)
