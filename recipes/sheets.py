"""What a generator draws of the same noise as it learns."""

from pathlib import Path
from typing import TYPE_CHECKING

import keras
import numpy as np

from kerasdeep import pictures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NUM_IMAGES = 12
EVERY = (1, 2, 5, 10, 20, 50, 100, 200, 500)


class Sheets(keras.callbacks.Callback):
    """Keeps what a generator draws of the same noise after some of the epochs, and the last.

    Args:
        folder: where to write; a run that goes on finds there what was drawn before.
    """

    def __init__(self, folder: str | Path) -> None:
        super().__init__()
        self.folder = Path(folder) / "sheets"

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        if epoch + 1 in (*EVERY, self.params["epochs"]):
            self.folder.mkdir(parents=True, exist_ok=True)
            model, number = self.model, NUM_IMAGES
            # Noise of its own: the draws of the training stay as they are.
            noise = np.random.default_rng(0).normal(size=(number, model.num_noise))
            if model.noise == "uniform":
                noise = np.random.default_rng(0).uniform(-1, 1, noise.shape)
            labels = model.num_classes and np.arange(number) % model.num_classes
            np.save(self.folder / f"{epoch + 1:05d}.npy", model.generate(noise, labels))


def sheets_figure(folder: str | Path, shape: tuple[int, ...]) -> "Figure":
    """Draws what was kept, a row an epoch.

    Args:
        folder: as of `Sheets`.
        shape: shape of an image.
    """
    files = sorted((Path(folder) / "sheets").glob("*.npy"))
    rows = np.concatenate([np.load(file) for file in files])
    grid = pictures.image_grid(rows.reshape(len(rows), -1), shape, NUM_IMAGES)
    epochs = ", ".join(str(int(file.stem)) for file in files)
    return pictures.grid_figure(grid, f"The same noise after epochs {epochs}")
