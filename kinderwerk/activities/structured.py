"""What search engines read of an activity: schema.org, as JSON."""

from collections.abc import Sequence
from typing import Any

from kinderwerk.accounts.models import Organisation
from kinderwerk.activities import wording
from kinderwerk.activities.feeds import is_off
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.core.words import ORIGINAL

SCHEMA = "https://schema.org"


def events(
    activity: Activity,
    dates: Sequence[Occurrence],
    organiser: Organisation,
    url: str,
    language: str = ORIGINAL,
) -> list[dict[str, Any]]:
    """Return an Event for each date. Everything in it stands on the page too."""
    title, summary = wording.title(activity, language), wording.summary(activity, language)
    told = {"name": title.text} | ({"description": summary.text} if summary.text else {})
    return [_event(activity, one, organiser, url) | told for one in dates]


def _event(activity: Activity, date: Occurrence, by: Organisation, url: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "@context": SCHEMA,
        "@type": "ChildrensEvent",
        "url": url,
        "startDate": date.starts_at.isoformat(),
        "endDate": date.ends_at.isoformat(),
        "eventStatus": f"{SCHEMA}/Event{'Cancelled' if is_off(activity, date) else 'Scheduled'}",
        "eventAttendanceMode": f"{SCHEMA}/OfflineEventAttendanceMode",
        "organizer": {"@type": "Organization", "name": by.name},
        "typicalAgeRange": f"{activity.age_from}-{activity.age_to}",
        "isAccessibleForFree": activity.price_cents == 0,
        "offers": {
            "@type": "Offer",
            "price": f"{activity.price_cents / 100:.2f}",
            "priceCurrency": "EUR",
            "url": url,
        },
    }
    if activity.languages:
        told["inLanguage"] = list(activity.languages)
    if venue := date.place:
        told["location"] = {
            "@type": "Place",
            "name": venue.name,
            "address": ", ".join(part for part in (venue.address, venue.postcode) if part),
        }
    return told
