"""POST /api/v1/tasks/{taskId}/release"""

from api.flows import release_task
from tests.unit.functions.handlers import SHOWN_TASK, TASK, Recorder, send, task


def test_the_caller_releases_the_task_of_the_path(known, monkeypatch):
    release = Recorder(task())
    monkeypatch.setattr(release_task, "release", release)
    assert send(release_task.handler, taskId=TASK) == (200, SHOWN_TASK)
    (caller, task_id), _ = release.call
    assert (caller.actor.id, task_id) == ("bob", TASK)
