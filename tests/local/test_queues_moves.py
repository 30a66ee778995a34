"""mends/queues_moves.py: dead letters sent back to where they came from."""

from __future__ import annotations

import json
from typing import Any

from tests.local.harness import Stack, error_of


def dead_letters(stack: Stack) -> tuple[tuple[str, str], tuple[str, str]]:
    """(address, ARN) of a queue and of its dead-letter queue."""
    source, aside = stack.queue(), stack.queue()
    policy = json.dumps({"deadLetterTargetArn": aside[1], "maxReceiveCount": 1})
    queues = stack.client("sqs")
    queues.set_queue_attributes(QueueUrl=source[0], Attributes={"RedrivePolicy": policy})
    return source, aside


def received(stack: Stack, url: str, seconds: int = 30) -> list[dict[str, Any]]:
    found = stack.client("sqs").receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=10,
        VisibilityTimeout=seconds,
        MessageAttributeNames=["All"],
        MessageSystemAttributeNames=["All"],
    )
    return list(found.get("Messages", []))


def newest(stack: Stack, arn: str) -> dict[str, Any]:
    """What is told of a queue's newest task."""
    found = stack.client("sqs").list_message_move_tasks(SourceArn=arn, MaxResults=1)
    return dict(found["Results"][0])


def test_what_was_put_aside_goes_back_as_new_messages_with_their_attributes(stack: Stack) -> None:
    (url, arn), (aside, aside_arn) = dead_letters(stack)
    queues = stack.client("sqs")
    why = {"reason": {"DataType": "String", "StringValue": "KeyError"}}
    sent = queues.send_message(QueueUrl=aside, MessageBody="{}", MessageAttributes=why)
    moved = error_of(queues.start_message_move_task, SourceArn=aside_arn, DestinationArn=arn)
    assert (moved is None) is stack.mended
    if stack.mended:
        (message,) = received(stack, url)
        assert message["MessageAttributes"] == why
        assert message["MessageId"] != sent["MessageId"]
        assert message["Attributes"]["ApproximateReceiveCount"] == "1"
        assert received(stack, aside) == []
        task = newest(stack, aside_arn)
        assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 1)


def test_without_a_destination_each_goes_where_it_came_from(stack: Stack) -> None:
    if not stack.mended:
        return
    (url, _), (aside, aside_arn) = dead_letters(stack)
    queues = stack.client("sqs")
    queues.send_message(QueueUrl=url, MessageBody="redriven")
    assert received(stack, url, seconds=0)
    assert received(stack, url) == []  # once was too often: it is put aside
    queues.start_message_move_task(SourceArn=aside_arn)
    assert [each["Body"] for each in received(stack, url)] == ["redriven"]
    queues.send_message(QueueUrl=aside, MessageBody="from nowhere")
    queues.start_message_move_task(SourceArn=aside_arn)
    task = newest(stack, aside_arn)
    assert (task["Status"], task["FailureReason"]) == ("FAILED", "CouldNotDetermineMessageSource")
    assert [each["Body"] for each in received(stack, aside)] == ["from nowhere"]


def test_only_dead_letter_queues_of_queues_are_moved(stack: Stack) -> None:
    _, arn = stack.queue()
    move = stack.client("sqs").start_message_move_task
    refused = error_of(move, SourceArn=arn)
    assert (refused == "InvalidParameterValue") is stack.mended
    missing = error_of(move, SourceArn=arn + "-of-nobody")
    assert (missing == "ResourceNotFoundException") is stack.mended
