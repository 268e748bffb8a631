"""Changes samplers as training goes on."""

import keras

from kerasdeep.callbacks.learner import learner


class SamplerSchedule(keras.callbacks.Callback):
    """Changes the sampler at the beginning of epochs, for example from CD-1 to CD-9.

    Args:
        steps: dict from the number of an epoch, from 0, to the Gibbs steps a training step from
            then on. Default None: as they are.
        active_chains: likewise, how many of the persistent chains move and count. Default None.

    Raises:
        ValueError: in `fit`, for a sampler that does not have what should change.

    Example:

    >>> rbm.fit(x, epochs=40, callbacks=[SamplerSchedule(steps={0: 1, 10: 3, 20: 5, 30: 9})])

    Reference: Salakhutdinov, Mnih, Hinton (2007), Restricted Boltzmann machines for collaborative
    filtering. ICML, section 2.2.
    """

    def __init__(
        self, steps: dict[int, int] | None = None, active_chains: dict[int, int] | None = None
    ) -> None:
        super().__init__()
        self.schedules = {
            name: dict(sorted(schedule.items()))
            for name, schedule in (("steps", steps), ("active_chains", active_chains))
            if schedule is not None
        }

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        sampler = learner(self.model).sampler
        for name, schedule in self.schedules.items():
            begun = [number for first, number in schedule.items() if first <= epoch]
            if begun and getattr(sampler, name, None) != begun[-1]:
                sampler.change(**{name: begun[-1]})
                self.model.make_train_function(force=True)
