-- Creating in the schema public is not given back: PostgreSQL itself does not allow it any more.
do $$
begin
    execute format('grant temporary on database %I to public', current_database());
end $$;
