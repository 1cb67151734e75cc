-- Those that somebody has stay.
delete from achievements as a
where
    a.code in (
        'first_lesson', 'ten_lessons', 'hundred_lessons', 'first_course', 'five_courses',
        'five_enrollments', 'week_streak', 'month_streak', 'fifty_days', 'ten_hours',
        'thousand_points', 'two_languages'
    )
    and not exists (
        select from user_achievements as ua
        where ua.achievement_id = a.id
    );
alter table achievements drop constraint achievements_icon_check;
