"""What several operations have in common, as the API's document says it."""

# The problems of every operation that takes a body.
BODY = ("malformed", "unsupported_media_type", "too_large", "invalid", "cross_site")
PUBLIC = {"security": [{}]}
OPTIONAL = {"security": [{}, {"cookie": []}, {"bearer": []}]}
# What authors may send: texts of 100,000 characters, each up to twelve bytes in JSON (an emoji is).
LONG_BODY = 1_310_720
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "description": "ETags of a version that you have read: another one is refused with 412",
    "schema": {"type": "string"},
}
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "Any text of your own: the same request with it, again within 24 hours, gets the"
    " same answer and creates nothing more",
    "schema": {"type": "string", "maxLength": 255, "pattern": "^[!#-~]+$"},
}
# The problems of what only a course's staff may do.
AUTHORS = ("unauthenticated", "forbidden", "unavailable")
CHANGES = ("precondition_failed", "cross_site", "not_found", *AUTHORS)
CREATES = ("bad_request", "in_flight", "idempotency_key_reused", *BODY, *AUTHORS)
