"""Draws fantasies from a saved model, and what is hidden of test images."""

import inspect
import math
from pathlib import Path

import numpy as np

from kerasdeep import pictures, zoo
from kerasdeep.recipes.data.chunks import image_shape_of_row
from kerasdeep.recipes.gallery import fantasy_chain
from kerasdeep.recipes.runs.folder import METRICS
from kerasdeep.recipes.runs.saving import saved_whole
from kerasdeep.recipes.saved.evaluate import data_of
from kerasdeep.recipes.saved.files import (
    folder_of,
    labels_of,
    load_model,
    of_the_zoo,
    read_metrics,
)


def draw_samples(
    path: str | Path, num_samples: int, steps: int, seed: int, output: str | Path | None = None
) -> Path:
    """Draws samples into a PNG file, as they are after 1, 10, 100, ... and `steps` Gibbs steps.

    A model of labels draws its classes in turn, one a chain. One that draws without a chain draws
    once.

    Args:
        path: a `.keras` file, the output folder of a run, or the name of an entry of the zoo.
        num_samples: number of chains.
        steps: Gibbs steps of each chain.
        seed: seed of the chains.
        output: file to write. Default None: the first free `samples-NUMBER.png` beside the model,
            of the zoo in this folder.

    Returns:
        The path of the picture.

    Raises:
        ValueError: if the model cannot be sampled, or the file exists.
    """
    model, output = _seeded_model(path, seed), _new_file(path, output, "samples")
    looks = _looks(steps)
    shape = read_metrics(path).get("image_shape")
    known = inspect.signature(model.sample).parameters
    once, by_label = "steps" not in known, "labels" in known and model.num_classes
    if once:
        chain = np.asarray(_drawn_once(model, num_samples, known))[None]
    elif by_label:
        labels = np.arange(num_samples) % model.num_classes
        chain = fantasy_chain(model, num_samples, looks, labels=labels)
    else:
        # A convolutional RBM has no size of its own.
        sized = {"image_shape": shape[:2]} if shape and len(model.row_shape) == 3 else {}
        chain = fantasy_chain(model, num_samples, looks, **sized)
    rows = chain.reshape(*chain.shape[:2], -1)
    shape = shape or _shape_of(model, rows.shape[-1])
    if math.prod(shape) != rows.shape[-1]:
        raise ValueError(
            f"Expected the shape of images of {rows.shape[-1]} pixels in {METRICS} beside the "
            f"model. Received: {shape}. Move that file away, or copy it again."
        )
    if not once:
        return _save(pictures.fantasies(rows, looks, shape), output)
    if by_label:
        called = labels_of(path) or range(model.num_classes)
        names = [str(called[number % model.num_classes]) for number in range(num_samples)]
        return _save(pictures.named_images(rows[0], shape, names, "Drawn by label"), output)
    grid = pictures.image_grid(rows[0], shape, columns=min(num_samples, 12))
    return _save(pictures.grid_figure(grid, "Drawn"), output)


def _shape_of(model, num_values):
    """Returns the shape of images: of a model that knows it, its own; else near a square."""
    *size, channels = model.row_shape
    if len(size) != 2 or None in size:
        return image_shape_of_row(num_values)
    return size if channels == 1 else [*size, channels]


def _drawn_once(model, num_samples, known):
    """Returns what a model draws from the top down: means, where it has some; classes in turn."""
    told = {"mean": True} if "mean" in known else {}
    if "labels" in known and model.num_classes:
        told["labels"] = np.arange(num_samples) % model.num_classes
    return model.sample(num_samples, **told)


def draw_lower_halves(
    path: str | Path,
    dataset: str,
    num_samples: int,
    steps: int,
    seed: int,
    output: str | Path | None = None,
    download: bool = False,
) -> Path:
    """Hides the lower half of test images and draws it given the upper one.

    Args:
        dataset: name of a data set, or empty for the one that the model was trained on.
        path, num_samples, steps, seed: as of `draw_samples`.
        output: file to write. Default None: the first free `inpainted-NUMBER.png`.
        download: whether tensorflow-datasets may fetch what is missing. Default False.

    Returns:
        The path of the picture: images, then the means of their lower halves along the chain.

    Raises:
        ValueError: if units of the model cannot be held, data does not fit it, or the file exists.
    """
    model, output = _seeded_model(path, seed), _new_file(path, output, "inpainted")
    if "clamped" not in inspect.signature(model.sample).parameters:
        raise ValueError(
            f"Expected a model whose units can be held. Received: {path}, a {type(model).__name__}."
        )
    images = data_of(path, model, dataset, download)
    rows, _ = images.test.rows(num_samples)
    upper = np.arange(rows.shape[1]) < rows.shape[1] // 2
    start = np.where(upper, rows, model.sample(len(rows), steps=1))
    looks = _looks(steps)
    chain = fantasy_chain(model, len(rows), looks, initial=start, clamped=upper)
    drawn = np.concatenate([rows, *chain])
    grid = pictures.image_grid(drawn, images.image_shape, columns=len(rows))
    title = f"Images, and lower halves drawn given the upper: {', '.join(map(str, looks))} steps"
    return _save(pictures.grid_figure(grid, title), output)


def _save(figure, output):
    with saved_whole(output, way_out="then try again") as unfinished:
        figure.savefig(unfinished, dpi=100)
    return output


def _seeded_model(path, seed):
    """Loads a model that can be sampled and seeds its chains."""
    model = load_model(path, generative=True)
    if not hasattr(model, "seed_chains"):
        way_out = "It draws nothing."
        if (folder_of(path) / "dbn.keras").is_file():
            way_out += " Pass the dbn.keras beside it."
        entry = zoo.get(str(path)) if of_the_zoo(path) else None
        if entry and entry.task == "pretrain_and_fine_tune" and entry.can_be_sampled:
            way_out = (
                f"A run keeps the DBN: `kerasdeep train {path} --dataset mnist --output "
                f"runs/{path}`, then `kerasdeep sample runs/{path}`."
            )
        raise ValueError(
            f"Expected a model that can be sampled. Received: {path}, of "
            f"class {type(model).__name__}. {way_out}"
        )
    model.seed_chains(seed)
    return model


def _looks(steps):
    """Returns after how many steps to look at chains."""
    return [10**power for power in range(10) if 10**power < steps] + [steps]


def _new_file(path, output, stem):
    """Returns the PNG file to write, which must not exist."""
    output = Path(output) if output else _free_file(folder_of(path), stem)
    if output.suffix != ".png" or output.exists() or not output.parent.is_dir():
        raise ValueError(
            f"Expected a new .png file in a folder that exists. Received: {output}. Use --output."
        )
    return output


def _free_file(folder, stem):
    number = 1
    while (file := folder / f"{stem}-{number}.png").exists():
        number += 1
    return file
