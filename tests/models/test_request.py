from __future__ import annotations

from models.case import case_view
from models.request import Request, requests
from tests.models.test_case import Fields, controller, letter
from tests.models.test_waiting import REQUEST, RESPONSE, answers, asked


def of(**more: Fields) -> tuple[Request, ...]:
    return requests(case_view("c" * 32, controller(**more)))


def test_the_latest_answer_to_a_question_counts() -> None:
    later = {**answers("out", 2), "created": "2020-01-05T10:00:00Z"}
    later["payload"] = {"replies": [{"number": 2, "text": "thirteen"}]}

    (request,) = of(
        **{
            f"message/{REQUEST}": asked("in", "2020-01-31", "2020-01-09", None),
            f"message/{RESPONSE}": answers("out", 2),
            "message/" + "9" * 32: later,
        }
    )

    assert [each.reply for each in request.questions] == ["", "thirteen", ""]
    assert [each.number for each in request.open] == [1, 3]
    assert not request.by_us


def test_an_answer_to_another_request_answers_nothing_of_this_one() -> None:
    other = {**answers("out", 1), "in_reply_to": "4" * 64}

    (request,) = of(**{f"message/{REQUEST}": asked("in", None), f"message/{RESPONSE}": other})

    assert request.questions[0].reply == ""


def test_what_is_odd_in_a_request_is_left_out() -> None:
    odd = [7, {"number": "1", "text": "x"}, {"number": 1}, {"number": 2, "text": "y", "due": 3}]
    created = "2020-01-02T10:00:00Z"
    payload = {"questions": odd}

    (request, empty) = of(
        **{
            f"message/{REQUEST}": letter("information_request", "out", created, payload=payload),
            f"message/{RESPONSE}": letter(
                "information_request", "out", created, payload={"questions": "x"}
            ),
        }
    )

    assert [(each.number, each.due) for each in request.questions] == [(2, None)]
    assert request.by_us
    assert empty.questions == ()
