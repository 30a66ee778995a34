"""What a state machine sees of a step function: a result, or one of three errors by name."""

import pytest

from signoff.entrypoints.step import step
from signoff.errors import Busy, NotFound, StaleAttempt, StepFailed, TransientFailure
from tests.support.gateway import Context

PAYLOAD = {
    "schema": 1,
    "scope": {"run": {"tenant": "acme", "id": "r", "attempt": 2}},
    "step": {"id": "Submitted", "path": "Submitted#1"},
}


def test_the_service_gets_the_payload_and_its_result_goes_back():
    assert step(lambda payload: {"got": payload})(PAYLOAD, Context()) == {"got": PAYLOAD}
    assert step(lambda payload: None)(PAYLOAD, Context()) is None


@pytest.mark.parametrize(
    ("raised", "name", "message"),
    [
        (StepFailed("nobody to ask"), "StepFailed", "Submitted: nobody to ask"),
        (StaleAttempt("gone"), "StaleAttempt", "gone"),
        (TransientFailure("later"), "TransientFailure", "later"),
        (Busy("too many writers"), "TransientFailure", "too many writers"),
        (NotFound("no such definition"), "StepFailed", "Submitted: no such definition"),
        (
            RuntimeError("secret-name"),
            "TransientFailure",
            "unexpected failure, see the function's log",
        ),
        (KeyError("scope"), "TransientFailure", "unexpected failure, see the function's log"),
    ],
)
def test_the_name_of_the_error_is_what_catch_and_retry_match(raised, name, message):
    def fails(payload):
        raise raised

    with pytest.raises((StepFailed, StaleAttempt, TransientFailure)) as told:
        step(fails)(PAYLOAD, Context())
    assert (type(told.value).__name__, str(told.value)) == (name, message)


def test_what_really_happened_is_in_the_log(caplog):
    def fails(payload):
        raise RuntimeError("secret-name")

    with pytest.raises(TransientFailure):
        step(fails)(PAYLOAD, Context())
    assert "secret-name" in caplog.text


def test_a_payload_that_names_no_place_is_the_services_to_judge():
    with pytest.raises(TransientFailure):
        step(lambda payload: payload["scope"])({}, Context())
