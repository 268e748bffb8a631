"""Random states that are saved with what draws from them."""

from typing import Any

from keras import ops

NAME = "seed_generator"


class SavedRandomState:
    """For a layer or model with a `seed_generator`: its state is saved and loaded with the weights.

    Keras itself saves none, so that a training that was interrupted and goes on draws other numbers
    than one that was not.
    """

    def save_own_variables(self, store: Any) -> None:
        super().save_own_variables(store)
        if hasattr(self, NAME):
            store[NAME] = ops.convert_to_numpy(self.seed_generator.state)

    def load_own_variables(self, store: Any) -> None:
        if hasattr(self, NAME):
            self.seed_generator.state.assign(store[NAME])
        names = set(store.keys()) - {NAME}
        super().load_own_variables({name: store[name] for name in names})
