alter table lessons drop column body_html, drop column html_version;
alter table courses drop column description_html, drop column html_version;
