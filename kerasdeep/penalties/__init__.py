"""Penalties on what hidden units do; for those on weights, Keras has regularizers."""

from typing import Any

from kerasdeep.backend.registration import resolve
from kerasdeep.penalties.absolute_code import AbsoluteCode
from kerasdeep.penalties.code import CodePenalty
from kerasdeep.penalties.contraction import Contraction
from kerasdeep.penalties.sparse_code import SparseCode
from kerasdeep.penalties.sparsity_target import SparsityTarget

__all__ = ["AbsoluteCode", "CodePenalty", "Contraction", "SparseCode", "SparsityTarget"]


def get(identifier: dict[str, Any] | SparsityTarget | None) -> SparsityTarget | None:
    """Returns a penalty from its serialized config, itself, or None from None."""
    return None if identifier is None else resolve(identifier, {}, SparsityTarget)


def of_code(identifier: dict[str, Any] | CodePenalty | None) -> CodePenalty | None:
    """Returns a penalty on a code, likewise."""
    return None if identifier is None else resolve(identifier, {}, CodePenalty)
