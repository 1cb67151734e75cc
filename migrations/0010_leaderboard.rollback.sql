drop table leaderboard_entries;
