"""Referrals to partners, with what came of them."""
