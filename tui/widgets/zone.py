"""The time zone that a typed moment lacks: offered, never assumed."""

from __future__ import annotations

from dataclasses import replace

from models.answer import Answer, Measure, Organisation, Value
from models.moment import Moment


def with_zone(answer: Answer, zone: str) -> Answer | None:
    """Return the answer with `zone` (an IANA name) in each moment that lacks one, None if none."""
    value = _zoned(answer.value, zone)
    if value == answer.value:
        return None
    return Answer.model_validate({**dict(answer), "value": value})


def _zoned(value: Value | None, zone: str) -> Value | None:
    if isinstance(value, Moment):
        return _moment(value, zone)
    if not isinstance(value, tuple):
        return value
    organisations = [_told(each, zone) for each in value if isinstance(each, Organisation)]
    measures = [_due(each, zone) for each in value if isinstance(each, Measure)]
    return tuple(organisations) or tuple(measures) or value


def _told(told: Organisation, zone: str) -> Organisation:
    found = _moment(told.told_on, zone) if told.told_on else None
    return Organisation(name=told.name, told_on=found, planned=told.planned)


def _due(step: Measure, zone: str) -> Measure:
    due, done = (_moment(each, zone) if each else None for each in (step.due, step.done))
    return Measure(text=step.text, due=due, done=done)


def _moment(moment: Moment, zone: str) -> Moment:
    if moment.zone is not None or moment.offset is not None:
        return moment
    return replace(moment, zone=zone).canonical()
