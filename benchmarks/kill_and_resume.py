"""Kills `kerasdeep train` at random moments, resumes it, and compares with an undisturbed run.

python benchmarks/kill_and_resume.py [--kills 20] [--recipe rbm] [--seed 0]

SIGKILL comes after a random time, and, in every second round, at the moment a checkpoint is being
written. After every kill the newest checkpoint must be readable. At the end the weights of the
saved models must be equal, bit for bit.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import h5py
import keras
import numpy as np

import kerasdeep  # noqa: F401  registers the classes that load_model needs

COMMAND = Path(sys.executable).with_name("kerasdeep")
EPOCHS = {"rbm": ["--epochs", "300"], "dbn-dnn": ["--pretrain-epochs", "60", "--epochs", "100"]}
LATEST = 12.0  # seconds from start to kill; TensorFlow takes some six to begin


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--recipe", choices=EPOCHS, default="rbm")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}, recipe {arguments.recipe}")
    with tempfile.TemporaryDirectory() as folder:
        kill_and_resume(Path(folder), arguments)


def kill_and_resume(folder, arguments):
    command = [COMMAND, "train", arguments.recipe, *EPOCHS[arguments.recipe], "--output"]
    subprocess.run([*command, folder / "whole"], check=True, capture_output=True)
    generator, during_save = random.Random(arguments.seed), 0
    for kill in range(arguments.kills):
        process = subprocess.Popen(
            [*command, folder / "killed", "--resume"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(generator.uniform(0.0, LATEST))
        saved = kill % 2 and wait_for_save(process, folder / "killed" / "checkpoints")
        if process.poll() is not None:
            print("the run was finished before the next kill")
            break
        process.kill()
        process.wait()
        saved = saved and bool(list((folder / "killed").glob("checkpoints/*/.unfinished-epoch-*")))
        during_save += saved
        state = newest_checkpoint(folder / "killed")
        print(f"kill {kill + 1:2d}{' while saving' if saved else '':13}  {state}", flush=True)
    if not (folder / "killed" / "metrics.json").exists():
        subprocess.run([*command, folder / "killed", "--resume"], check=True, capture_output=True)
    same = same_weights(*(folder / name / "model.keras" for name in ("whole", "killed")))
    print(f"{during_save} kills while saving; weights {'equal bit for bit' if same else 'DIFFER'}")
    sys.exit(0 if same and during_save else 1)


def wait_for_save(process, checkpoints):
    """Waits until a checkpoint is being written; returns whether that was seen."""
    while process.poll() is None:
        if list(checkpoints.glob("*/.unfinished-epoch-*")):
            return True
    return False


def newest_checkpoint(folder):
    """Opens everything that is saved, and says how far it is."""
    states = []
    for path in sorted(folder.glob("checkpoints/*/epoch-*")):
        with h5py.File(path / "state.weights.h5") as file:
            file.visititems(lambda _, item: item[()] if isinstance(item, h5py.Dataset) else None)
        states.append(
            f"{path.parent.name} {json.loads((path / 'history.json').read_text())['epoch']}"
        )
    for path in folder.glob("*.keras"):
        keras.models.load_model(path)
    return ", ".join(states) or "nothing saved yet"


def same_weights(first, second):
    first, second = (keras.models.load_model(path).get_weights() for path in (first, second))
    return all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


if __name__ == "__main__":
    main()
