"""Prints runs as a row of results, keeps them, and writes the tables of pages anew.

python -m kerasdeep.recipes.results RUN... [--save NAME]
python -m kerasdeep.recipes.results --pages README.md zoo/README.md benchmarks/README.md
"""

import argparse
import sys

from kerasdeep.recipes.results.from_runs import result_of, save
from kerasdeep.recipes.results.pages import rewrite
from kerasdeep.zoo import measured


def main() -> None:
    parser = argparse.ArgumentParser(prog="kerasdeep.recipes.results")
    parser.add_argument(
        "runs", nargs="*", help="folders of runs that differ in their seed alone, or of one sweep"
    )
    parser.add_argument("--save", metavar="NAME", help="name of the file in zoo/results to write")
    parser.add_argument("--pages", nargs="+", default=[], help="Markdown files with marked tables")
    arguments = parser.parse_args()
    if arguments.runs:
        try:
            result = result_of(arguments.runs)
        except ValueError as error:
            parser.error(str(error))
        sys.stdout.write(measured.markdown(measured.rows(result)) + "\n")
        if arguments.save:
            sys.stdout.write(f"Wrote {save(result, arguments.save)}\n")
    for page in arguments.pages:
        sys.stdout.write(f"{page}: {'written' if rewrite(page) else 'as it was'}\n")


if __name__ == "__main__":
    main()
