"""Texts of people, made fit for print: what they may contain, and how large they are set."""

import re
import unicodedata
from dataclasses import dataclass

from courseapp.certificate_document import fonts

# More accents than this on one letter are not writing, and would run over the page.
MARKS = 6
# Invisible, and part of how Persian and the languages of India are written.
JOINERS = "\u200c\u200d"
# Visible, though Unicode counts them with what is not: signs above Arabic and Syriac numbers.
SIGNS = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2"
SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Words of one letter go to the line of the next word in Polish.
SHORT_WORDS = re.compile(r"(?<!\S)([aiouwz]) ", re.IGNORECASE)


def printable(text: str, limit: int) -> str:
    """At most `limit` characters of `text`, all of which leave a mark on paper.

    Without what only steers a screen, such as the controls that turn the order of letters round;
    `�` for a letter that no font has. A picture that none has is left out.
    """
    kept, marks = [], 0
    for character in " ".join(text[:limit].split()):
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        steers = category == "Cc" or (category == "Cf" and character not in JOINERS + SIGNS)
        if SELECTORS.match(character):
            if kept and kept[-1] + character in fonts.variants():
                kept.append(character)
        elif steers or marks > MARKS:
            continue
        elif fonts.characters()[ord(character)] and category != "Co":
            kept.append(character)
        elif category[0] not in "SM":
            kept.append("�")
    is_visible = any(unicodedata.category(character)[0] in "LNPS" for character in kept)
    return " ".join("".join(kept).split()) if is_visible else "—"


def without_short_ends(text: str) -> str:
    """`text` whose lines do not end in a word of one letter."""
    return SHORT_WORDS.sub("\\1\N{NO-BREAK SPACE}", text)


def direction(text: str) -> str:
    """`rtl` if the first letter belongs to a script that is written from right to left."""
    for character in text:
        if (order := unicodedata.bidirectional(character)) in ("L", "R", "AL"):
            return "ltr" if order == "L" else "rtl"
    return "ltr"


# By the first of these that a text has. Only Japanese chooses variants of characters.
LANGUAGES = (
    *(("HIRAGANA", "ja"), ("KATAKANA", "ja"), ("VARIATION SELECTOR", "ja")),
    *(("HANGUL", "ko"), ("CJK", "zh")),
)


def language(text: str, otherwise: str) -> str:
    """The language whose forms the Chinese characters of `text` have: a guess by its letters."""
    names = [unicodedata.name(character, "") for character in text]
    for script, tag in LANGUAGES:
        if any(name.startswith(script) for name in names):
            return tag
    return otherwise


@dataclass(eq=False)
class Text:
    """A text that is set as large as there is room for.

    `sizes` are those to try, the largest first: points, and the lines they may take.
    """

    text: str
    sizes: tuple[tuple[float, int], ...]
    language: str
    step: int = 0
    width: int = 100

    @property
    def size(self) -> float:
        return self.sizes[self.step][0]

    @property
    def most_lines(self) -> int:
        return self.sizes[self.step][1]

    @property
    def is_smallest(self) -> bool:
        return self.step + 1 == len(self.sizes)

    def shrink(self, lines: int) -> None:
        """Go to the next size that may do for what takes `lines` in this one."""
        size = self.size
        self.step += 1
        while not self.is_smallest and lines * self.size / size > self.most_lines + 1:
            self.step += 1

    @property
    def direction(self) -> str:
        return direction(self.text)

    @property
    def cased(self) -> bool:
        """Whether it is of a script with capitals, which may be spaced and slanted."""
        return not any(
            character.isalpha() and character.lower() == character.upper()
            for character in self.text
        )
