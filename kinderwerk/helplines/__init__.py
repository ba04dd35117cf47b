"""Whom to call: one list of numbers for papers, emergency cards and every page that names one."""
