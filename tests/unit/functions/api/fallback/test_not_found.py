"""$default"""

import json

from api.fallback.not_found import handler
from tests.support.gateway import Context, event


def test_each_contract_refuses_in_its_own_words():
    flow = handler(event("GET", "/nothing"), Context())
    admin = handler(event("GET", "/api/v1/admin/nothing"), Context())
    assert (flow["statusCode"], json.loads(flow["body"])) == (404, {"error": "Not found"})
    assert (admin["statusCode"], json.loads(admin["body"])["success"]) == (404, False)
