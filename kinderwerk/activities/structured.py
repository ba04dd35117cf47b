"""What other programs read of activities: schema.org for search engines, GeoJSON for maps."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from kinderwerk.accounts.models import Organisation
from kinderwerk.activities import wording
from kinderwerk.activities.feeds import is_off, page
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.activities.rules import GROWN, OLD
from kinderwerk.core import clock
from kinderwerk.places.models import Venue

SCHEMA: Final = "https://schema.org"
#: When dates that moved would have started, as `moves.starts_before` finds it.
Before = Mapping[UUID, Sequence[datetime]]


def events(
    activity: Activity, dates: Sequence[Occurrence], organiser: Organisation, url: str,
    language: str, before: Before,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return an Event for each date."""
    told = {"@context": SCHEMA}
    return [told | _event(activity, one, organiser, url, language, before) for one in dates]


def programme(
    dates: Sequence[Occurrence], organisers: Mapping[UUID, Organisation], site: str, language: str,
    before: Before,
) -> dict[str, Any]:  # fmt: skip
    """Return the dates of many activities as one graph; `site` as in `feeds.write`."""
    told = (
        _event(
            one.activity, one, organisers[one.organisation_id], page(one, site), language, before
        )
        for one in dates
    )
    return {"@context": SCHEMA, "@graph": list(told)}


def points(dates: Sequence[Occurrence], site: str, language: str) -> dict[str, Any]:
    """Return the dates as RFC 7946 has them; what is on no map has no geometry."""
    return {"type": "FeatureCollection", "features": [_point(one, site, language) for one in dates]}


def _event(
    activity: Activity, date: Occurrence, by: Organisation, url: str, language: str, before: Before
) -> dict[str, Any]:
    title, summary = wording.title(activity, language), wording.summary(activity, language)
    told: dict[str, Any] = {
        "@type": "Event" if activity.age_from >= GROWN else "ChildrensEvent",
        "@id": f"{url}#{date.id}",
        "name": title.text,
        "url": url,
        "startDate": clock.to_wall(date.starts_at).isoformat(),
        "endDate": clock.to_wall(date.ends_at).isoformat(),
        "eventStatus": f"{SCHEMA}/Event{'Cancelled' if is_off(activity, date) else 'Scheduled'}",
        "eventAttendanceMode": f"{SCHEMA}/OfflineEventAttendanceMode",
        "organizer": {"@type": "Organization", "name": by.name},
        "typicalAgeRange": _ages(activity),
        "audience": _audience(activity),
        "isAccessibleForFree": activity.price_cents == 0,
        "offers": {
            "@type": "Offer",
            "price": f"{activity.price_cents / 100:.2f}",
            "priceCurrency": "EUR",
            "url": url,
        },
    }
    if summary.text:
        told["description"] = summary.text
    if activity.photo:
        told["image"] = f"{url}/photo/large/{activity.photo.mark}.webp"
    if activity.languages:
        told["inLanguage"] = list(activity.languages)
    if date.place:
        told["location"] = _place(date.place)
    return told | _moved(date, before.get(date.id, ()))


def _moved(date: Occurrence, before: Sequence[datetime]) -> dict[str, Any]:
    if not before or is_off(date.activity, date):
        return {}
    return {
        "eventStatus": f"{SCHEMA}/EventRescheduled",
        "previousStartDate": [clock.to_wall(one).isoformat() for one in before],
    }


def _audience(activity: Activity) -> dict[str, Any]:
    told = {"@type": "PeopleAudience", "suggestedMinAge": activity.age_from}
    return told if activity.age_to >= OLD else told | {"suggestedMaxAge": activity.age_to}


def _place(venue: Venue) -> dict[str, Any]:
    address = {
        "streetAddress": venue.address, "postalCode": venue.postcode, "addressLocality": venue.town
    }  # fmt: skip
    known = {name: words for name, words in address.items() if words}
    told: dict[str, Any] = {"@type": "Place", "name": venue.name}
    if known:
        told["address"] = {"@type": "PostalAddress"} | known
    if venue.longitude is not None:
        told["geo"] = {
            "@type": "GeoCoordinates", "latitude": venue.latitude, "longitude": venue.longitude
        }  # fmt: skip
    return told


def _point(date: Occurrence, site: str, language: str) -> dict[str, Any]:
    activity, venue, spot = date.activity, date.place, None
    if venue and venue.longitude is not None:
        spot = {"type": "Point", "coordinates": [venue.longitude, venue.latitude]}
    return {
        "type": "Feature",
        "id": str(date.id),
        "geometry": spot,
        "properties": {
            "name": wording.title(activity, language).text,
            "url": page(date, site),
            "starts": clock.to_wall(date.starts_at).isoformat(),
            "ends": clock.to_wall(date.ends_at).isoformat(),
            "cancelled": is_off(activity, date),
            "venue": venue.name if venue else None,
            "address": venue.where if venue else None,
            "ages": _ages(activity),
            "price": activity.price_cents / 100,
        },
    }


def _ages(activity: Activity) -> str:
    """Return ages as schema.org writes them, without an end where there is none."""
    return f"{activity.age_from}-{'' if activity.age_to >= OLD else activity.age_to}"
