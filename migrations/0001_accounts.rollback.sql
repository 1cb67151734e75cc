drop table audit_log, login_failures, one_time_tokens, sessions, users;
