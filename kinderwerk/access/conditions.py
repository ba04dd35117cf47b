"""The circumstances a policy entry can ask for."""

from kinderwerk.access.vocabulary import Actor, Condition, Facts, Membership, Role


def _in_reach(actor: Actor, membership: Membership, facts: Facts) -> bool:
    return (
        membership.organisation_id is not None
        and membership.organisation_id == facts.organisation_id
        and membership.neighbourhood_id in (None, facts.neighbourhood_id)
    )


def _of_organisation(actor: Actor, membership: Membership, facts: Facts) -> bool:
    return (
        membership.organisation_id is not None
        and membership.organisation_id == facts.organisation_id
    )


def _in_municipality(actor: Actor, membership: Membership, facts: Facts) -> bool:
    return (
        membership.municipality_id is not None
        and membership.municipality_id == facts.municipality_id
    )


def _is(actor: Actor, person: object) -> bool:
    return actor.id is not None and actor.id == person


always = Condition("always", lambda actor, membership, facts: True)
restricted = Condition("restricted", lambda actor, membership, facts: facts.restricted)
published = Condition("published", lambda actor, membership, facts: facts.published)
released = Condition("released", lambda actor, membership, facts: facts.released)
past_the_line = Condition("past the line", lambda actor, membership, facts: facts.past_line)
lasting = Condition("not over", lambda actor, membership, facts: facts.lasting)
same_organisation = Condition("same organisation", _in_reach)
#: Also for those who work in one neighbourhood: what the whole organisation knows.
of_organisation = Condition("of the organisation", _of_organisation)
same_municipality = Condition("same municipality", _in_municipality)
own = Condition("own", lambda actor, membership, facts: _is(actor, facts.author_id))
owner = Condition("owner", lambda actor, membership, facts: _is(actor, facts.owner_id))
#: For as long as the owner is away: who was named to stand in. Its twin is that of `owner`.
deputy = Condition(
    "deputy of the owner", lambda actor, membership, facts: facts.owner_id in actor.stands_in_for
)
#: Whoever acts as protection officer in place of one reads what that one was let into.
reads_instead = Condition(
    "officer in place of a reader",
    lambda actor, membership, facts: (
        membership.role is Role.PROTECTION_OFFICER and bool(facts.readers & actor.stands_in_for)
    ),
)
#: Nobody else comes near the name of a child: their certificate of good conduct was seen.
checked = Condition("checked", lambda actor, membership, facts: membership.checked)
reader = Condition("reader", lambda actor, membership, facts: actor.id in facts.readers)
on_duty = Condition("on duty", lambda actor, membership, facts: actor.id in facts.on_duty)
carer = Condition("carer", lambda actor, membership, facts: actor.id in facts.carers)
follower = Condition("follower", lambda actor, membership, facts: actor.id in facts.followers)
own_family = Condition("own family", lambda actor, membership, facts: actor.id in facts.family)


def and_(*parts: Condition) -> Condition:
    return Condition(
        " and ".join(_bracketed(part) for part in parts),
        lambda actor, membership, facts: all(p.holds(actor, membership, facts) for p in parts),
        parts,
        "and",
    )


def or_(*parts: Condition) -> Condition:
    return Condition(
        " or ".join(part.name for part in parts),
        lambda actor, membership, facts: any(p.holds(actor, membership, facts) for p in parts),
        parts,
        "or",
    )


def not_(part: Condition) -> Condition:
    return Condition(
        f"not {_bracketed(part)}",
        lambda actor, membership, facts: not part.holds(actor, membership, facts),
        (part,),
        "not",
    )


def _bracketed(part: Condition) -> str:
    return f"({part.name})" if part.joined == "or" else part.name


#: What is known of children and families, for those who may know it.
knows_families = and_(checked, same_organisation)
#: A case is read by who carries it, stands in for them or was let in, inside the organisation, and
#: never by someone whose own family it is about.
on_the_case = and_(
    checked, same_organisation, or_(owner, deputy, reader, reads_instead), not_(own_family)
)
#: What of it goes out of the house is decided by whoever carries it.
carries_it = and_(checked, same_organisation, or_(owner, deputy), not_(own_family))
#: Who gave a reason reads what is known, for a while; also in an emergency never about their own.
broke_the_glass = and_(checked, of_organisation, own, lasting, not_(own_family))
#: A story has no name in it; whoever wrote any of its words is not the one who lets it out.
tells_stories = and_(checked, of_organisation)
releases_stories = and_(checked, of_organisation, not_(own), not_(owner))
#: Whoever was invited to think along, and nobody else: whatever they lead.
invited = and_(checked, of_organisation, reader)
#: How something went is read by who wrote it down and who sees to the change.
learns_from_it = and_(checked, of_organisation, or_(own, owner, deputy))
learns_from_all = and_(checked, of_organisation)
#: A lesson is read by everybody once a second person let it in; before by those two alone.
reads_lesson = and_(checked, of_organisation, or_(released, own, reader))
writes_lesson = and_(checked, of_organisation, own)
lets_lesson_in = and_(checked, of_organisation, reader, not_(own))
wrote_it = and_(same_organisation, own)
#: What a child said and what worries is for the protection officer alone.
told_plainly = and_(same_organisation, not_(restricted))
oversees = and_(checked, same_organisation, not_(own_family))
#: Activities are planned for the whole organisation: whoever works in one neighbourhood sees them
#: too. A visit to one family is seen by who makes it, and by the coordinator.
open_to_colleagues = and_(of_organisation, or_(not_(restricted), own, reader))
#: What somebody had made for themselves, in the role in which they asked.
asked_for_it = and_(of_organisation, own)
plans_it = and_(of_organisation, or_(own, reader))
#: Whoever is there on that date, and nobody who is only there on others.
stands_there = and_(of_organisation, on_duty)
runs_it = and_(same_organisation, on_duty)
knows_who_comes = and_(checked, runs_it)
#: The same, for the days on which they need to know.
runs_it_now = and_(checked, runs_it, lasting)
released_here = and_(same_municipality, released)
#: What a family asks of the whole organisation is answered by nobody of that family.
answers_families = and_(checked, of_organisation, not_(own_family))
#: What somebody asks about their own details is seen to, but never by one of them.
keeps_rights = and_(of_organisation, not_(own_family))
#: Nobody is the second person to themselves, nor to what is done for them.
second_person = and_(same_organisation, not_(own), not_(owner))
#: Everything at once, with the names of all children: fetched by who asked, agreed to by another.
brings_in = and_(checked, of_organisation)
takes_along = and_(checked, asked_for_it)
second_word = and_(checked, second_person)
own_record = and_(of_organisation, owner)
#: Nobody watches over themselves.
about_others = and_(of_organisation, not_(owner))
#: Nor over the one in whose place they stand.
watches_over = and_(of_organisation, not_(owner), not_(deputy))
#: Nor does a protection officer over another one: that goes past them.
watches_over_others = and_(watches_over, not_(past_the_line))
#: What went wrong is overseen by the coordinator, and known to who wrote it, sees to it or stands
#: in for whoever does; what is about somebody who works here goes past all of them.
sees_to_it = and_(of_organisation, or_(own, owner, deputy), not_(past_the_line), not_(own_family))
on_the_line = and_(of_organisation, not_(past_the_line), not_(own_family))
beside_the_line = and_(of_organisation, past_the_line, not_(own_family))
#: A talk with a child lies with two people; past the line with two confidential advisers.
keeps_talk = and_(
    checked, of_organisation, or_(owner, reader), not_(past_the_line), not_(own_family)
)
keeps_beside = and_(of_organisation, or_(owner, reader), past_the_line, not_(own_family))
#: Somebody who was told of an alert says that they saw it.
hears_alert = and_(
    checked, of_organisation, or_(owner, reader, on_duty), lasting, not_(past_the_line),
    not_(own_family),
)  # fmt: skip
hears_beside = and_(keeps_beside, lasting)
