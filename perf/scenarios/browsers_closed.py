"""Course listing as the guide writes it, without any wait.

Who is answered asks again at once, so that the time of an answer is the number of users divided by
the throughput, whatever the server does.
"""

from locust import constant

from perf.scenarios.browsers import CourseBrowser as Reader


class CourseBrowser(Reader):
    wait_time = constant(0)


# Locust would start users of both.
del Reader
