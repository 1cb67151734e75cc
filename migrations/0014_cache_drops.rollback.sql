drop table cache_server, cache_drops;
