"""What a person sees while a model trains."""

from collections.abc import Sequence

import keras
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.table import Column

from kerasdeep.recipes import blocks

SHOWN = (
    *("accuracy", "rmse", "reconstruction_error", "pseudo_log_likelihood", "lower_bound"),
    *("generator_loss", "discriminator_loss", "frechet_distance"),
)


class EpochProgress(keras.callbacks.Callback):
    """A bar that advances with the epochs; where there is no terminal, ten lines in all.

    Where the terminal can show it, what the model dreams is seen below.

    Args:
        console: a `rich.console.Console`.
        title: what is being trained.
        image_shape: shape of the images that it learns from. Default None: no images.
    """

    def __init__(
        self, console: Console, title: str, image_shape: Sequence[int] | None = None
    ) -> None:
        super().__init__()
        self.console = console
        self.title = title
        self.image_shape = image_shape if blocks.can_show(console) else None
        self.progress = blocks.PictureProgress(
            TextColumn("{task.description:<24}"),
            BarColumn(bar_width=12, table_column=Column(no_wrap=True)),
            MofNCompleteColumn(table_column=Column(no_wrap=True)),
            TextColumn("epochs"),
            TimeElapsedColumn(table_column=Column(no_wrap=True)),
            TextColumn("{task.fields[numbers]}", table_column=Column()),  # these go on below
            console=console,
            disable=not console.is_terminal,
        )

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        self.task = self.progress.add_task(self.title, total=self.params["epochs"], numbers="")
        self.progress.start()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        numbers = "  ".join(
            f"{name.replace('_', ' ')} {value:.4g}"
            for name, value in (logs or {}).items()
            if name.endswith(SHOWN) and not name.startswith("val_rbm")
        )
        self.progress.update(self.task, completed=epoch + 1, numbers=numbers)
        if self.image_shape:
            width = self.console.width
            self.progress.picture = blocks.picture_of_chains(self.model, self.image_shape, width)
        total = self.params["epochs"]
        tenth = (epoch + 1) * 10 // total > epoch * 10 // total
        if not self.console.is_terminal and tenth:
            line = f"{self.title}  {epoch + 1}/{total} epochs  {numbers}"
            self.console.print(line, soft_wrap=True)

    def stop(self) -> None:
        """Takes the bar off the screen's live part, however the training ended."""
        self.progress.stop()
