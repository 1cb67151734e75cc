-- name: create_next_key()!
-- purpose:  Put back one key or index that drop_keys took off, checked against all rows.
-- endpoint: flask seed load
-- param:    none
-- returns:  nothing
-- index:    none
-- budget:   20 s, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    its table, as drop_keys did
-- scope:    none
do $$
declare
    key record;
begin
    delete from load_key
    where place = (select min(place) from load_key)
    returning * into key;
    execute key.definition;
end
$$;
