"""Accounts, users, roles, credentials, permissions and the audit log of accounts.

:mod:`wattloom.accounts.policy` is the one table of who may do what.
"""
