"""`python -m perf.capacity`, see command.py."""

from perf.capacity.command import main

if __name__ == "__main__":
    raise SystemExit(main())
