"""What rendering a certificate takes, beside a bare WeasyPrint render of the very same page.

    .venv/bin/python -m perf.bench.rendering

The bare one has no tags, no archive format and nothing attached. One is measured after the other in
each round, and what counts is their ratio.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from statistics import median

from tabulate import tabulate
from tqdm import tqdm

from courseapp.certificate_document import Certificate, page, render
from courseapp.credentials import Completion, Signer, make_credential

ROUNDS = 30
BARE = "bare WeasyPrint, the same page"
PUBLIC_URL = "https://api.example.com"
SAYS = {
    "learner_name": "Łucja Śródka-Źdźbłowska",
    "course_title": "Analytical Engines from First Principles",
    "language": "en",
    "completed_on": date(2026, 3, 1),
    "issued_at": datetime(2026, 3, 2, tzinfo=UTC),
    "issuer_name": "Northwind Academy",
    "verify_url": f"{PUBLIC_URL}/api/v1/certificates/verify/mZ3kP0aIlO1xWq7_r-bTeg",
}


def measure(rounds: int = ROUNDS) -> str:
    """Render pages and sign a credential; a table."""
    certificate = Certificate(code="mZ3kP0aIlO1xWq7_r-bTeg", signatory_name="Grace Hopper", **SAYS)
    chinese = replace(certificate, learner_name="李明華", course_title="從零開始學習程式設計")
    longest = replace(
        certificate,
        learner_name=("Wolfeschlegelsteinhausenbergerdorff " * 6)[:200],
        course_title=("Introduction to Thermodynamics and Statistical Mechanics " * 4)[:200],
    )
    signer = Signer(bytes(range(32)))
    completion = Completion(certificate_id=7, course_id=3, public_url=PUBLIC_URL, **SAYS)
    credential = make_credential(signer, completion)
    rows = {
        BARE: _bare(certificate),
        "certificate": lambda: render(certificate, credential),
        "credential": lambda: make_credential(signer, completion),
        "certificate in Chinese": lambda: render(chinese, credential),
        "certificate with the longest texts": lambda: render(longest, credential),
    }
    times: dict[str, list[float]] = {name: [] for name in rows}
    for work in rows.values():
        work()
    for _ in tqdm(range(rounds), unit=" rounds", leave=False, disable=None):
        for name, work in rows.items():
            started = time.perf_counter()
            work()
            times[name].append(time.perf_counter() - started)
    table = []
    for name, found in times.items():
        ratio = median(one / bare for one, bare in zip(found, times[BARE], strict=True))
        table.append([name, f"{median(found) * 1000:,.0f} ms", f"{ratio:.2f}"])
    return tabulate(table, ["", "median", "of bare"], colalign=("left", "right", "right"))


def _bare(certificate: Certificate) -> Callable[[], object]:
    markup, (style, fonts) = _markup(certificate), page._style()

    def work() -> None:
        document = page.HTML(string=markup, url_fetcher=page.ORNAMENTS)
        document.write_pdf(stylesheets=[style], font_config=fonts)

    return work


def _markup(certificate: Certificate) -> str:
    """The page's final HTML."""
    seen, html = [], page.HTML

    def noting(string: str, **options):
        seen.append(string)
        return html(string=string, **options)

    page.HTML = noting
    try:
        render(certificate)
    finally:
        page.HTML = html
    return seen[-1]


if __name__ == "__main__":
    print(measure())
