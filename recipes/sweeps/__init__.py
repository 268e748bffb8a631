"""Sweeps: many trials of one entry with other hyper-parameters, by keras-tuner."""
