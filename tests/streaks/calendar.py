"""What a learner's streak should be, thought of in another way than the SQL does."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)


class Calendar:
    """What a learner's streak should be: a calendar on the wall, walked day by day."""

    def __init__(self, zone):
        self.zone, self.freezes, self.learned, self.frozen = zone, 0, set(), set()

    def day(self, moment):
        return moment.astimezone(ZoneInfo(self.zone)).date()

    def midnight(self, day):
        """The first instant of a day. Where that hour comes twice fold=0 is the first; where it
        is skipped it is the instant of the jump."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(self.zone))
        return midnight.astimezone(UTC)

    def run_to(self, day):
        """How many days were learned without a hole up to this one."""
        days = 0
        while day in self.learned | self.frozen:
            days += day in self.learned
            day -= DAY
        return days

    def newest_run(self):
        """The learned days of the newest run."""
        run, day = [], max(self.learned)
        while day in self.learned | self.frozen:
            run += [day] * (day in self.learned)
            day -= DAY
        return run

    @property
    def current(self):
        return self.run_to(max(self.learned)) if self.learned else 0

    @property
    def longest(self):
        return max(map(self.run_to, self.learned), default=0)

    def complete(self, moment):
        """A lesson is completed; whether that is the day's first."""
        today = self.day(moment)
        if today in self.learned:
            return False
        missed = self.missed_before(today)
        if len(missed) <= self.freezes:
            self.frozen |= set(missed)
        self.freezes = max(0, self.freezes - len(missed))
        if today in self.frozen:
            self.frozen.remove(today)
            self.earn_freeze()
        self.learned.add(today)
        run = self.newest_run()
        before = [day for day in run if day < today]
        after = [day for day in run if day > today]
        # What either side had of full sevens has been paid for.
        if today in run and len(run) // 7 > len(before) // 7 + len(after) // 7:
            self.earn_freeze()
        return True

    def missed_before(self, today):
        days, day = [], max(self.learned, default=today) + DAY
        while day < today:
            days.append(day)
            day += DAY
        return days

    def earn_freeze(self):
        self.freezes = min(2, self.freezes + 1)

    def shown(self, moment):
        """FIELDS as they should be at this moment."""
        today, left = self.day(moment), self.freezes
        if not self.learned:
            return 0, 0, 0, False, None
        alive, last_day = True, max(self.learned) + DAY
        for _ in self.missed_before(today):
            alive = left > 0
            left = max(0, left - 1)
        for _ in range(self.freezes):
            last_day += DAY
        ends_at = self.midnight(last_day + DAY) if alive else None
        current = self.current if alive else 0
        return current, self.longest, left, max(self.learned) >= today, ends_at


def state_by(calendar):
    """What the database should have stored."""
    days = {(day, False) for day in calendar.learned} | {(day, True) for day in calendar.frozen}
    return (calendar.current, calendar.longest, calendar.freezes), days
