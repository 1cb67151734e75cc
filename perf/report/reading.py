"""The run that a command is given, or a word to whoever gave it what is none."""

import argparse
import csv
import zlib
from pathlib import Path

from perf.results import Run, read_run


def read_or_refuse(parser: argparse.ArgumentParser, folder: Path) -> Run:
    """The run in the folder, with requests and samples that can be read.

    Where it is none, or a broken one, the command ends: it says so, and exits with 2.
    """
    try:
        run = read_run(folder)
        run.requests(), run.samples()
    except FileNotFoundError:
        parser.error(f"{folder} is not the folder of a run: it has no run.json.")
    except (OSError, EOFError, ValueError, KeyError, TypeError, csv.Error, zlib.error) as error:
        parser.error(f"{folder} has a run that cannot be read: {error!r}.")
    return run
