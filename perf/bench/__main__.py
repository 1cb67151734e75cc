"""`python -m perf.bench`, see endpoints.py."""

from perf.bench.endpoints import main

if __name__ == "__main__":
    raise SystemExit(main())
