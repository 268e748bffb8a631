"""Recipe: draw fantasies from a saved model."""

from pathlib import Path

import keras

from kerasdeep import pictures
from kerasdeep.models import DBN, RBM
from kerasdeep.recipes.gallery import fantasy_chain
from kerasdeep.recipes.readers import image_shape_of_row
from kerasdeep.recipes.run import folder_of, load_model, read_metrics


def draw_samples(path, num_samples, steps, seed, output=None):
    """Draws samples into a PNG file, as they are after 1, 10, 100, ... and `steps` Gibbs steps.

    Args:
        path: a `.keras` file or the output folder of a run.
        num_samples: number of chains.
        steps: Gibbs steps of each chain.
        seed: seed of the chains.
        output: file to write. Default None: the first free `samples-NUMBER.png` beside the model.

    Returns:
        The path of the picture.

    Raises:
        ValueError: if the model cannot be sampled, or the file exists.
    """
    model = load_model(path, generative=True)
    output = Path(output) if output else _free_file(folder_of(path))
    if output.suffix != ".png" or output.exists() or not output.parent.is_dir():
        raise ValueError(
            f"Expected a new .png file in a folder that exists. Received: {output}. Use --output."
        )
    if not isinstance(model, DBN | RBM):
        raise ValueError(
            f"Expected an RBM or a DBN, which can be sampled. Received: {path}, a "
            f"{type(model).__name__}. Pass the run's folder or its dbn.keras."
        )
    for index, rbm in enumerate(getattr(model, "rbms", [model])):
        rbm.seed_generator.state.assign(keras.random.SeedGenerator(seed + index).state)
    looks = [10**power for power in range(10) if 10**power < steps] + [steps]
    chain = fantasy_chain(model, num_samples, looks)
    shape = read_metrics(path).get("image_shape") or image_shape_of_row(chain.shape[-1])
    pictures.fantasies(chain, looks, shape).savefig(output, dpi=100)
    return output


def _free_file(folder):
    number = 1
    while (file := folder / f"samples-{number}.png").exists():
        number += 1
    return file
