"""What the law says where a problem names it: the paragraphs of one article, word for word."""

from __future__ import annotations

import re

# Regulation (EU) 2016/679, Article 33, as published; the UK GDPR keeps it, and where it says
# "supervisory authority" names the Commissioner.
_NOTICE = "Regulation (EU) 2016/679; the UK GDPR says Commissioner for supervisory authority"
_ARTICLE = {
    "33(1)": (
        "In the case of a personal data breach, the controller shall without undue delay and, "
        "where feasible, not later than 72 hours after having become aware of it, notify the "
        "personal data breach to the supervisory authority competent in accordance with Article "
        "55, unless the personal data breach is unlikely to result in a risk to the rights and "
        "freedoms of natural persons. Where the notification to the supervisory authority is not "
        "made within 72 hours, it shall be accompanied by reasons for the delay."
    ),
    "33(3)": (
        "The notification referred to in paragraph 1 shall at least:\n"
        "(a) describe the nature of the personal data breach including where possible, the "
        "categories and approximate number of data subjects concerned and the categories and "
        "approximate number of personal data records concerned;\n"
        "(b) communicate the name and contact details of the data protection officer or other "
        "contact point where more information can be obtained;\n"
        "(c) describe the likely consequences of the personal data breach;\n"
        "(d) describe the measures taken or proposed to be taken by the controller to address the "
        "personal data breach, including, where appropriate, measures to mitigate its possible "
        "adverse effects."
    ),
    "33(4)": (
        "Where, and in so far as, it is not possible to provide the information at the same time, "
        "the information may be provided in phases without undue further delay."
    ),
}
_CITED = re.compile(r"Art\. (33\([0-9]\))")


def law_lines(source: str) -> tuple[str, ...]:
    """Return the paragraphs that a source cites, each under its number; none for another source."""
    lines: list[str] = []
    for number in dict.fromkeys(_CITED.findall(source)):
        if number in _ARTICLE:
            lines += ["", f"Article {number}", *_ARTICLE[number].split("\n")]
    return (*lines, "", f"({_NOTICE})") if lines else ()
