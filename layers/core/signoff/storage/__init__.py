"""DynamoDB as the engine sees it: items, pages and transactions; no domain in here."""
