"""Calendars that people send as iCalendar: read and expanded in a process of its own."""
