"""`If-Match`: which version of a resource an author has seen."""

import re

from flask import request

_TAG = re.compile(r'(?:W/)?"v([0-9]{1,18})-[0-9a-f]+"')


def seen_versions() -> list[int] | None:
    """The versions that the request's `If-Match` names; None when any will do.

    The ETags of what authors change begin with the row's version, see
    :func:`courseapp.responses.json_response`. The rest of it is not compared: it also stands for
    what is not the author's, such as the reader's own progress.
    """
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return None
    return [int(version) for version in _TAG.findall(given)]
