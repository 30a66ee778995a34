"""What AWS asks for one unit of each thing that an approval uses: list prices, in US dollars.

Region us-east-1 (N. Virginia), beyond all free tiers, first tier of volume, without tax or
discount; looked up in July 2025 on the pricing page of each service. Prices differ by region:
change them here, nothing else depends on one.
"""

from __future__ import annotations

from dataclasses import dataclass

REGION = "us-east-1"
LOOKED_UP = "July 2025"


@dataclass(frozen=True)
class Price:
    """``dollars`` for ``per`` units."""

    thing: str
    dollars: float
    per: float
    page: str

    def of(self, units: float) -> float:
        """Dollars for so many units."""
        return self.dollars * units / self.per


TRANSITION = Price("Step Functions state transition", 25.00, 1e6, "step-functions/pricing")
WRITE = Price("DynamoDB write request unit", 0.625, 1e6, "dynamodb/pricing/on-demand")
READ = Price("DynamoDB read request unit", 0.125, 1e6, "dynamodb/pricing/on-demand")
# Reading a stream by a Lambda trigger is free.
STREAM = Price("DynamoDB Streams record, read by Lambda", 0.0, 1e6, "dynamodb/pricing/on-demand")
API_REQUEST = Price("API Gateway HTTP API request", 1.00, 1e6, "api-gateway/pricing")
INVOCATION = Price("Lambda request", 0.20, 1e6, "lambda/pricing")
COMPUTE = Price("Lambda GB-second, arm64", 13.3334, 1e6, "lambda/pricing")
EVENT = Price("EventBridge custom event, per 64 KB", 1.00, 1e6, "eventbridge/pricing")
LOG_BYTE = Price("CloudWatch Logs, byte ingested", 0.50, 1e9, "cloudwatch/pricing")
TRACE = Price("X-Ray trace recorded", 5.00, 1e6, "xray/pricing")
TRANSFER = Price("Data transfer out to the internet, byte", 0.09, 1e9, "ec2/pricing/on-demand")
