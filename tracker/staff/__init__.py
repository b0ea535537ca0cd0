"""Accounts, sign-in, roles, the activity log, background jobs and the audit trail."""
