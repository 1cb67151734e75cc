-- depends: 0010_leaderboard
-- The achievements that every installation begins with. Admins change them and add others; each is
-- a metric (a file in sql/metrics/) and the number to reach.
-- A dozen rows are read in no time.
-- squawk-ignore constraint-missing-not-valid
alter table achievements add constraint achievements_icon_check check (length(icon) <= 200);

insert into achievements (code, title, description, icon, points, metric, threshold)
values
(
    'first_lesson', 'First steps', 'Complete your first lesson.',
    'footprints', 5, 'lessons_completed', 1
),
(
    'ten_lessons', 'Getting into it', 'Complete 10 lessons.',
    'book-open', 20, 'lessons_completed', 10
),
(
    'hundred_lessons', 'Unstoppable', 'Complete 100 lessons.',
    'rocket', 100, 'lessons_completed', 100
),
(
    'first_course', 'Finisher', 'Complete your first course.',
    'flag', 25, 'courses_completed', 1
),
(
    'five_courses', 'Graduate', 'Complete 5 courses.',
    'graduation-cap', 150, 'courses_completed', 5
),
(
    'five_enrollments', 'Curious', 'Enroll in 5 courses.',
    'compass', 10, 'courses_enrolled', 5
),
(
    'week_streak', 'A whole week', 'Learn 7 days in a row.',
    'flame', 30, 'longest_streak', 7
),
(
    'month_streak', 'A whole month', 'Learn 30 days in a row.',
    'calendar', 150, 'longest_streak', 30
),
(
    'fifty_days', 'Regular', 'Learn on 50 days.',
    'sunrise', 75, 'active_days', 50
),
(
    'ten_hours', 'Ten hours', 'Watch 10 hours of lessons.',
    'clock', 40, 'hours_watched', 10
),
(
    'thousand_points', 'Collector', 'Earn 1,000 points.',
    'gem', 50, 'total_points', 1000
),
(
    'two_languages', 'Polyglot', 'Complete courses in 2 languages.',
    'languages', 50, 'languages_completed', 2
)
on conflict on constraint achievements_code_key do nothing;
