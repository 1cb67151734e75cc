"""The certificate as a PDF: one A4 page, tagged and archival (PDF/A-3a).

For the worker alone: requests can do without WeasyPrint, half a second and 65 MB.
"""

from courseapp.certificate_document.certificate import Certificate
from courseapp.certificate_document.rendering import PackagesMissing, check, render

__all__ = ["Certificate", "PackagesMissing", "check", "render"]
