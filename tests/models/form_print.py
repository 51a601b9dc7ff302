"""The ICO's form as text, filled in; any line of it can be lost or spoilt."""

from __future__ import annotations

from models.library import load_pack

PACK = load_pack("ico-2019")


def boxes(question: str, *ticked: str) -> str:
    marks = {True: "\u2612", False: "\u2610"}
    options = PACK.question(question).options
    assert set(ticked) <= set(options)
    return "\n".join(f"{marks[option in ticked]} {option}" for option in options)


CLEAN = f"""\
Report a personal data breach

Report type
\u2612 Initial report
\u2610 Follow-up report
ICO case reference: N/A

Reason for report - after consulting the guidance
{boxes("threshold", "I consider the incident meets the threshold to report")}

About the breach
Please describe what happened, what went wrong and how
A folder of staff records was open to the internet.
A stranger told the hosting company.
Was the breach caused by a cyber incident?
{boxes("cyber", "Yes")}
How did you find out about the breach?
The training supplier telephoned.
When did you discover the breach?
Date: 18 December 2019
Time: 16:42
When did the breach happen?
Date: 7 December 2019
Time:
Categories of personal data included in the breach (tick all that apply)
{boxes("data_categories", "Health data", "Other (please give details below)")}
Please give details
National Insurance numbers
Number of personal data records concerned? 121,109
How many data subjects could be affected?
121,109 (48,740 with a National Insurance number)
Categories of data subjects affected (tick all that apply)
{boxes("subject_categories", "Employees")}
Potential consequences of the breach
Please describe the possible impact on data subjects, as a result of the breach. Please state if
there has been any actual harm to data subjects
Phishing.
What is the likelihood that data subjects will experience significant consequences as a result of
the breach?
{boxes("likelihood", "Unlikely")}
Please give details
The numbers alone open nothing.
Had the staff member involved in this breach received data protection training in the last
two years?
{boxes("staff_training", "Don't know")}
Taking action
Describe the actions you have taken, or propose to take, as a result of the breach
[redacted]
Have you told data subjects about the breach?
{boxes("subjects_told", "Something else (please give details below)")}
Please give details
A notice stands on the intranet.
Have you told, or are you planning to tell any other organisations about the breach?
{boxes("others_told", "Yes")}
If you answered yes, please specify
Northmoor Police
- Public Training Inspectorate
About you
Organisation (data controller) name: Northmoor Training Agency
Registered organisation address: 4 Sample Quay, Northmoor
Person making this report
Name: [redacted]
Email: dp@northmoor.example
Phone:
Data protection officer
\u2610 Same details as above
Name: M. Specimen
Email: dpo@northmoor.example
"""
