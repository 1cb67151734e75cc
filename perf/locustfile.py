"""The scenarios of `perf/scenarios`, to choose from on Locust's own page (`--class-picker`).

    PERF_LOGINS=logins.json .venv/bin/locust -f perf/locustfile.py --class-picker \\
        --host=http://127.0.0.1:8000

perf/README.md says where logins.json comes from. Each start reads it from its beginning; for a
second spike print it anew, because who has enrolled cannot do it again. `make perf` runs the
scenarios one after the other, each in a process of its own, and judges what it sees.

Not here are `browsers_closed`, `closed_day`, whose users never wait (`-f` with their own file), and
the open model, which is not Locust's.
"""

from perf.scenarios.browsers import CourseBrowser
from perf.scenarios.enrollees import Enrollee
from perf.scenarios.learners import learners
from perf.scenarios.mixed_day import Person
from perf.scenarios.video_progress import VideoProgressUser
from perf.scenarios.watchers import VideoWatcher

__all__ = ["CourseBrowser", "Enrollee", "Person", "VideoProgressUser", "VideoWatcher"]

# Now: once users run, each would end with a traceback of its own.
learners()
