"""All scenarios, to choose from on Locust's own page or with `--class-picker`.

    PERF_LOGINS=logins.json .venv/bin/locust -f perf/locustfile.py --class-picker \\
        --host=http://127.0.0.1:8000

perf/README.md says where logins.json comes from. `make perf` runs them one after the other, each in
a process of its own, and judges what it sees.
"""

from perf.scenarios.browsers import CourseBrowser
from perf.scenarios.enrollees import Enrollee
from perf.scenarios.learners import learners
from perf.scenarios.mixed_day import Person
from perf.scenarios.watchers import VideoWatcher

__all__ = ["CourseBrowser", "Enrollee", "Person", "VideoWatcher"]

# Now: once users run, each would end with a traceback of its own.
learners()
