"""Words that narratives use, and whether one says that something was so: for checks that read text.

A form asks for facts in free text that no option of it holds. What is found here is a reason to
look, never more than a warning or a gap that a person may override.
"""

from __future__ import annotations

import re
from typing import Final

CRIME: Final = re.compile(
    r"\b(?<!anti-)(?:stolen|stole|steal\w*|theft|thie(?:f|ves)|burgl\w*|break[- ]in"
    r"|bro(?:ke|ken) into|robb\w+|mugged|scam\w*|(?:phish|vish|smish)(?:ed|ing)|ransom\w*"
    r"|malicious\w*|malware|hack(?:ed|er|ers|ing)|extort\w*|fraud\w*|blackmail\w*)\b"
    # a drill, a shield or an office is no crime
    r"(?! (?:drills?|exercises?|insurance|policy|prevention|protection|scan\w*|simulations?|team"
    r"|department|tests?|training|awareness))",
    re.IGNORECASE,
)
RANSOMWARE: Final = re.compile(
    r"\b(?<!anti-)ransom\w*(?! (?:insurance|policy|protection|drills?|exercises?))", re.IGNORECASE
)
POLICE: Final = re.compile(
    r"\b(?:police|constabulary|action fraud|national crime agency|cyber ?crime|law enforcement"
    r"|crime (?:ref\w*|number|report)|garda|gendarmerie|polizei|politie|europol)",
    re.IGNORECASE,
)
# never a bare "train": a laptop is left on one
TRAINING: Final = re.compile(
    r"\b(?:re-?train\w*|train(?:ed|ing)|(?:to|will|shall|must|we) train|e-?learning"
    r"|refresher|briefings?|awareness (?:sessions?|campaign|course))\b",
    re.IGNORECASE,
)
# what may have been is no harm done
HARM_DONE: Final = re.compile(
    r"\b(?:(?<!may )(?<!might )(?<!could )(?<!would )ha(?:s|ve|d) (?:already )?(?:suffered"
    r"|lost money|been (?:defrauded|blackmailed|harassed|threatened|impersonated|targeted))"
    r"|(?:was|were) (?:defrauded|blackmailed|harassed|threatened|impersonated)"
    r"|(?<!have )suffered (?:loss|harm|distress|damage)\w*|already suffered"
    r"|money (?:was|has been) (?:taken|stolen))",
    re.IGNORECASE,
)
GROUND: Final = re.compile(
    r"34\s*(?:\(3\)|,? para(?:graph|\.)? ?3)|unintelligib\w*|encrypt\w*|disproportionate"
    r"|public communication|no longer likely|risk (?:has been |was |is )?(?:removed|averted)",
    re.IGNORECASE,
)
WHEN: Final = re.compile(
    r"\b(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2}(?:st|nd|rd|th)? (?:of )?"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w* \d{1,2}"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|yesterday|today|(?:same|next|following) day|this"
    r" (?:morning|afternoon|week)|last week|within \d+ (?:hours?|days?)|straight ?away|at once"
    r"|immediately)\b",
    re.IGNORECASE,
)
HOW_MANY: Final = re.compile(
    r"\b\d[\d,. ]*(?!\d*[./-]\d)(?:people|persons|individuals|customers|patients|employees|staff"
    r"|members|users|students|learners|data subjects|of them|letters|e-?mails|calls"
    r"|were|have been|clients|families|households|parents|pupils|residents|tenants)\b"
    r"|\b(?:all|every|each|everyone|everybody|both|one|two|three|four|five|six|seven|eight|nine"
    r"|ten|the (?:person|customer|patient|employee|individual))\b",
    re.IGNORECASE,
)
HOW: Final = re.compile(
    r"\b(?:letters?|post(?:ed)?|e-?mail\w*|telephon\w*|phon\w*|call(?:ed|s)?|in person|met|meeting"
    r"|sms|text messages?|web ?site|notice|portal|wrote|written|spoke|spoken"
    r"|verbal(?:ly)?|orally|visit(?:ed)?|face[- ]to[- ]face|messaged?)\b",
    re.IGNORECASE,
)
_NEGATED: Final = re.compile(
    r"\b(?:no|not|never|without|nor|nobody|none|neither|cannot|\w+n['\u2019]t)"
    r"(?:(?:,?\s+(?!(?:and|but|when|while|as|because|so|after|since|until|if|whether|only|doubt|then"
    r"|exclud\w+|rul(?:ed?|ing) out)\b)[^\W_](?:[\w'\u2019-])*){0,6},?\s+(?:\"|\u201c|')?)$",
    re.IGNORECASE,
)
_BEFORE: Final = 90  # characters before a word that can take it back


def says(pattern: re.Pattern[str], text: str) -> bool:
    """Return whether `text` holds the pattern and does not deny it: "no ransomware" does.

    A denial reaches six words, through a list, and ends with its sentence or clause: "not locked
    when a thief came" and "theft is not ruled out" deny nothing.
    """
    return any(
        not _NEGATED.search(text, max(0, found.start() - _BEFORE), found.start())
        for found in pattern.finditer(text)
    )
