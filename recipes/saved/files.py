"""A model that was trained, and what is known of it: the files of a run, or an entry of the zoo."""

import difflib
import zipfile
from pathlib import Path
from typing import Any

import keras

import kerasdeep
from kerasdeep import zoo
from kerasdeep.recipes.runs.folder import METRICS, MODEL
from kerasdeep.recipes.runs.intact import read_json
from kerasdeep.recipes.runs.labels import read_labels
from kerasdeep.recipes.runs.options import TrainOptions
from kerasdeep.recipes.runs.precision import in_precision
from kerasdeep.zoo import weights

KINDS = {
    "": {"options": dict, "split": dict, "image_shape": list},
    "options": {
        "dataset": str,
        "binarization": str,
        "validation_every": int,
        "precision": str,
        "seed": int,
    },
    "split": {"seed": int, "divisor": int | float},
}


def of_the_zoo(path: str | Path) -> bool:
    """Returns whether a path is the name of an entry of the zoo, and of no file."""
    return str(path) in zoo.ENTRIES and not Path(path).exists()


def read_metrics(path: str | Path) -> dict[str, Any]:
    """Returns the content of the `metrics.json` beside a model, or an empty dict without one.

    Of an entry of the zoo, what its `trained/NAME.json` has.

    Raises:
        ValueError: if the file holds anything else than a run writes.
    """
    if of_the_zoo(path):
        return read_json(weights.FOLDER / f"{path}.json", "Install kerasdeep again.")
    file = folder_of(path) / METRICS
    if not file.is_file():
        return {}
    way_out = "Copy it again, or move it away and name the data set with --dataset."
    metrics = read_json(file, way_out)
    try:
        _check(metrics)
    except ValueError as error:
        raise ValueError(f"Expected {file} as kerasdeep wrote it. {error} {way_out}") from None
    return metrics


def _check(metrics):
    """Raises a ValueError where what is read of `metrics.json` is not what a run writes."""
    for part, kinds in KINDS.items():
        found = metrics.get(part, {}) if part else metrics
        for name, kind in kinds.items():
            if name in found and not isinstance(found[name], kind):
                raise ValueError(f"Received: {name} = {found[name]!r}.")
    options, split = metrics.get("options", {}), metrics.get("split", {})
    told = {name: options[name] for name in KINDS["options"] if name in options}
    TrainOptions(**told, split_seed=split.get("seed", 0))
    sizes = metrics.get("image_shape", [1])
    if not all(isinstance(size, int) for size in sizes) or min(split.get("divisor", 1), *sizes) < 1:
        raise ValueError(f"Received: image_shape = {sizes}, divisor = {split.get('divisor')}.")


def load_model(path: str | Path, generative: bool = False) -> keras.Model:
    """Loads the model of a run or, with the weights that come with the package, of the zoo.

    Args:
        path: a `.keras` file, the output folder of a run, or the name of an entry.
        generative: whether to prefer the run's generative model, `dbn.keras`, where there is one.

    Returns:
        A Keras model.

    Raises:
        ValueError: if there is no such file, it is truncated or foreign, or the entry comes without
            weights.
    """
    if of_the_zoo(path):
        return zoo.load(str(path))
    file = model_file(path, generative)
    kerasdeep.import_library()
    in_force = keras.config.dtype_policy().name
    precision = read_metrics(path).get("options", {}).get("precision", in_force)
    try:
        with in_precision(precision):  # optimizers of float16 are others
            return keras.models.load_model(file)
    except Exception as error:  # Keras raises errors of many kinds for files that are not its own
        reason = str(error).strip().partition("\n")[0][:200]
        raise ValueError(
            f"Expected a model that kerasdeep or Keras saved. Received: {file}, which Keras cannot "
            f"load ({type(error).__name__}: {reason})."
        ) from None


def labels_of(path: str | Path) -> list[int] | None:
    """Returns what the data called the classes of a model; None for 0, 1, 2, ..."""
    return None if of_the_zoo(path) else read_labels(model_file(path))


def model_file(path: str | Path, generative: bool = False) -> Path:
    """Returns the `.keras` file at a path or in the folder of a run."""
    path = Path(path)
    if path.is_dir():
        generator = path / "dbn.keras"
        path = generator if generative and generator.is_file() else path / MODEL
    if not path.is_file():
        close = difflib.get_close_matches(str(path), zoo.ENTRIES, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(
            "Expected a .keras file, the output folder of `kerasdeep train` or a name of the zoo. "
            f"Received: {path}, which does not exist.{hint}"
        )
    if not zipfile.is_zipfile(path):
        raise ValueError(
            f"Expected a Keras model file. Received: {path}, which is truncated or something else. "
            "Copy it again, or train again."
        )
    return path


def folder_of(path: str | Path) -> Path:
    """Returns the folder of a run from its path or that of a file in it; of the zoo, this one."""
    if of_the_zoo(path):
        return Path()
    return Path(path) if Path(path).is_dir() else Path(path).parent
