"""Mails about logins, queued in the transaction of what they tell about."""
