"""How large the parts of a request may be; services and contracts hold to the same numbers.

Step Functions carries at most 256 KiB from state to state, and every decision stays in what its run
carries; DynamoDB takes 400 KB an item.
"""

DOCUMENT_REF_CHARACTERS = 4_096
COMMENT_CHARACTERS = 4_000
URGENCY_CHARACTERS = 32
DECISION_DATA_BYTES = 16 * 1024
VARIABLES_BYTES = 64 * 1024

# Seconds that an answer waits for the run to go on (design section 2).
WAIT_SECONDS = 3.0
LONGEST_WAIT_SECONDS = 20
# Seconds for which a command that comes again under its Idempotency-Key is known.
COMMAND_KEPT_SECONDS = 24 * 3600
