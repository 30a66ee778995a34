"""One metric and one log line per invocation; traces only where they are sampled."""

import json
import subprocess
import sys

import pytest

from signoff.entrypoints import observability
from signoff.errors import Conflict
from tests.support.gateway import send
from tests.unit.entrypoints.face_under_test import Shown, ask, make

pytestmark = pytest.mark.usefixtures("scopes")


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(None, "done"), (Conflict("no"), "refused"), (RuntimeError("no"), "failed")],
)
def test_one_metric_by_operation_and_outcome(error, outcome, capsys):
    def run(request):
        if error:
            raise error
        return Shown(said="x")

    run.__module__ = "api.flows.claim_task"
    ask(make(run))
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    assert [(m["operation"], m["outcome"], m["Requests"]) for m in metrics] == [
        ("claimTask", outcome, [1.0])
    ]


def test_the_log_line_names_operation_tenant_and_key_and_no_body(caplog, monkeypatch):
    lines = []
    monkeypatch.setattr(
        observability.logger,
        "info",
        lambda message, **extra: lines.append(
            {**observability.logger.registered_formatter.log_format, **extra, "message": message}
        ),
    )
    _, _, headers = ask(make(lambda request: Shown(said="private")), body={"name": "private"})
    (line,) = lines
    assert line["message"] == "done"
    assert line["status"] == 200
    assert line["operation"] == "testObservability"
    assert (line["tenant"], line["principal"]) == ("acme", "key:key-1")
    assert line["request_id"] == headers["X-Request-Id"]
    assert "private" not in json.dumps(line, default=str)


def test_keys_of_one_request_do_not_reach_the_next(monkeypatch):
    handler = make(lambda request: Shown(said="x"))
    ask(handler)
    ask(handler, headers={"Authorization": "Bearer bad"})
    assert "tenant" not in observability.logger.registered_formatter.log_format


@pytest.mark.parametrize("trace", [None, "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0"])
def test_a_trace_that_is_not_sampled_does_not_load_the_sdk(trace, monkeypatch):
    if trace:
        monkeypatch.setenv("_X_AMZN_TRACE_ID", trace)
    monkeypatch.setattr(observability, "_tracer", lambda: pytest.fail("the tracer was made"))
    assert ask(make(lambda request: Shown(said="x")))[0] == 200


def test_a_sampled_trace_has_a_subsegment_of_the_operation(monkeypatch):
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1")
    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "true")
    observability._tracer.cache_clear()
    seen = []
    tracer = observability._tracer()
    real = tracer.provider.in_subsegment
    monkeypatch.setattr(
        tracer.provider, "in_subsegment", lambda **named: (seen.append(named), real(**named))[1]
    )
    assert ask(make(lambda request: Shown(said="x")))[0] == 200
    assert seen == [{"name": "## testObservability"}]
    observability._tracer.cache_clear()


def test_a_handler_loads_nothing_that_it_rarely_needs():
    """In a fresh interpreter: cold starts pay for what is imported at the top."""
    code = (
        "import sys; sys.path.insert(0, 'functions'); import api.flows.decide_task;"
        "print([m for m in ('boto3', 'aws_xray_sdk', 'yaml', 'jsonata', 'jsonschema',"
        "'aws_lambda_powertools.utilities.idempotency', 'signoff.compiler') if m in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("path", "named"), [("/api/v1/flows", "/api/v1/flows"), ("/decide/secret.token", None)]
)
def test_a_line_names_the_path_unless_the_path_is_a_secret(path, named, monkeypatch):
    lines = []

    def note(message, **extra):
        lines.append({**observability.logger.registered_formatter.log_format, **extra})

    monkeypatch.setattr(observability.logger, "info", note)
    send("PUT", path)
    (line,) = lines
    assert line.get("path") == named
    assert named or "secret" not in json.dumps(line, default=str)
