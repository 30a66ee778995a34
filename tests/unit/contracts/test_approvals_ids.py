"""Ids of the Approvals API: pure, there and back again, each text with one meaning."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signoff.contracts.approvals.ids import instance_id, run_of, template_id
from signoff.definitions.names import definition_named
from signoff.errors import Malformed, NotFound

RUN = "3c650bc5-1767-42b3-9ba3-cca43614d3ac"


@given(st.from_regex(r"[a-z0-9][a-z0-9_-]{0,63}", fullmatch=True))
def test_a_templates_id_leads_back_to_its_key(key):
    assert definition_named(template_id(key)) == key


@given(st.uuids())
def test_an_instances_id_leads_back_to_its_run(run):
    assert run_of(instance_id(str(run))) == str(run)
    assert run_of(instance_id(str(run)).upper().replace("WI_", "wi_")) == str(run)


def test_the_forms_of_a_template():
    assert template_id("invoice_approval") == "wt_invoice_approval"
    assert definition_named("invoice_approval") == "invoice_approval"
    assert definition_named("wt_wt_x") == "wt_x"
    assert definition_named(str(uuid.UUID(RUN))) == RUN


def test_the_form_of_an_instance():
    assert instance_id(RUN) == "wi_3c650bc5176742b39ba3cca43614d3ac"


@pytest.mark.parametrize("text", ["wi_8a3b9c2d", "wi_0", f"wi_{'a' * 33}", f"wi_{'A' * 31}"])
def test_an_id_of_another_length_is_nobodys(text):
    with pytest.raises(NotFound):
        run_of(text)


@pytest.mark.parametrize("text", ["", "wi_", "wi_xyz", RUN, f"WI_{'a' * 32}", "wi_8a3b ", "wi_٣"])
def test_what_is_no_id_is_malformed(text):
    with pytest.raises(Malformed) as refusal:
        run_of(text)
    assert refusal.value.field == "instanceId"
