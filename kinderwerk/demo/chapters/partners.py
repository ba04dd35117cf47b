"""The directory of those with whom the organisations work."""

from datetime import timedelta

from kinderwerk.demo.chapters.aims import LEADS
from kinderwerk.demo.chapters.story import Story
from kinderwerk.demo.town import geography
from kinderwerk.demo.town.partners import PARTNERS, Neighbour
from kinderwerk.demo.town.people import AT
from kinderwerk.partners import service as partners
from kinderwerk.partners.rules import PartnerWish


def directory(story: Story) -> None:
    with story.on(story.calendar.begins + timedelta(days=8)):
        for number, one in enumerate(PARTNERS):
            actor = story.actor(LEADS[one.house])
            story.partners[one.key] = partners.add(story.session, actor, _wish(story, one, number))


def _wish(story: Story, one: Neighbour, number: int) -> PartnerWish:
    since = story.calendar.begins - timedelta(days=100)
    longitude, latitude = geography.place(*one.point) if one.point else (None, None)
    return PartnerWish(
        name=one.name, kind=one.kind, contact_name=one.contact, phone=f"0399 55 03 {number:02d}",
        email=f"{one.key}{AT}", address=one.address, latitude=latitude, longitude=longitude,
        works_in=one.works_in, age_from=one.ages[0] if one.ages else None,
        age_to=one.ages[1] if one.ages else None, how_to_reach=one.reach, waiting_weeks=one.weeks,
        agreed_from=since if one.agreed else None,
        agreed_until=story.today + timedelta(days=one.ends_in) if one.ends_in else None,
        agreement=f"Map Partners, {since:%d-%m-%Y}" if one.agreed else "",
    )  # fmt: skip
