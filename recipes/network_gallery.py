"""The pictures that go with a trained convolutional network."""

from typing import TYPE_CHECKING

import keras
import numpy as np

from kerasdeep import pictures
from kerasdeep.layers import ReceptiveField, receptive_field

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_MAPS = 16
UNITS, PATCHES = 12, 8
LARGEST_PART = 2 / 3  # of an image, that a patch shows


def blocks_of(network: keras.Sequential) -> list[keras.layers.Layer]:
    """Returns the last layer of every block, a convolution and what follows.

    Pooling and dropout are no such layers.
    """
    blocks = []
    for layer in network.layers:
        if len(layer.output.shape) != 4:
            break
        if hasattr(layer, "kernel_size"):
            blocks.append(layer)
        elif blocks and not (hasattr(layer, "pool_size") or hasattr(layer, "rate")):
            blocks[-1] = layer
    return blocks


def convolutional_figures(network: keras.Sequential, images: np.ndarray) -> "dict[str, Figure]":
    """Draws receptive fields, feature maps, and the patches that excite units most.

    Args:
        network: a trained network for images.
        images: array of shape `(num_images, height, width, channels)`, values in [0, 1].

    Returns:
        Dict from file name to figure.
    """
    blocks = blocks_of(network)
    maps = keras.Model(network.inputs, [block.output for block in blocks])
    of_first = keras.tree.flatten(maps(keras.ops.convert_to_tensor(images[:1])))
    # In float32, whatever the network computes in.
    answers = [np.array(one, "float32") for one in of_first]
    fields = [receptive_field(network, block.name) for block in blocks]
    names = [block.name for block in blocks]
    part = LARGEST_PART * min(images.shape[1:3])
    seen = max((i for i, field in enumerate(fields) if max(field.size) <= part), default=0)
    below = keras.Model(network.inputs, blocks[seen].output)
    excited = np.float32(below.predict(images, batch_size=500, verbose=0))
    return {
        "receptive_fields": receptive_fields(images[0], fields, answers, names),
        "feature_maps": feature_maps(images[0], [answer[0] for answer in answers], names),
        "exciting_patches": exciting_patches(images, excited, fields[seen], names[seen]),
    }


def receptive_fields(
    image: np.ndarray, fields: list[ReceptiveField], answers: list[np.ndarray], names: list[str]
) -> "Figure":
    """Draws what the middle unit of every block sees of an image."""
    from matplotlib.patches import Rectangle

    figure = pictures.new_figure(2.4 * len(fields), 2.8)
    panels = figure.subplots(1, len(fields), squeeze=False)[0]
    for axes, field, answer, name in zip(panels, fields, answers, names, strict=True):
        axes.imshow(pictures.image_grid(image.reshape(1, -1), image.shape))
        middle = answer.shape[1] // 2, answer.shape[2] // 2
        rows, columns = _inside(field.of_unit(*middle), image)
        corner, width = (columns.start - 0.5, rows.start - 0.5), columns.stop - columns.start
        height = rows.stop - rows.start
        axes.add_patch(Rectangle(corner, width, height, fill=False, color="red", linewidth=2))
        axes.set_title(f"{name}: {field.size[0]} x {field.size[1]}", fontsize=9)
        axes.set_axis_off()
    return figure


def _inside(window, image):
    """Returns the part of a window that is in an image."""
    sides = zip(window, image.shape[:2], strict=True)
    return [slice(*side.indices(length)[:2]) for side, length in sides]


def feature_maps(image: np.ndarray, answers: list[np.ndarray], names: list[str]) -> "Figure":
    """Draws an image, and below it some maps of every block, white where units answer most."""
    figure = pictures.new_figure(MOST_MAPS * 0.6, 0.8 * (len(answers) + 1))
    grids = [pictures.image_grid(image.reshape(1, -1), image.shape, MOST_MAPS)]
    for answer in answers:
        maps = np.moveaxis(answer, -1, 0).reshape(answer.shape[-1], -1)
        strongest = np.sort(np.argsort(-maps.max(axis=1), kind="stable")[:MOST_MAPS])
        positive = np.maximum(maps[strongest], 0)
        chosen = positive / (positive.max(axis=1, keepdims=True) + 1e-12)
        grids.append(pictures.image_grid(chosen, answer.shape[:2], MOST_MAPS))
    panels = figure.subplots(len(grids), 1)
    for axes, grid, name in zip(panels, grids, ["image", *names], strict=True):
        axes.imshow(grid, interpolation="nearest")
        axes.set_title(name, fontsize=8, loc="left")
        axes.set_axis_off()
    return figure


def exciting_patches(
    images: np.ndarray, answers: np.ndarray, field: ReceptiveField, name: str
) -> "Figure":
    """Draws, a row for each of some channels, what excited it most, each image once."""
    number, height, width, _ = answers.shape
    strongest = np.argsort(-answers.max(axis=(0, 1, 2)), kind="stable")[:UNITS]
    patches = []
    for channel in np.sort(strongest):
        by_image = answers[..., channel].reshape(number, -1)
        best = np.argsort(-by_image.max(axis=1), kind="stable")[:PATCHES]
        for index in best:
            place = np.unravel_index(by_image[index].argmax(), (height, width))
            patches.append(patch_of(images[index], field, *place))
    grid = pictures.image_grid(np.stack(patches), (*field.size, images.shape[-1]), PATCHES)
    return pictures.grid_figure(grid, f"What excites channels of {name} most, a row each")


def patch_of(image: np.ndarray, field: ReceptiveField, row: int, column: int) -> np.ndarray:
    """Returns what a unit sees of an image, grey where that is outside; pixels in a row."""
    patch = np.full((*field.size, image.shape[-1]), 0.5, "float32")
    rows, columns = _inside(field.of_unit(row, column), image)
    top = field.start[0] + row * field.strides[0]
    left = field.start[1] + column * field.strides[1]
    inside = (
        slice(rows.start - top, rows.stop - top),
        slice(columns.start - left, columns.stop - left),
    )
    patch[inside] = image[rows, columns]
    return patch.ravel()
