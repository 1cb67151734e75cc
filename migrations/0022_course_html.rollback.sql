alter table courses drop column description_html, drop column html_version;
