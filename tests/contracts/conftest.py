"""What the document and the routes say."""

import pytest
from api_document import Document, documented_path, is_of_the_api


@pytest.fixture(scope="module")
def document(app):
    """The OpenAPI document of the module's app."""
    return Document(app)


@pytest.fixture(scope="module")
def api_views(app):
    """The views of the API by (method, documented path)."""
    return {
        (method.lower(), documented_path(rule)): app.view_functions[rule.endpoint]
        for rule in app.url_map.iter_rules()
        if is_of_the_api(rule)
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
