"""Layers for any Keras model."""

from kerasdeep.layers.augmentation import Augmentation
from kerasdeep.layers.channel_pooling import CrossChannelPooling
from kerasdeep.layers.dropout import Dropout
from kerasdeep.layers.locally_connected import LocallyConnected2D
from kerasdeep.layers.maxout import Maxout
from kerasdeep.layers.norm_pooling import NormPooling2D
from kerasdeep.layers.receptive_field import ReceptiveField, receptive_field
from kerasdeep.layers.stochastic import StochasticBinary
from kerasdeep.layers.test_time_augmentation import TestTimeAugmentation
from kerasdeep.layers.threshold import ThresholdUnit
from kerasdeep.layers.vote import Vote
from kerasdeep.layers.weighted_pooling import WeightedAveragePooling2D

__all__ = [
    "Augmentation",
    "CrossChannelPooling",
    "Dropout",
    "LocallyConnected2D",
    "Maxout",
    "NormPooling2D",
    "ReceptiveField",
    "StochasticBinary",
    "TestTimeAugmentation",
    "ThresholdUnit",
    "Vote",
    "WeightedAveragePooling2D",
    "receptive_field",
]
