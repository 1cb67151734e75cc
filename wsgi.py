"""The WSGI application: `gunicorn wsgi:app`, and what the `flask` command finds."""

from courseapp import create_app

app = create_app()
