"""How a printed form asks each of its questions: what a line of text is recognised by.

Source: the ICO's Word form of 2018 to 2020, in the words that both printed copies and the blank one
have. Matched without case, punctuation or blanks, and with a few letters missing or wrong.
"""

from __future__ import annotations

from typing import Final

_ICO_2019: Final[dict[str, tuple[str, ...]]] = {
    "spoken_to": (
        "If you have already spoken to a member of ICO staff about this breach, give their name",
        "Name of ICO staff member you have already spoken to",
    ),
    "kind": ("Report type",),
    "case_reference": ("ICO case reference", "Case reference"),
    "threshold": (
        "Reason for report - after consulting the guidance",
        "Reason for report",
        "Having consulted the guidance, why are you reporting",
    ),
    "what_happened": (
        "Please describe what happened",
        "Please describe what happened, what went wrong and how",
        "What happened, what went wrong, and how",
    ),
    "cyber": ("Was the breach caused by a cyber incident",),
    "how_found": ("How did you find out about the breach",),
    "discovered": ("When did you discover the breach",),
    "occurred": ("When did the breach happen",),
    "data_categories": (
        "Categories of personal data included in the breach (tick all that apply)",
        "Categories of personal data included in the breach",
    ),
    "records_count": ("Number of personal data records concerned",),
    "subjects_count": ("How many data subjects could be affected",),
    "subject_categories": (
        "Categories of data subjects affected (tick all that apply)",
        "Categories of data subjects affected",
    ),
    "consequences": (
        "Potential consequences of the breach",
        "Please describe the possible impact on data subjects, as a result of the breach",
        (
            "Please describe the possible impact on data subjects as a result of the breach. "
            "Please state if there has been any actual harm to data subjects"
        ),
    ),
    "likelihood": (
        (
            "What is the likelihood that data subjects will experience significant "
            "consequences as a result of the breach"
        ),
    ),
    "systems_affected": (
        (
            "(Cyber incidents only) Has the confidentiality, integrity and/or availability of your "
            "information systems been affected"
        ),
        (
            "Has the confidentiality, integrity and/or availability of your information "
            "systems been affected"
        ),
    ),
    "organisation_impact": (
        "(Cyber incidents only) Impact on your organisation",
        "Impact on your organisation",
    ),
    "recovery_time": ("(Cyber incidents only) Recovery time", "Recovery time"),
    "staff_training": (
        (
            "Had the staff member involved in this breach received data protection training in the "
            "last two years"
        ),
    ),
    "delay_reason": (
        (
            "(Initial report only) If there has been a delay in reporting this breach, please "
            "explain why"
        ),
        "If there has been a delay in reporting this breach, please explain why",
    ),
    "prior_measures": (
        (
            "(Follow-up report only) Describe the measures you had in place before the breach with "
            "the aim of preventing a breach of this nature"
        ),
        (
            "Describe the measures you had in place before the breach with the aim of preventing a "
            "breach of this nature"
        ),
    ),
    "actions": (
        "Describe the actions you have taken, or propose to take, as a result of the breach",
        (
            "Describe the actions you have taken, or propose to take, as a result of the breach. "
            "Include, where appropriate, actions you have taken to fix the problem, and to "
            "mitigate any adverse effects"
        ),
    ),
    "prevention_steps": (
        (
            "(Follow-up report only) Outline any steps you are taking to prevent a recurrence, and "
            "when you expect they will be completed"
        ),
        (
            "Outline any steps you are taking to prevent a recurrence, and when you expect "
            "they will be completed"
        ),
    ),
    "subjects_told": ("Have you told data subjects about the breach",),
    "others_told": (
        "Have you told, or are you planning to tell any other organisations about the breach",
        (
            "Have you told, or are you planning to tell any other organisations about the "
            "breach, eg the police, other regulators or supervisory authorities"
        ),
    ),
    "controller_name": ("Organisation (data controller) name", "Data controller name"),
    "controller_address": ("Registered organisation address", "Registered address"),
    "reporter": ("Person making this report",),
    "dpo": (
        "Data protection officer",
        (
            "Data protection officer, or the senior person responsible for data protection in your "
            "organisation"
        ),
    ),
}
DETAILS: Final = (
    "Please give details",
    "Please give details below",
    "If you answered yes, please specify",
    "If yes, please specify",
    "Please specify",
    "If you answered other, please give details",
)
"""Asks for details of the question before it."""
DETAILS_OF: Final = {
    "data_categories": "data_categories_other",
    "subject_categories": "subject_categories_other",
    "likelihood": "likelihood_details",
    "systems_affected": "systems_affected_which",
    "subjects_told": "subjects_told_details",
    "others_told": "others_told_which",
}
HEADINGS: Final = (
    "About the breach",
    "Taking action",
    "About you",
    "Report a personal data breach",
    "Sending this form",
    "What happens next",
)
"""Ends what stands before it, and asks nothing."""
ANCHORS: Final = {"ico-2019": _ICO_2019}
"""By form; a form that is not here cannot be read from text."""
