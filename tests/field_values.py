"""What every field of a course and a lesson takes, and what it refuses: (good, bad) each."""

WHOLE = ["5", 1.5, True, None, [], 10**30]
TITLE = (
    ["x", "Zażółć gęślą jaźń", "数据库", "名" * 200, "😀" * 200, "C++ & <b>"],
    ["", " \t\n", "\u00a0\u3000", "x" * 201, None, 7, ["x"]],
)
COURSE = {
    "title": TITLE,
    "slug": (
        ["a", "x" * 120, "2026-recap", "a-1-b", "3d"],
        ["", "Upper", "a b", "-a", "a-", "a--b", "ż", "x" * 121, "7", "20-26", "a\n", None, 7],
    ),
    "description": (["", "x" * 20_000, "😀" * 20_000, "**ó**\r\n\t"], ["x" * 20_001, None, 7]),
    "language": (
        ["pl", "fil", "zh-Hant-TW", "en-" + "-".join(["variants"] * 3)],
        ["", "p", "PL", "english", "pl_PL", "pl-", "pl-x", "pl\n", "en" + "-variants" * 4, None],
    ),
    "completion_threshold": ([1, 100, 50.0], [0, 101, -1, *WHOLE]),
    "completion_points": ([0, 10_000], [-1, 10_001, *WHOLE]),
}
LESSON = {
    "title": TITLE,
    "kind": (["text", "video"], ["", "audio", "Text", None, 1]),
    "body": (["x" * 100_000, "😀" * 100_000, "# Tytuł\n\n\\", ""], ["x" * 100_001, None, 7]),
    "duration_seconds": ([1, 2**31 - 1, 60.0, None], [0, -1, 2**31, "60", 1.5, True, 10**30]),
    "mux_playback_id": (
        ["a", "Abc123", "x" * 255, None],
        ["", "a b", "a/b", "../a", "a\n", "ż", "x" * 256, 7],
    ),
    "is_preview": ([True, False], ["true", 1, 0.0, None]),
    "points": ([0, 10_000], [-1, 10_001, *WHOLE]),
}
# What is not theirs to choose.
OF_COURSE = {"id": 7, "published_at": "2026-01-01T00:00:00Z", "version": 7, "archived_at": None}
OF_LESSON = {"id": 7, "module_id": 7, "position": 1, "is_published": True, "version": 7}
