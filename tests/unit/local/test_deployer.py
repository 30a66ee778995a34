"""What a stack is deployed with."""

import pytest

from signoff_local import deployer
from signoff_local.process import StackError


def test_deadlines_take_their_time_unless_somebody_says_otherwise(monkeypatch):
    monkeypatch.delenv(deployer.TIME_SCALE, raising=False)
    assert "SlaTimeScale" not in deployer._parameters()
    monkeypatch.setenv(deployer.TIME_SCALE, "0.0001")
    assert deployer._parameters()["SlaTimeScale"] == "0.0001"


@pytest.mark.parametrize("scale", ["0", "-1", "2", "fast", "nan"])
def test_a_scale_that_makes_no_sense_is_refused_before_anything_starts(scale, monkeypatch):
    monkeypatch.setenv(deployer.TIME_SCALE, scale)
    with pytest.raises(StackError, match=deployer.TIME_SCALE):
        deployer._parameters()


def test_another_scale_is_another_deployment(monkeypatch, tmp_path):
    template = tmp_path / "template.yaml"
    template.write_text("Resources: {}", encoding="utf-8")
    monkeypatch.delenv(deployer.TIME_SCALE, raising=False)
    one = deployer._digest(template, deployer._parameters())
    monkeypatch.setenv(deployer.TIME_SCALE, "0.5")
    assert deployer._digest(template, deployer._parameters()) != one
