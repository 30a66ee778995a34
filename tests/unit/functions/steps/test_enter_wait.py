"""The step function enter_wait, as a state machine calls it"""

import pytest

from signoff.errors import StepFailed
from steps import enter_wait
from tests.support.gateway import Context


def test_a_payload_of_another_schema_fails_by_name():
    with pytest.raises(StepFailed, match="schema"):
        enter_wait.handler({"schema": 99, "scope": {}, "step": {}}, Context())
