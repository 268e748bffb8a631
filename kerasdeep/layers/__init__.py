"""Layers for any Keras model."""

from kerasdeep.layers.augmentation import Augmentation
from kerasdeep.layers.binary_code import BinaryCode
from kerasdeep.layers.channel_pooling import CrossChannelPooling
from kerasdeep.layers.dropout import Dropout
from kerasdeep.layers.locally_connected import LocallyConnected2D
from kerasdeep.layers.maxout import Maxout
from kerasdeep.layers.noise import GaussianNoise, MaskingNoise, SaltAndPepperNoise
from kerasdeep.layers.norm_pooling import NormPooling2D
from kerasdeep.layers.receptive_field import ReceptiveField, receptive_field
from kerasdeep.layers.sparse_coding import SparseCoding
from kerasdeep.layers.stochastic import StochasticBinary
from kerasdeep.layers.test_time_augmentation import TestTimeAugmentation
from kerasdeep.layers.threshold import ThresholdUnit
from kerasdeep.layers.transposed_dense import TransposedDense
from kerasdeep.layers.vote import Vote
from kerasdeep.layers.weighted_pooling import WeightedAveragePooling2D

__all__ = [
    "Augmentation",
    "BinaryCode",
    "CrossChannelPooling",
    "Dropout",
    "GaussianNoise",
    "LocallyConnected2D",
    "MaskingNoise",
    "Maxout",
    "NormPooling2D",
    "ReceptiveField",
    "SaltAndPepperNoise",
    "SparseCoding",
    "StochasticBinary",
    "TestTimeAugmentation",
    "ThresholdUnit",
    "TransposedDense",
    "Vote",
    "WeightedAveragePooling2D",
    "receptive_field",
]
