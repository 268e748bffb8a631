"""State of a training that outlives its process."""

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import keras

from kerasdeep.recipes.runs.intact import intact, write_checksums
from kerasdeep.recipes.runs.saving import saved_whole

KEPT = 2


class Checkpoint(keras.callbacks.Callback):
    """Saves what a training needs to go on, after every epoch.

    `folder/epoch-N` holds the weights (with optimizer, chains and random states), the history of
    the N epochs so far, the seconds they took, and checksums of all that. It is written under
    another name and renamed when it is whole; only then is the one before the last removed. So at
    any moment the newest is readable, and should a disk have lost some of it, the one before is.
    Put it last among the callbacks, so that it saves what the others leave.

    Args:
        folder: folder of its own.

    Attributes:
        epoch: number of epochs done.
        history: dict from the name of a number to its values so far.
        seconds: time that they took.
    """

    def __init__(self, folder: str | Path) -> None:
        super().__init__()
        self.folder = Path(folder)
        self.epoch, self.history, self.seconds = 0, {}, 0.0

    def restore(self, model: keras.Model, say: Callable[[str], None] = print) -> None:
        """Loads the newest intact state into a built and compiled model, where there is one.

        Args:
            model: the model.
            say: function to tell a person of a state that is damaged.
        """
        for saved in reversed(self.saved()):
            if intact(saved):
                self._load(model, saved)
                return
            shutil.rmtree(saved)
            say(f"{saved} is damaged: the training goes on from what there was before it.")

    def _load(self, model, saved):
        # That of a DBN belongs to its layers, which are built; a second time harms one of float16.
        if model.optimizer is not None and not model.optimizer.built:
            model.optimizer.build(model.trainable_variables)
        model.load_weights(saved / "state.weights.h5")
        state = json.loads((saved / "history.json").read_text())
        self.epoch, self.history, self.seconds = state["epoch"], state["history"], state["seconds"]

    def begin(self, model: keras.Model, epoch: int) -> None:
        """Saves the state of a training that begins after an epoch which others did."""
        self.set_model(model)
        self.epoch = epoch
        if epoch:
            self._save()

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        self._start = time.perf_counter() - self.seconds

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self.epoch = epoch + 1
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(float(value))
        self.seconds = time.perf_counter() - self._start
        self._save()

    def _save(self):
        before = self.saved()
        rest = f"That of {before[-1].name} is intact. " if before else ""
        path = self.folder / f"epoch-{self.epoch:06d}"
        with saved_whole(path, f"the state of epoch {self.epoch} in {self.folder}", rest) as folder:
            folder.mkdir(parents=True)
            self.model.save_weights(folder / "state.weights.h5")
            state = {"epoch": self.epoch, "history": self.history, "seconds": self.seconds}
            (folder / "history.json").write_text(json.dumps(state))
            write_checksums(folder)
        for old in self.saved()[:-KEPT]:
            shutil.rmtree(old)

    def saved(self) -> list[Path]:
        """Returns the folders of the states that there are, the newest last."""
        return sorted(self.folder.glob("epoch-*"))
