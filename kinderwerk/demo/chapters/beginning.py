"""The town, its organisations, who works there, and where things take place."""

from random import Random

from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Membership, Municipality, Organisation, User
from kinderwerk.audit import service as audit
from kinderwerk.demo.chapters.story import Story
from kinderwerk.demo.rules import SEED, Calendar
from kinderwerk.demo.town import geography
from kinderwerk.demo.town.people import AT, HOUSES, PARENT, PARENT_NAME, STAFF, Colleague
from kinderwerk.demo.town.venues import VENUES
from kinderwerk.places import queries as place_queries
from kinderwerk.places import service as places
from kinderwerk.places.reading import upload as reading
from kinderwerk.places.rules import CodeScheme, Upload, VenueWish


def begin(session: Session, calendar: Calendar) -> Story:
    town = Municipality(name=geography.TOWN, code=geography.CODE)
    session.add(town)
    audit.record(session, SYSTEM, "municipality.added", town.id)
    return Story(session=session, chance=Random(SEED), calendar=calendar, municipality=town)


def people(story: Story) -> None:
    for house in HOUSES:
        made = Organisation(
            name=house.name, municipality=story.municipality, email=house.email, phone=house.phone
        )
        story.session.add(made)
        story.houses[house.name] = made
        audit.record(story.session, SYSTEM, "organisation.added", made.id)
    for one in STAFF:
        story.people[one.key] = _colleague(story, one)
    parent = User(email=f"{PARENT}{AT}", name=PARENT_NAME)
    story.session.add(parent)
    story.people[PARENT] = parent
    audit.record(story.session, SYSTEM, "user.added", parent.id)
    story.session.flush()


def _colleague(story: Story, one: Colleague) -> User:
    house = story.houses[one.house] if one.house else None
    roles: list[Role] = [one.role, *([one.also] if one.also else [])]
    held = [
        Membership(role=role, organisation=house, municipality=story.municipality, checked=True)
        for role in roles
    ]
    user = User(email=one.email, name=one.name, memberships=held)
    story.session.add(user)
    audit.record(
        story.session, SYSTEM, "user.added", user.id, role=one.role.value,
        also=[membership.id for membership in held],
    )  # fmt: skip
    return user


def places_of_the_town(story: Story) -> None:
    """Import the town's outlines and figures as those of any town are imported."""
    here = story.municipality.id
    for year in sorted({story.calendar.begins.year, story.calendar.finished.year}):
        upload = Upload(
            outlines=geography.outlines(), figures=geography.figures(),
            scheme=CodeScheme.NL_CBS, columns="", year=year,
        )  # fmt: skip
        joined = reading.read(upload, geography.CODE)
        places.write(story.session, SYSTEM, here, joined, CodeScheme.NL_CBS)
    story.areas = {one.name: one for one in place_queries.neighbourhoods(story.session, here)}
    for venue in VENUES:
        longitude, latitude = geography.place(*venue.point)
        wish = VenueWish(
            name=venue.name, address=venue.address, postcode=venue.postcode, town=geography.TOWN,
            latitude=latitude, longitude=longitude, wheelchair=venue.wheelchair,
            toilet=venue.toilet, outdoors=venue.outdoors, accessibility=venue.accessibility,
            phone=venue.phone,
        )  # fmt: skip
        story.venues[venue.key] = places.add_venue(story.session, story.actor(venue.by), wish)
