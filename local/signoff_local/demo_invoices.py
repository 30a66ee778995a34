"""The part of `make run` that speaks the Approvals API: an invoice, uploaded and approved.

A program does all of it. Whom it acts for stands in the bodies, and the directory knows the rest.
"""

from __future__ import annotations

import secrets

from signoff_local.walking import Client, expect, say, title

SUBMITTER, MANAGER = "alice", "dora"


def approve_an_invoice(client: Client) -> None:
    """Upload it, start its approval, find the task that this makes, approve for a person."""
    title("3. An invoice, through the Approvals API")
    say("An ERP system uploads an invoice. It is a new one each time: the same again is refused.")
    text = f"Invoice {secrets.token_hex(4)}: quarterly payment to Acme Ltd"
    document = client.upload("/documents", "invoice.txt", text)["data"]
    say(f"It starts the approval in the name of {SUBMITTER}.")
    context = {"submittedBy": SUBMITTER, "urgency": "normal", "comment": "Quarterly payment"}
    body = {"templateId": "wt_invoice_approval", "documentId": document["id"], "context": context}
    started = client.call(None, "POST", "/workflows/start", body)["data"]
    expect(started["currentApprovers"] == [MANAGER] and started["slaDeadline"] is not None)
    instance = started["instanceId"]
    say(f"What it has for {MANAGER}, a finance manager:")
    query = f"status=Pending&assigneeId={MANAGER}&instanceId={instance}"
    (task,) = client.call(None, "GET", f"/workflows/tasks?{query}")["data"]
    expect(task["slaStatus"] == "ok")
    say(f"She presses a button in a chat; the bot approves for {MANAGER}.")
    body = {"action": "approve", "actorUserId": MANAGER, "comment": "Approved per Q2 budget"}
    done = client.call(None, "POST", f"/workflows/instances/{instance}/advance", body)["data"]
    expect(done["status"] == "Completed" and done["outcome"] == "APPROVED")
