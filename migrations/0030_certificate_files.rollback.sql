drop table certificate_files, credential_status_lists;
