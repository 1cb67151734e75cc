"""What a certificate says besides names, in its two languages."""

from datetime import date

# In Polish in words that fit women and men.
WORDS = {
    "en": {
        "heading": "Certificate of Completion",
        "awarded": "This certificate is awarded to",
        "completed": "for completing the course",
        "instructor": "Course instructor",
        "issuer": "Issued by",
        "date": "Date of completion",
        "number": "Certificate no.",
        "issued": "Issued on",
        "verify": "Verify at",
        "qr": "QR code that leads to the page where this certificate is verified",
    },
    "pl": {
        "heading": "Certyfikat ukończenia",
        "awarded": "Niniejszy certyfikat otrzymuje",
        "completed": "za ukończenie kursu",
        "instructor": "Prowadzenie kursu",
        "issuer": "Wystawca",
        "date": "Data ukończenia",
        "number": "Certyfikat nr",
        "issued": "Wystawiono",
        "verify": "Sprawdź na stronie",
        "qr": "Kod QR, który prowadzi do strony sprawdzającej ten certyfikat",
    },
}

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października"
    " listopada grudnia",
}


def written(day: date, language: str) -> str:
    """A date as one writes it in `language`, which no line break divides."""
    month = MONTHS[language].split()[day.month - 1]
    year = f"{day.year} r." if language == "pl" else f"{day.year}"
    return f"{day.day} {month} {year}".replace(" ", "\N{NO-BREAK SPACE}")
