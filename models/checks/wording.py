"""Words that narratives use, and whether one says that something was so: for checks that read text.

A form asks for facts in free text that no option of it holds. What is found here is a reason to
look, never more than a warning or a gap that a person may override.
"""

from __future__ import annotations

import re
from typing import Final

CRIME: Final = re.compile(
    r"\b(?:stolen|theft|thie(?:f|ves)|burgl\w*|break-in|robb\w+|phish\w*|ransom\w*|malicious\w*"
    r"|malware|hack(?:ed|er|ers|ing)|extort\w*|fraud\w*|blackmail\w*)",
    re.IGNORECASE,
)
RANSOMWARE: Final = re.compile(r"\bransom\w*", re.IGNORECASE)
POLICE: Final = re.compile(
    r"\b(?:police|constabulary|action fraud|national crime agency|cyber ?crime|law enforcement"
    r"|garda|gendarmerie|polizei|politie|europol)",
    re.IGNORECASE,
)
TRAINING: Final = re.compile(r"\b(?:re-?train\w*|train(?:ed|ing|s)?|e-?learning)\b", re.IGNORECASE)
HARM_DONE: Final = re.compile(
    r"\b(?:ha(?:s|ve|d) (?:already )?(?:suffered|lost money|been (?:defrauded|blackmailed|harassed"
    r"|threatened|impersonated|targeted))|(?:was|were) (?:defrauded|blackmailed|harassed"
    r"|threatened|impersonated)|suffered (?:loss|harm|distress|damage)\w*|already suffered"
    r"|money (?:was|has been) (?:taken|stolen))",
    re.IGNORECASE,
)
GROUND: Final = re.compile(
    r"34\s*\(3\)|unintelligib\w*|encrypt\w*|disproportionate|public communication"
    r"|no longer likely",
    re.IGNORECASE,
)
WHEN: Final = re.compile(
    r"\b(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2}(?:st|nd|rd|th)? (?:of )?"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w* \d{1,2}"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|yesterday|today|same day|at once|immediately)\b",
    re.IGNORECASE,
)
HOW_MANY: Final = re.compile(
    r"\b\d[\d,. ]*(?!\d*[./-]\d)(?:people|persons|individuals|customers|patients|employees|staff"
    r"|members|users|students|learners|data subjects|of them|letters|e-?mails|calls)\b"
    r"|\b(?:all|every|each|everyone|everybody|both|one|two|three|four|five|six|seven|eight|nine"
    r"|ten|the (?:person|customer|patient|employee|individual))\b",
    re.IGNORECASE,
)
HOW: Final = re.compile(
    r"\b(?:letters?|post(?:ed)?|e-?mail\w*|telephon\w*|phon\w*|call(?:ed|s)?|in person|met|meeting"
    r"|sms|text messages?|web ?site|notice|portal|wrote|written)\b",
    re.IGNORECASE,
)
_NEGATED: Final = re.compile(
    r"\b(?:no|not|never|without|nor|nobody|none|neither|cannot|n't)\W+(?:\w+\W+){0,3}$",
    re.IGNORECASE,
)
_BEFORE: Final = 60  # characters before a word that can take it back


def says(pattern: re.Pattern[str], text: str) -> bool:
    """Return whether `text` holds the pattern and does not deny it: "no ransomware" does."""
    return any(
        not _NEGATED.search(text, max(0, found.start() - _BEFORE), found.start())
        for found in pattern.finditer(text)
    )
