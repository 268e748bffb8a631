"""How every model of this package is trained; begin with `kerasdeep.training.model`."""
