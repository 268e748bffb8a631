"""Kills `kerasdeep train` at random moments, resumes it, and compares with an undisturbed run.

    python benchmarks/kill_and_resume.py [--entry NAME|all] [--kills 20] [--seed 0] [--devices N]
                                         [--workers N]

SIGKILL comes after a random part of the time that the undisturbed run took, and, in every second
round, at the moment a checkpoint is being written. After every kill the newest checkpoint must be
readable. At the end all arrays of the saved models, and all numbers of metrics.json but times, must
be equal. A run that ends before all kills are spent is compared, and another one begins. Of several
workers one, drawn anew, is killed; the others must end by themselves.
"""

import argparse
import glob
import json
import os
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
from tests.clusters import addresses, config
from tests.recipes.short import differences

COMMAND = Path(sys.executable).with_name("kerasdeep")
LONG = {"epochs": 40, "pretrain_epochs": 20, "temperatures": 100}
EARLIEST = 4.0  # seconds from start to kill; the latest are those of the undisturbed run


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--entry", choices=["all", *zoo.ENTRIES], default="all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--devices", type=int)
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()
    names = list(zoo.ENTRIES) if arguments.entry == "all" else [arguments.entry]
    print(f"seed {arguments.seed}, {arguments.kills} kills of each of {', '.join(names)}")
    same = []
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            same.append(kill_and_resume(Path(folder), name, arguments))
    sys.exit(0 if all(same) else 1)


def kill_and_resume(folder, name, arguments):
    """Kills one entry so often; returns whether every run ended as the undisturbed one."""
    kills, workers = arguments.kills, arguments.workers
    fields = zoo.get(name).hyper_parameters()
    options = [f"--{field.replace('_', '-')}={n}" for field, n in LONG.items() if field in fields]
    if arguments.devices:
        options.append(f"--devices={arguments.devices}")
    command = [COMMAND, "train", name, *options, "--output"]
    started = time.monotonic()
    run_whole([*command, folder / "whole"], workers)
    latest = time.monotonic() - started
    generator, killed, during_save, found = random.Random(arguments.seed), 0, 0, []
    for attempt in range(kills):
        run = folder / f"killed-{attempt}"
        while killed < kills:
            processes = start([*command, run, "--resume"], workers)
            saved = wait(processes[0], generator.uniform(EARLIEST, latest), killed % 2, run)
            if processes[0].poll() is not None:
                break
            generator.choice(processes).kill()
            for process in processes:
                process.wait()
            killed += 1
            during_save += saved
            print(f"{name} kill {killed:2d}{' while saving' if saved else '':13}  {state(run)}")
        if not (run / "metrics.json").exists():
            run_whole([*command, run, "--resume"], workers)
        found += differences(folder / "whole", run)
        if killed >= kills:
            break
    verdict = f"DIFFERS in {len(found)}: {', '.join(found[:5])}" if found else "equal bit for bit"
    print(f"{name}: {killed} kills, {during_save} while saving; {verdict}", flush=True)
    return not found


def start(command, workers):
    """Starts a command, on so many workers."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    if workers == 1:
        return [subprocess.Popen(command, **quiet)]
    places = addresses(workers)
    return [
        subprocess.Popen(command, env={**os.environ, "TF_CONFIG": config(places, index)}, **quiet)
        for index in range(workers)
    ]


def run_whole(command, workers):
    """Runs a command to its end, on so many workers."""
    codes = [process.wait() for process in start(command, workers)]
    if any(codes):
        raise SystemExit(f"{command} ended with {codes}.")


def wait(process, seconds, until_saving, run):
    """Waits for a time, then perhaps until a checkpoint is being written; returns whether it is."""
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    while until_saving and process.poll() is None:
        # Where a run ends at that moment, its checkpoints go: `Path.glob` would raise.
        if glob.glob(f"{run}/checkpoints/*/.unfinished-epoch-*"):
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
