"""What can happen to people and to what they sign in with, one module for each occasion."""

from kinderwerk.accounts.service.people import add_user, organisation_named

__all__ = ["add_user", "organisation_named"]
