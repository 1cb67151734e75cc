"""`python -m perf.comparison`, see command.py."""

from perf.comparison.command import main

if __name__ == "__main__":
    raise SystemExit(main())
