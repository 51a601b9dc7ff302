from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exports.documents.eml import Enclosure, draft, subject
from models.case import Case
from models.strictjson import JSON
from tests.exports.documents.build import a_case

SEALED = Enclosure("breachcase-0a1b2c3d.age", b"age-encryption.org/v1\n\x00\xff" * 9, sealed=True)
PLAIN = Enclosure("report.txt", "Prokuratura żąda akt\n".encode(), sealed=False)
HEADERS = [
    "From", "To", "Subject", "In-Reply-To", "References", "X-Unsent",
    "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
]  # fmt: skip
LONG_ID = f"<{'L' * 100}@{'M' * 100}.example>"


def mail(case: Case, number: int, *enclosures: Enclosure) -> EmailMessage:
    """Return the draft as a mail program reads it."""
    raw = draft(case, case.reports[number], enclosures)
    assert raw.replace(b"\r\n", b"").count(b"\n") == raw.replace(b"\r\n", b"").count(b"\r") == 0
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998  # RFC 5322, 2.1.1
    read = message_from_bytes(raw, policy=default)
    assert not read.defects
    assert isinstance(read, EmailMessage)
    return read


def body(read: EmailMessage) -> str:
    part = read.get_body()
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_an_initial_report_goes_to_the_mailbox_under_the_exact_subject() -> None:
    read = mail(a_case(said={"subject": "Acknowledgement"}), 0)

    assert read["To"] == "casework@ico.org.uk"
    assert read["Subject"] == "Personal data breach notification"
    assert read["X-Unsent"] == "1"
    assert read["From"] == "a.person@agency.example"
    assert read["Date"] is None
    assert read["In-Reply-To"] is None


def test_a_form_without_a_mailbox_makes_a_draft_without_a_recipient() -> None:
    read = mail(a_case(form="gdpr-art33"), 0)

    assert read["To"] is None
    assert read["Subject"] == "Personal data breach notification"


def test_a_follow_up_replies_to_the_acknowledgement_with_its_subject_unchanged() -> None:
    said = {"subject": "Acknowledgement - IC-40717-T3W9", "message_id": LONG_ID}

    read = mail(a_case(said={**said, "reference": "IC-40717-T3W9"}), 1)

    assert read["Subject"] == "Re: Acknowledgement - IC-40717-T3W9"
    assert read["In-Reply-To"] == read["References"] == LONG_ID
    assert "Your reference: IC-40717-T3W9" in body(read)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"subject": "RE: Acknowledgement"}, "RE: Acknowledgement"),
        ({"subject": "re : Acknowledgement"}, "re : Acknowledgement"),
        ({"subject": "Report received"}, "Re: Report received"),
        ({"reference": "IC-40717-T3W9"}, "Re: Personal data breach notification - IC-40717-T3W9"),
        ({}, "Re: Personal data breach notification"),
        (None, "Re: Personal data breach notification"),
    ],
)
def test_a_reply_is_marked_once_and_made_up_from_what_is_known(
    said: dict[str, JSON] | None, wanted: str
) -> None:
    assert mail(a_case(said=said), 1)["Subject"] == wanted


def test_the_bundle_is_attached_byte_for_byte_and_the_body_says_what_it_is() -> None:
    read = mail(a_case(), 0, SEALED, PLAIN)

    sealed, plain = read.iter_attachments()
    assert sealed.get_content_type() == "application/octet-stream"
    assert sealed.get_filename() == SEALED.name
    assert sealed.get_content() == SEALED.data
    assert plain.get_content_type() == "text/plain"
    assert plain.get_content().encode() == PLAIN.data
    assert "Attached: breachcase-0a1b2c3d.age, sealed to your office." in body(read)
    assert "Attached: report.txt, the answers in the order of your form." in body(read)


def test_no_word_of_the_case_is_in_a_mail_that_a_person_did_not_put_there() -> None:
    raw = draft((case := a_case()), case.reports[0], [SEALED]).decode()

    for word in ("envelope", "Health", "Fictional Way", "A. Person", "960001", "cacacaca"):
        assert word not in raw


@pytest.mark.parametrize(
    "address",
    ["a person@agency.example", "żołw@agency.example", "a@b", "x" * 65 + "@agency.example",
     "a@agency.example,b@other.example", "=?utf-8?q?a?=@agency.example"],
)  # fmt: skip
def test_no_sender_is_made_up_from_what_is_no_address(address: str) -> None:
    reporter: JSON = {"state": "answered", "value": {"name": "A. Person", "email": address}}

    assert mail(a_case(answers={"reporter": reporter}), 0)["From"] is None


def test_a_report_without_a_reporter_has_no_sender() -> None:
    assert mail(a_case(answers={"reporter": {"state": "redacted"}}), 0)["From"] is None


def test_an_encoded_word_in_a_subject_puts_no_header_into_the_mail() -> None:
    # the library decodes it on the way in, and wrote the line end out: a Bcc of the sender's choice
    read = mail(a_case(said={"subject": "=?utf-8?q?a=0D=0ABcc:_x=40evil.example?="}), 1)

    assert read["Bcc"] is None
    assert read["Subject"] == "Re: = ?utf-8?q?a=0D=0ABcc:_x=40evil.example?="


ANY = st.text(st.characters())
PIECES = st.lists(st.sampled_from(["=?utf-8?q?", "?=", "=0D=0A", "\r\n", "Bcc: x@y.z", "ż", " "]))


@given(ANY | PIECES.map("".join), ANY | PIECES.map("".join), ANY)
@example("a\r\nBcc: x@evil.example", "<a@b>\r\nBcc: x@evil.example", "\r\n\r\nBody")
@example("ż" * 500, LONG_ID, "IC-\u202e")
@example("0" * 36 + "=?" * 6 + "¡=?¡", "", "")  # the library's own folding adds a blank
@example("x" * 500, "", "")
def test_no_text_of_a_letter_adds_a_header_or_breaks_one(
    theirs: str, message_id: str, reference: str
) -> None:
    said: dict[str, JSON] = {"subject": theirs, "message_id": message_id, "reference": reference}

    case = a_case(said=said)

    read = mail(case, 1)

    assert set(read.keys()) <= set(HEADERS)
    assert len(read.keys()) == len(set(read.keys()))
    assert read["Subject"].split() == subject(case, case.reports[1]).replace("=?", "= ?").split()
    assert body(read).startswith("This is follow-up report 1 of a personal data breach.\n")
