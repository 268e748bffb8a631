"""What parts of an autoencoder do not fit each other."""

from typing import TYPE_CHECKING

from kerasdeep.layers import SparseCoding, TransposedDense
from kerasdeep.layers.noise import NOISES
from kerasdeep.penalties import AbsoluteCode
from kerasdeep.units import Gaussian

if TYPE_CHECKING:
    from kerasdeep.models.autoencoders.autoencoder import Autoencoder


def check_bottleneck(model: "Autoencoder", width: int) -> None:
    """Raises a ValueError for a code in which all of the data fits, and nothing against it.

    Args:
        model: an autoencoder that knows its `num_codes`.
        width: values of a row.
    """
    layers = model.encoder._flatten_layers()
    restrained = (
        model.corruption is not None
        or model.penalty is not None
        or any(isinstance(layer, NOISES) for layer in layers)
        or any(getattr(layer, "activity_regularizer", None) for layer in layers)
    )
    if not restrained and model.num_codes > width:
        raise ValueError(
            f"{type(model).__name__} expects a code narrower than rows of {width} values, or "
            f"corruption or a penalty. Received: {model.num_codes} codes, which could copy all."
        )


def check_sparse_coding(model: "Autoencoder") -> None:
    """Raises a ValueError where sparse codes are the best ones for another objective."""
    coding = [one for one in model.encoder._flatten_layers() if isinstance(one, SparseCoding)]
    if not coding:
        return
    visible, penalty, cost = model.visible, model.penalty, coding[-1].cost
    decoder = model.decoder
    turned_over = isinstance(decoder, TransposedDense) and not decoder.use_bias
    fits = (
        (turned_over and decoder.dense is coding[-1])
        and isinstance(visible, Gaussian)
        and not visible.learned
        and (visible.initial == 1).all()
        and model.minimized == "likelihood"
        and isinstance(penalty, AbsoluteCode)
        and penalty.cost == cost
    )
    if not fits:
        raise ValueError(
            f"Autoencoder of SparseCoding(cost={cost:g}) expects no decoder, as the dictionary is "
            f"it, visible='gaussian', penalty=AbsoluteCode({cost:g}) and loss='likelihood', the "
            f"objective that its codes are the best for. Received: {visible.name} units, "
            f"{penalty and penalty.get_config()}, loss={model.minimized!r} and a decoder, "
            f"{type(decoder).__name__} {decoder.name!r}."
        )
