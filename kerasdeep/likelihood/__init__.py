"""How probable a model finds data: exactly, by annealing, by pseudo-likelihood, by samples."""

from kerasdeep.likelihood.annealing import Estimate, annealed_importance_sampling
from kerasdeep.likelihood.exact import exact_log_likelihood, exact_log_partition
from kerasdeep.likelihood.importance import importance_log_likelihood
from kerasdeep.likelihood.of_data import (
    free_energy_gap,
    log_likelihood,
    lower_bound,
    parzen_bandwidth,
    parzen_log_likelihood,
)
from kerasdeep.likelihood.of_samples import frechet_distance
from kerasdeep.likelihood.pseudo import PseudoLogLikelihood, pseudo_log_likelihood

__all__ = [
    "Estimate",
    "PseudoLogLikelihood",
    "annealed_importance_sampling",
    "exact_log_likelihood",
    "exact_log_partition",
    "frechet_distance",
    "free_energy_gap",
    "importance_log_likelihood",
    "log_likelihood",
    "lower_bound",
    "parzen_bandwidth",
    "parzen_log_likelihood",
    "pseudo_log_likelihood",
]
