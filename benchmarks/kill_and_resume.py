"""Kills `kerasdeep train` at random moments, resumes it, and compares with an undisturbed run.

    python benchmarks/kill_and_resume.py [--entry NAME|all] [--kills 20] [--seed 0]

SIGKILL comes after a random time, and, in every second round, at the moment a checkpoint is being
written. After every kill the newest checkpoint must be readable. At the end all arrays of the saved
models, and all numbers of metrics.json but times, must be equal. A run that ends before all kills
are spent is compared, and another one begins.
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

from kerasdeep import zoo

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.recipes.short import differences

COMMAND = Path(sys.executable).with_name("kerasdeep")
LONG = {"epochs": 40, "pretrain_epochs": 20, "temperatures": 100}
EARLIEST, LATEST = 4.0, 16.0  # seconds from start to kill; TensorFlow takes some six to begin


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--entry", choices=["all", *zoo.ENTRIES], default="all")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    names = list(zoo.ENTRIES) if arguments.entry == "all" else [arguments.entry]
    print(f"seed {arguments.seed}, {arguments.kills} kills of each of {', '.join(names)}")
    same = []
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            same.append(kill_and_resume(Path(folder), name, arguments.kills, arguments.seed))
    sys.exit(0 if all(same) else 1)


def kill_and_resume(folder, name, kills, seed):
    """Kills one entry so often; returns whether every run ended as the undisturbed one."""
    fields = zoo.get(name).hyper_parameters()
    options = [f"--{field.replace('_', '-')}={n}" for field, n in LONG.items() if field in fields]
    command = [COMMAND, "train", name, *options, "--output"]
    subprocess.run([*command, folder / "whole"], check=True, capture_output=True)
    generator, killed, during_save, found = random.Random(seed), 0, 0, []
    for attempt in range(kills):
        run = folder / f"killed-{attempt}"
        while killed < kills:
            process = subprocess.Popen(
                [*command, run, "--resume"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            saved = wait(process, generator.uniform(EARLIEST, LATEST), killed % 2, run)
            if process.poll() is not None:
                break
            process.kill()
            process.wait()
            killed += 1
            during_save += saved
            print(f"{name} kill {killed:2d}{' while saving' if saved else '':13}  {state(run)}")
        if not (run / "metrics.json").exists():
            subprocess.run([*command, run, "--resume"], check=True, capture_output=True)
        found += differences(folder / "whole", run)
        if killed >= kills:
            break
    verdict = f"DIFFERS in {len(found)}: {', '.join(found[:5])}" if found else "equal bit for bit"
    print(f"{name}: {killed} kills, {during_save} while saving; {verdict}", flush=True)
    return not found


def wait(process, seconds, until_saving, run):
    """Waits for a time, then perhaps until a checkpoint is being written; returns whether it is."""
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    while until_saving and process.poll() is None:
        if list(run.glob("checkpoints/*/.unfinished-epoch-*")):
            return True
    return False


def state(run):
    """Opens the newest checkpoint of every stage and all models, and says how far it is."""
    states = []
    for stage in sorted(run.glob("checkpoints/*")):
        path = max(stage.glob("epoch-*"), default=None)
        if path is None:
            continue
        with h5py.File(path / "state.weights.h5") as file:
            file.visititems(lambda _, item: item[()] if isinstance(item, h5py.Dataset) else None)
        epoch = json.loads((path / "history.json").read_text())["epoch"]
        states.append(f"{stage.name} {epoch}")
    for path in run.glob("*.keras"):
        keras.models.load_model(path)
    return ", ".join(states) or "nothing saved yet"


if __name__ == "__main__":
    main()
