"""A task's id leads to its run's partition."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from signoff.runs.ids import (
    code_and_ordinal,
    derived_run_id,
    generation_prefix,
    is_id,
    new_run_id,
    run_partition,
    step_code,
    task_id,
    top_step,
)

PATHS = st.text(min_size=1, max_size=60)


@given(PATHS, st.integers(0, 499))
def test_a_task_id_is_a_uuid_that_carries_its_run_its_step_and_its_ordinal(path, ordinal):
    run_id = new_run_id()
    task = task_id(run_id, step_code(path), ordinal)
    assert uuid.UUID(task).version == 4
    assert run_partition("acme", task) == run_partition("acme", run_id)
    assert code_and_ordinal(task) == (step_code(path), ordinal)


def test_letter_case_does_not_matter():
    run_id = new_run_id()
    assert run_partition("acme", run_id.upper()) == run_partition("acme", run_id)
    assert code_and_ordinal(task_id(run_id, "abcdef012", 3).upper()) == ("abcdef012", 3)


def test_tenants_never_share_a_partition():
    run_id = new_run_id()
    assert run_partition("acme", run_id) != run_partition("acme2", run_id)


def test_a_derived_id_is_the_same_for_the_same_parts_only():
    assert derived_run_id("a", "b") == derived_run_id("a", "b")
    assert derived_run_id("a", "b") != derived_run_id("ab", "")
    assert uuid.UUID(derived_run_id("a")).version == 4


def test_what_is_no_uuid_is_no_id():
    good = new_run_id()
    assert is_id(good)
    assert is_id(good.upper())
    for bad in ("", "x", good[:-1], good + "0", "{" + good + "}", good.replace("-", ""), "٣" * 36):
        assert not is_id(bad)


def test_the_paths_of_the_first_generation_have_no_prefix():
    assert [generation_prefix(number) for number in (1, 2, 10)] == ["", "@2/", "@10/"]


@given(st.integers(1, 100), st.sampled_from(["", "/legal/check#2", "/0/item#1/1/x#1"]))
def test_every_path_names_its_top_level_step(generation, inside):
    assert top_step(f"{generation_prefix(generation)}review-2#3{inside}") == "review-2"
