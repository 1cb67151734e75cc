drop table
    user_achievements, achievements, user_activity_days, user_streaks, points_history,
    user_points, levels;
