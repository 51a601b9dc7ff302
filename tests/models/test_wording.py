"""Whether a narrative says that something was so, or denies it."""

from __future__ import annotations

import re

import pytest

from models.checks.wording import (
    CRIME,
    GROUND,
    HARM_DONE,
    HOW,
    HOW_MANY,
    POLICE,
    TRAINING,
    WHEN,
    says,
)

CRIMES = (
    "we have not ruled out theft",
    "theft has not been ruled out",
    "We cannot rule out theft",
    "we cannot exclude fraud",
    "not known whether it was stolen",
    "The laptop was not encrypted and was stolen",
    "The door was not locked when the thief came",
    "It was not locked. A thief took it",
    "Stolen laptop was recovered, police ref 12",
    "someone stole the bag",
    "no doubt it was stolen",
    "The bag was not lost but stolen",
    "our office was broken into",
    "hackers got in",
    "a file with fraud investigations was e-mailed to a wrong address",
    "ransomware encrypted the file server",
    "not only phished but blackmailed",
    "the attacker phished one mailbox",
    "Malware was found",
    "an employee clicked on a phishing link",
    "no data was taken; the thief left the laptop",
    "cannot say if it was stolen",
)
NO_CRIMES = (
    "wasn't stolen",
    "wasn\u2019t stolen",
    "There is no evidence that data was stolen",
    "There is no evidence of theft, phishing or malware",
    "no sign of phishing or ransomware",
    "Staff failed an anti-phishing test",
    "a phishing simulation went to the wrong list",
    "the anti-malware scan found nothing",
    "sent to our fraud team by mistake",
    "nobody believes the laptop was stolen",
    "It was lost, not stolen",
    "neither stolen nor hacked",
    "The letter went to a neighbour.",
    "no malware",
    "without any malicious intent",
    "no malicious intent",
    "never hacked",
    "It didn't involve theft",
    "no\nransomware",
)
HARM = (
    "two customers have been defrauded",
    "money was taken from three accounts",
    "one person was threatened",
    "If money was stolen we would know",
)
NO_HARM = (
    "Nobody has suffered harm",
    "no individual has suffered harm",
    "customers may have suffered loss",
    "There is no evidence that any of the individuals has suffered loss",
    "they could have been impersonated",
    "No money was stolen",
)


@pytest.mark.parametrize("text", CRIMES)
def test_what_looks_like_a_crime_is_seen(text: str) -> None:
    assert says(CRIME, text)


@pytest.mark.parametrize("text", NO_CRIMES)
def test_what_is_denied_or_only_a_drill_is_no_crime(text: str) -> None:
    assert not says(CRIME, text)


@pytest.mark.parametrize("text", HARM)
def test_harm_that_was_done_is_seen(text: str) -> None:
    assert says(HARM_DONE, text)


@pytest.mark.parametrize("text", NO_HARM)
def test_harm_that_is_denied_or_only_possible_is_not(text: str) -> None:
    assert not says(HARM_DONE, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (POLICE, "crime reference number CR/1"),
        (TRAINING, "we train everybody in June"),
        (TRAINING, "a refresher for the team"),
        (GROUND, "the risk has been removed"),
        (GROUND, "Article 34 paragraph 3, letter c"),
        (WHEN, "the next day"),
        (WHEN, "within 24 hours"),
        (HOW_MANY, "1,180 were told"),
        (HOW, "we spoke to each of them"),
    ],
)
def test_a_usual_way_to_say_it_is_understood(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)


def test_a_laptop_left_on_a_train_is_no_training() -> None:
    assert not TRAINING.search("We asked the train company; it was left on one of its trains.")
