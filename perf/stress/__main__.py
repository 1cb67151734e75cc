"""`python -m perf.stress`, see command.py."""

from perf.stress.command import main

if __name__ == "__main__":
    raise SystemExit(main())
