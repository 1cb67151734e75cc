"""`python -m perf.report`, see page.py."""

from perf.report.page import main

if __name__ == "__main__":
    raise SystemExit(main())
