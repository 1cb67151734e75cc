alter table lessons drop column body_html, drop column html_version;
