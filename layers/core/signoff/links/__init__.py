"""Links in mails: whoever has one may look at one task, and decide it once, without signing in."""
