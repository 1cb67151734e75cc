"""Concurrent video watchers: each reports its progress every 5 to 10 seconds."""

from locust import between, task

from perf.scenarios.learners import Learner, Player


class VideoWatcher(Learner):
    wait_time = between(5, 10)

    def on_start(self):
        super().on_start()
        self.player = Player(self.learner)

    @task
    def update_progress(self):
        self.post(self.player.path, "progress/lessons/[id]", self.player.report(7))
