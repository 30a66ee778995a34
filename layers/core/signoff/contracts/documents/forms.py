"""The form that documents and their versions are uploaded with."""

from signoff.entrypoints.form import FormSpec

# Lambda takes 6 MB of request (AWS Lambda Developer Guide, "Quotas"), which the gateway fills with
# base64: a third longer than the form.
DIRECT_BYTES = 4 * 1024**2

FILE = FormSpec("file", DIRECT_BYTES, "POST /api/v1/documents/uploads")
