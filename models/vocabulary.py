"""The words of the ICO's dataset "data security incident trends", in its own order.

Source: the published workbook to Q4 2025 (Open Government Licence v3.0). The 22 incident types are
its labels; that some are cyber and the others not is our reading of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from models.strictjson import JSON

UNKNOWN: Final = "Unknown"
CYBER: Final = "Cyber"
NON_CYBER: Final = "Non Cyber"
CYBER_TYPES: Final = (
    "Brute Force",
    "Cryptographic flaw",
    "Denial of service",
    "Hardware/software misconfiguration",
    "Malware",
    "Phishing",
    "Ransomware",
    "Unauthorised access",
    "Other cyber incident",
)
OTHER_TYPES: Final = (
    "Alteration of personal data",
    "Data emailed to incorrect recipient",
    "Data of wrong data subject shown in client portal",
    "Data posted or faxed to incorrect recipient",
    "Failure to redact",
    "Failure to use bcc",
    "Incorrect disposal of hardware",
    "Incorrect disposal of paperwork",
    "Loss/theft of device containing personal data",
    "Loss/theft of paperwork or data left in insecure location",
    "Verbal disclosure of personal data",
    "Other non-cyber incident",
    "Not Provided",
)
TYPES: Final = (*CYBER_TYPES, *OTHER_TYPES)
DECISIONS: Final = (
    "Informal Action Taken",
    "Investigation Pursued",
    "No Further Action",
    "Not Yet Assigned",
    "Regulatory action taken",
)
SECTORS: Final = (
    "Central Government",
    "Charitable and voluntary",
    "Education and childcare",
    "Finance, insurance and credit",
    "General business",
    "Health",
    "Justice",
    "Land or property services",
    "Legal",
    "Local government",
    "Marketing",
    "Media",
    "Membership association",
    "Online Technology and Telecoms",
    "Political",
    "Regulators",
    "Religious",
    "Retail and manufacture",
    "Social care",
    "Transport and leisure",
    "Utilities",
    "Unassigned",
    UNKNOWN,
)
TIMES: Final = {
    "A": "Less than 24 hours",
    "B": "24 hours to 72 hours",
    "C": "72 hours to 1 week",
    "D": "More than 1 week",
}
"""By the band of the clock."""
SIZES: Final = (
    (10, "1 to 9"),
    (100, "10 to 99"),
    (1_000, "100 to 1k"),
    (10_000, "1k to 10k"),
    (100_000, "10k to 100k"),
)
"""Fewer data subjects than the number: the label; as many or more are `LARGEST`."""
LARGEST: Final = "100k and above"
RELABELLED: Final = {
    "Criminal convictions, offences": "Criminal convictions or offences",
    "Gender reassignment data": "Gender Reassignment Data",
    "Basic personal identifiers, eg name, contact details": "Basic personal identifiers",
    "Identification data, eg usernames, passwords": "Identification data",
    "Economic and financial data, eg credit card numbers, bank details": (
        "Economic and financial data"
    ),
    "Official documents, eg driving licences": "Official documents",
    "Not yet known": UNKNOWN,
}
"""The form's labels that the dataset writes otherwise."""


@dataclass(frozen=True, slots=True)
class Classification:
    """How a case is counted: an incident type, a sector, what was decided; each may be empty."""

    type: str = ""
    sector: str = ""
    decision: str = ""


FIELDS: Final = {"type": TYPES, "sector": SECTORS, "decision": DECISIONS}


def classification(value: JSON) -> Classification:
    """Return how a register `case/class` classes a case; what is not of the vocabulary is not."""
    if not isinstance(value, dict):
        return Classification()
    told = {name: value.get(name) for name in FIELDS}
    known = {name: str(word) for name, word in told.items() if word in FIELDS[name]}
    return Classification(**known)


def size(total: int | None) -> str:
    """Return the label of a number of data subjects; none, or 0, is unknown."""
    if not total:
        return UNKNOWN
    return next((label for limit, label in SIZES if total < limit), LARGEST)


def relabelled(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Return the form's labels as the dataset writes them; it has no "Other"."""
    named = [RELABELLED.get(label, label) for label in labels if not label.startswith("Other")]
    return tuple(named) or (UNKNOWN,)
