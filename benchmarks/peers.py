"""An RBM in another library, in a process of its own: prints the seconds of an epoch when asked.

python benchmarks/peers.py {scikit-learn,learnergy,rbms} ROWS.npy NUM_HIDDEN BATCH_SIZE

`pip install learnergy==2.0.2 rbms==0.5.0` brings torch, which does not share a process with
TensorFlow everywhere.
"""

import contextlib
import importlib.util
import subprocess
import sys
import tempfile
import time

import numpy as np


def scikit_learn(x, num_hidden, batch_size):
    """`BernoulliRBM`, persistent contrastive divergence."""
    from sklearn.neural_network import BernoulliRBM

    model = BernoulliRBM(
        num_hidden, learning_rate=0.05, batch_size=batch_size, n_iter=1, random_state=0
    )
    return lambda: model.fit(x)


def learnergy(x, num_hidden, batch_size):
    """`learnergy.models.bernoulli.RBM`, CD-1 with momentum, on torch."""
    import torch
    from learnergy.models.bernoulli import RBM
    from torch.utils.data import TensorDataset

    data = TensorDataset(torch.from_numpy(x), torch.zeros(len(x)))
    model = RBM(x.shape[1], num_hidden, steps=1, learning_rate=0.05, momentum=0.5)
    return lambda: model.fit(data, batch_size=batch_size, epochs=1)


def rbms(x, num_hidden, batch_size):
    """`rbms` with `fit_batch_pcd`, persistent contrastive divergence with centring, on torch."""
    import torch
    from rbms.bernoulli_bernoulli.classes import BBRBM
    from rbms.training.pcd import fit_batch_pcd

    rows = torch.from_numpy(x)
    model = BBRBM(
        0.01 * torch.randn(x.shape[1], num_hidden),
        torch.zeros(x.shape[1]),
        torch.zeros(num_hidden),
    )
    for parameter in model.parameters():  # the library writes into gradients that are there
        parameter.grad = torch.zeros_like(parameter)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, maximize=True)
    weights = torch.ones(batch_size, 1)

    def epoch():
        chains = model.init_chains(batch_size)
        for batch in rows[torch.randperm(len(rows))].split(batch_size):
            optimizer.zero_grad(set_to_none=False)
            chains, _ = fit_batch_pcd((batch, weights), chains, model, gibbs_steps=1, beta=1.0)
            optimizer.step()

    return epoch


PEERS = {"scikit-learn": scikit_learn, "learnergy": learnergy, "rbms": rbms}
MODULES = {"scikit-learn": "sklearn"}


def installed():
    """Returns the names of the peers that are installed."""
    return [name for name in PEERS if importlib.util.find_spec(MODULES.get(name, name))]


def started(name, x, num_hidden, batch_size):
    """Starts a peer; returns a function that returns the seconds of its next epoch."""
    with tempfile.TemporaryDirectory() as folder:
        np.save(f"{folder}/x.npy", x)
        command = [__file__, name, f"{folder}/x.npy", str(num_hidden), str(batch_size)]
        process = subprocess.Popen(
            [sys.executable, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        process.stdout.readline()  # it has read its rows

    def epoch():
        print(file=process.stdin, flush=True)
        return float(process.stdout.readline())

    return epoch


def main():
    name, file, num_hidden, batch_size = sys.argv[1:]
    epoch = PEERS[name](np.load(file), int(num_hidden), int(batch_size))
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        with contextlib.redirect_stdout(sys.stderr):
            epoch()
        print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    main()
