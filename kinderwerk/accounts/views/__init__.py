"""The screens about people: signing in, one's own account, and who belongs to an organisation."""

from kinderwerk.accounts.views import account, entrance, members, outside, passkeys
from kinderwerk.accounts.views.blueprint import bp

__all__ = ["account", "bp", "entrance", "members", "outside", "passkeys"]
