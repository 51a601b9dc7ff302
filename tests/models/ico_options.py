"""The options of the ICO's form, written out from the printed form and not from its pack."""

from __future__ import annotations

OPTIONS = """
Q4
  I consider the incident meets the threshold to report
  I do not consider the incident meets the threshold to report, however I want you to be aware
  I am unclear whether the incident meets the threshold to report
Q6
  Yes
  No
  Don't know
Q10
  Data revealing racial or ethnic origin
  Political opinions
  Religious or philosophical beliefs
  Trade union membership
  Sex life data
  Sexual orientation data
  Gender reassignment data
  Health data
  Basic personal identifiers, eg name, contact details
  Identification data, eg usernames, passwords
  Economic and financial data, eg credit card numbers, bank details
  Official documents, eg driving licences
  Location data
  Genetic or biometric data
  Criminal convictions, offences
  Not yet known
  Other (please give details below)
Q14
  Employees
  Users
  Subscribers
  Students
  Customers or prospective customers
  Patients
  Children
  Vulnerable adults
  Not yet known
  Other (please give details below)
Q17
  Very likely
  Likely
  Neutral - neither likely nor unlikely
  Unlikely
  Very unlikely
  Not yet known
Q19
  Yes
  No
  Don't know
Q20
  Confidentiality
  Integrity
  Availability
Q21
  High (lost the ability to provide all critical services to all users)
  Medium (lost a critical service for some users)
  Low (no or little loss of efficiency, critical services still provided)
  Not yet known
Q22
  Regular (predictable, existing resources)
  Supplemented (predictable, with extra resources)
  Extended (not predictable, extra resources)
  Not recoverable (e.g. backups gone)
  Complete (recovered)
  Not yet known
Q23
  Yes
  No
  Don't know
Q30
  Yes, we've told affected data subjects
  We're about to, or are in the process of telling data subjects
  No, they're already aware
  No, but we're planning to
  No, we've decided not to
  We haven't decided yet if we will tell them or not
  Something else (please give details below)
Q32
  Yes
  No
  Don't know
"""
