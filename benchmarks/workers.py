"""What workers on one machine gain or lose: one sweep, by more and more of them.

    python benchmarks/workers.py [--workers 1 2 4] [--repeats 3] [--trials 8] [--dataset digits]

The same trials at random, each a `dbn-dnn`, are trained one after another by one process, and by
so many workers and their chief. Seconds are those of the whole command, medians of repeats in turn.
Hyper-parameters go to workers in float32, so that their scores are nearly those of one process.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMAND = Path(sys.executable).with_name("kerasdeep")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--trials", type=int, default=8)
    parser.add_argument("--dataset", default="digits")
    arguments = parser.parse_args()
    ways = {"no workers": [], **{f"{n} workers": [f"--workers={n}"] for n in arguments.workers}}
    seconds = {way: [] for way in ways}
    scores = {}
    for _ in range(arguments.repeats):
        for way, options in ways.items():
            took, scores[way] = swept(options, arguments)
            seconds[way].append(took)
            print(f"{way}: {took:.1f} s", flush=True)
    first = statistics.median(seconds["no workers"])
    print("\nworkers | seconds | gain")
    for way, all_of_them in seconds.items():
        median = statistics.median(all_of_them)
        print(f"{way} | {median:.1f} | {first / median:.2f}")
    alike = len({tuple(scores[way]) for way, options in ways.items() if options}) == 1
    print(f"scores of the trials are {'' if alike else 'not '}the same by any number of workers")


def swept(options, arguments):
    """Runs one sweep; returns its seconds, and the scores of its trials."""
    with tempfile.TemporaryDirectory() as folder:
        command = [COMMAND, "tune", "dbn-dnn", f"--trials={arguments.trials}", "--epochs=5"]
        command += [f"--dataset={arguments.dataset}", "--fix=pretrain-epochs=2", *options]
        begin = time.perf_counter()
        subprocess.run([*command, f"--output={folder}/sweep"], check=True, capture_output=True)
        seconds = time.perf_counter() - begin
        metrics = json.loads((Path(folder) / "sweep" / "metrics.json").read_text())
        return seconds, sorted(trial["score"] for trial in metrics["trials"])


if __name__ == "__main__":
    main()
