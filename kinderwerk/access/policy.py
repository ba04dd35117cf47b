"""The whole policy, on one page. What is not written here is refused."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from kinderwerk.access.conditions import (
    about_others,
    always,
    answers_families,
    asked_for_it,
    beside_the_line,
    brings_in,
    broke_the_glass,
    carer,
    carries_it,
    checked,
    follower,
    hears_alert,
    hears_beside,
    invited,
    keeps_beside,
    keeps_rights,
    keeps_talk,
    knows_families,
    knows_who_comes,
    learns_from_all,
    learns_from_it,
    lets_lesson_in,
    of_organisation,
    on_the_case,
    on_the_line,
    open_to_colleagues,
    oversees,
    own_record,
    owner,
    plans_it,
    published,
    reads_lesson,
    released_here,
    releases_stories,
    runs_it,
    runs_it_now,
    same_municipality,
    same_organisation,
    second_person,
    second_word,
    sees_to_it,
    stands_there,
    takes_along,
    tells_stories,
    told_plainly,
    watches_over,
    watches_over_others,
    writes_lesson,
    wrote_it,
)
from kinderwerk.access.vocabulary import Action, Actor, Condition, Facts, Membership, Resource, Role
from kinderwerk.core.errors import Unchecked, Withheld

V, G, H, W, C = Role.VISITOR, Role.GUARDIAN, Role.VOLUNTEER, Role.WORKER, Role.COORDINATOR
P, T, F, M, A = (
    Role.PROTECTION_OFFICER, Role.CONFIDANT, Role.PRIVACY_OFFICER, Role.MUNICIPALITY, Role.ADMIN,
)  # fmt: skip

Grants = dict[Role, Condition]


def to(*roles: Role, when: Condition) -> Grants:
    return dict.fromkeys(roles, when)


LIST, VIEW, CREATE, EDIT, RELEASE = Action
R = Resource

POLICY: Final[Mapping[tuple[Resource, Action], Grants]] = MappingProxyType(
    {
        (R.TODAY, LIST): to(G, H, W, C, P, T, F, M, A, when=always),
        (R.PROGRAMME, LIST): to(V, when=always),
        (R.PROGRAMME, VIEW): to(V, when=published),
        (R.ACTIVITY, LIST): to(H, W, C, P, A, when=always),
        (R.ACTIVITY, VIEW): to(H, W, P, A, when=open_to_colleagues) | to(C, when=of_organisation),
        (R.ACTIVITY, CREATE): to(W, C, when=always),
        (R.ACTIVITY, EDIT): to(W, when=plans_it) | to(C, when=of_organisation),
        (R.PLANNER, LIST): to(W, C, when=always),
        (R.PLANNER, VIEW): to(W, when=open_to_colleagues) | to(C, when=of_organisation),
        (R.PLANNER, EDIT): to(C, when=always),
        (R.WORK_CALENDAR, EDIT): to(H, W, C, when=always),
        (R.EMBEDDING, EDIT): to(C, A, when=always),
        (R.GOAL, LIST): to(H, W, C, P, A, when=always),
        (R.GOAL, VIEW): to(H, W, C, P, A, when=same_organisation),
        (R.GOAL, CREATE): to(C, A, when=always),
        (R.GOAL, EDIT): to(C, A, when=same_organisation),
        (R.QUESTION, CREATE): to(C, when=same_organisation),
        (R.QUESTION, EDIT): to(C, when=same_organisation),
        (R.MEASUREMENT, LIST): to(W, C, when=always),
        (R.MEASUREMENT, VIEW): to(W, C, when=same_organisation),
        (R.MEASUREMENT, CREATE): to(C, when=always),
        (R.MEASUREMENT, EDIT): to(W, C, when=same_organisation),
        (R.POLICY_GOAL, LIST): to(W, C, M, A, when=always),
        (R.POLICY_GOAL, VIEW): to(W, C, M, A, when=same_municipality),
        (R.POLICY_GOAL, CREATE): to(C, M, A, when=always),
        (R.POLICY_GOAL, EDIT): to(C, M, A, when=same_municipality),
        (R.ORGANISATION, EDIT): to(C, A, when=same_organisation),
        (R.GRANT, LIST): to(W, C, M, A, when=always),
        (R.GRANT, VIEW): to(W, C, A, when=same_organisation) | to(M, when=same_municipality),
        (R.GRANT, CREATE): to(C, A, when=always),
        (R.GRANT, EDIT): to(C, A, when=same_organisation),
        (R.PLACE, LIST): to(H, W, C, P, M, A, when=always),
        (R.PLACE, VIEW): to(H, W, C, P, M, A, when=same_municipality),
        (R.PLACE, CREATE): to(A, when=always),
        (R.PLACE, EDIT): to(A, when=same_municipality),
        (R.VENUE, LIST): to(H, W, C, P, A, when=always),
        (R.VENUE, VIEW): to(H, W, C, P, A, when=same_organisation),
        (R.VENUE, CREATE): to(W, C, A, when=always),
        (R.VENUE, EDIT): to(W, C, A, when=same_organisation),
        (R.HOLIDAY, LIST): to(W, C, A, when=always),
        (R.HOLIDAY, VIEW): to(W, C, A, when=of_organisation),
        (R.HOLIDAY, CREATE): to(C, A, when=always),
        (R.HOLIDAY, EDIT): to(C, A, when=of_organisation),
        (R.HELPLINE, LIST): to(H, W, C, P, T, F, A, when=always),
        (R.HELPLINE, EDIT): to(A, when=always),
        (R.FAMILY, LIST): to(W, C, P, when=checked),
        (R.FAMILY, VIEW): to(W, C, P, when=knows_families) | to(G, when=carer),
        (R.FAMILY, CREATE): to(G, when=always) | to(W, C, when=checked),
        (R.FAMILY, EDIT): to(W, C, when=knows_families) | to(G, when=carer),
        (R.CHILD, LIST): to(W, C, P, when=checked),
        (R.CHILD, VIEW): to(W, C, P, when=knows_families) | to(G, when=carer),
        (R.CHILD, CREATE): to(W, C, when=checked),
        (R.CHILD, EDIT): to(W, C, when=knows_families) | to(G, when=carer),
        (R.CONSENT, VIEW): to(W, C, P, when=knows_families),
        (R.CONSENT, CREATE): to(W, C, when=knows_families),
        (R.CONSENT, EDIT): to(G, when=carer),
        (R.NEAR_PERSON, EDIT): to(G, when=carer),
        (R.CARE_NOTE, VIEW): to(W, C, when=runs_it_now),
        (R.CARE_NOTE, CREATE): to(W, C, when=oversees),
        (R.CARE_NOTE, EDIT): to(G, when=carer),
        (R.CHILD, RELEASE): to(G, when=owner),
        (R.CARE, CREATE): to(W, C, when=oversees),
        (R.CARE, EDIT): to(W, C, when=oversees),
        (R.COURT_NOTE, VIEW): to(C, P, when=oversees),
        (R.COURT_NOTE, EDIT): to(C, P, when=oversees),
        (R.DOUBLE, LIST): to(W, C, when=checked),
        (R.DOUBLE, EDIT): to(W, C, when=oversees),
        (R.SPOKEN_CODE, CREATE): to(W, C, when=oversees),
        (R.SIGNUP, LIST): to(W, C, when=knows_families),
        (R.SIGNUP, VIEW): to(W, C, when=knows_families) | to(G, when=follower),
        (R.SIGNUP, CREATE): to(W, C, when=knows_families) | to(G, when=published),
        (R.SIGNUP, EDIT): to(W, C, when=knows_families) | to(G, when=carer),
        (R.REGISTER, LIST): to(H, W, C, when=always),
        (R.REGISTER, VIEW): to(H, when=runs_it) | to(W, C, when=same_organisation),
        (R.REGISTER, EDIT): to(H, when=runs_it) | to(W, C, when=same_organisation),
        (R.HOURS, LIST): to(H, W, C, P, when=always),
        (R.HOURS, CREATE): to(H, W, C, P, when=always),
        (R.HOUR_TOTALS, LIST): to(C, when=always),
        (R.IDEA, LIST): to(W, C, P, when=always),
        (R.IDEA, VIEW): to(W, C, when=told_plainly) | to(P, when=same_organisation),
        (R.IDEA, CREATE): to(H, W, C, when=always),
        (R.STORY, LIST): to(W, C, when=checked),
        (R.STORY, VIEW): to(W, C, when=tells_stories),
        (R.STORY, CREATE): to(W, C, when=checked),
        (R.STORY, EDIT): to(W, C, when=tells_stories),
        (R.STORY, RELEASE): to(W, C, when=releases_stories),
        (R.CONSULTATION, LIST): to(W, C, P, when=checked),
        (R.CONSULTATION, VIEW): to(W, C, P, when=invited),
        (R.CONSULTATION, CREATE): to(W, C, P, when=checked),
        (R.CONSULTATION, EDIT): to(W, C, P, when=invited),
        (R.LEARNING_REVIEW, LIST): to(W, C, P, when=checked),
        (R.LEARNING_REVIEW, VIEW): to(W, when=learns_from_it) | to(C, P, when=learns_from_all),
        (R.LEARNING_REVIEW, CREATE): to(W, C, P, when=checked),
        (R.LEARNING_REVIEW, EDIT): to(W, when=learns_from_it) | to(C, P, when=learns_from_all),
        (R.LESSON, LIST): to(W, C, P, when=checked),
        (R.LESSON, VIEW): to(W, C, P, when=reads_lesson),
        (R.LESSON, CREATE): to(W, C, P, when=checked),
        (R.LESSON, EDIT): to(W, C, P, when=writes_lesson),
        (R.LESSON, RELEASE): to(W, C, P, when=lets_lesson_in),
        (R.PHASES, EDIT): to(C, when=always),
        (R.TALK, LIST): to(W, C, P, T, when=always),
        (R.TALK, VIEW): to(W, C, P, when=keeps_talk) | to(T, when=keeps_beside),
        (R.TALK, EDIT): to(W, C, P, when=keeps_talk) | to(T, when=keeps_beside),
        (R.TALK, RELEASE): to(W, C, P, when=hears_alert) | to(T, when=hears_beside),
        (R.CONVERSATION, LIST): to(W, C, P, when=always),
        (R.CONVERSATION, CREATE): to(W, C, P, when=always),
        (R.CONVERSATION, EDIT): to(W, C, P, when=wrote_it),
        (R.TALK_KEEPER, EDIT): to(W, C, P, when=own_record),
        (R.TALK_OFFICE, LIST): to(C, A, when=always),
        (R.TALK_OFFICE, EDIT): to(C, A, when=always),
        (R.IDEA, EDIT): to(W, C, when=told_plainly) | to(P, when=same_organisation),
        (R.COUNCIL, LIST): to(W, C, when=always),
        (R.COUNCIL, CREATE): to(W, C, when=same_organisation),
        (R.COUNCIL, VIEW): to(W, C, when=same_organisation),
        (R.COUNCIL, EDIT): to(W, C, when=same_organisation),
        (R.BOARD, LIST): to(W, C, P, when=always),
        (R.BOARD, VIEW): to(W, C, P, when=same_organisation),
        (R.BOARD, CREATE): to(C, when=always),
        (R.BOARD, EDIT): to(C, P, when=same_organisation),
        (R.NAMES, LIST): to(H, W, C, P, when=checked) | to(T, F, M, A, when=always),
        (R.NAMES, VIEW): to(H, when=knows_who_comes) | to(W, C, when=knows_families),
        (R.NAMES, EDIT): to(H, when=knows_who_comes) | to(W, C, when=knows_families),
        (R.ROSTER, VIEW): to(H, W, C, when=open_to_colleagues),
        (R.ROSTER, EDIT): to(W, when=plans_it) | to(C, when=of_organisation),
        (R.STAFF, LIST): to(C, A, when=always),
        (R.STAFF, VIEW): to(C, A, when=of_organisation) | to(H, W, P, T, F, when=own_record),
        (R.STAFF, EDIT): to(C, A, when=about_others),
        (R.AVAILABILITY, EDIT): to(H, W, C, P, T, F, A, when=own_record),
        (R.ABSENCE, LIST): to(C, P, when=always),
        (R.ABSENCE, VIEW): to(C, P, when=of_organisation) | to(H, W, T, F, A, when=own_record),
        (R.ABSENCE, EDIT): to(C, P, when=of_organisation) | to(H, W, T, F, A, when=own_record),
        (R.LEFT_BEHIND, EDIT): to(P, when=of_organisation),
        (R.SHIFT, LIST): to(H, W, C, when=always),
        (R.SHIFT, CREATE): to(H, W, C, when=of_organisation),
        (R.SHIFT, EDIT): to(H, W, C, when=stands_there),
        (R.SIGNAL, LIST): to(W, C, P, when=always),
        (R.SIGNAL, VIEW): to(W, C, when=on_the_case) | to(P, when=oversees),
        (R.SIGNAL, CREATE): to(H, W, C, P, when=always),
        (R.SIGNAL, EDIT): to(W, C, when=on_the_case) | to(P, when=oversees),
        (R.SIGNAL, RELEASE): to(W, C, when=carries_it) | to(P, when=oversees),
        (R.SIGNAL_LINK, VIEW): to(P, when=oversees),
        (R.SIGNAL_LINK, EDIT): to(P, when=oversees),
        (R.CODE_CASE, LIST): to(W, C, P, when=checked),
        (R.CODE_CASE, VIEW): to(W, C, when=on_the_case) | to(P, when=oversees),
        (R.CODE_CASE, CREATE): to(W, C, P, when=checked),
        (R.CODE_CASE, EDIT): to(W, C, when=on_the_case) | to(P, when=oversees),
        (R.INCIDENT, LIST): to(W, C, when=always),
        (R.INCIDENT, VIEW): to(W, when=sees_to_it) | to(C, when=on_the_line),
        (R.INCIDENT, CREATE): to(H, W, C, P, T, F, when=always),
        (R.INCIDENT, EDIT): to(W, when=sees_to_it) | to(C, when=on_the_line),
        (R.BOUNDARY, LIST): to(T, when=always),
        (R.BOUNDARY, VIEW): to(T, when=beside_the_line),
        (R.BOUNDARY, EDIT): to(T, when=beside_the_line),
        (R.DATA_BREACH, LIST): to(F, when=always),
        (R.DATA_BREACH, VIEW): to(F, when=of_organisation),
        (R.DATA_BREACH, EDIT): to(F, when=of_organisation),
        (R.SUPPORT_CONTACT, LIST): to(W, C, when=always),
        (R.SUPPORT_CONTACT, VIEW): to(W, C, when=same_organisation),
        (R.SUPPORT_CONTACT, CREATE): to(W, C, when=always),
        (R.SUPPORT_CONTACT, EDIT): to(W, C, when=wrote_it),
        (R.SUPPORT, LIST): to(W, C, when=checked),
        (R.SUPPORT, VIEW): to(W, C, when=on_the_case),
        (R.SUPPORT, CREATE): to(W, C, when=checked),
        (R.SUPPORT, EDIT): to(W, C, when=on_the_case),
        (R.PLAN, VIEW): to(G, when=carer),
        (R.PLAN, EDIT): to(G, when=carer),
        (R.PARTNER, LIST): to(H, W, C, P, A, when=always),
        (R.PARTNER, VIEW): to(H, W, C, P, A, when=of_organisation),
        (R.PARTNER, CREATE): to(W, C, A, when=always),
        (R.PARTNER, EDIT): to(W, C, A, when=of_organisation),
        (R.REFERRAL, LIST): to(W, C, P, when=checked),
        (R.REFERRAL, VIEW): to(W, C, P, when=on_the_case),
        (R.REFERRAL, CREATE): to(W, C, P, when=checked),
        (R.REFERRAL, EDIT): to(W, C, P, when=on_the_case),
        (R.INTERFACE, LIST): to(C, P, when=always),
        (R.MAP, LIST): to(H, W, C, P, A, when=always),
        (R.MAP, EDIT): to(C, A, when=always),
        (R.SIGNAL_MAP, LIST): to(C, P, when=always),
        (R.FIGURES, LIST): to(W, C, when=always),
        (R.REPORT, LIST): to(W, C, M, when=always),
        (R.REPORT, VIEW): to(W, C, when=same_municipality) | to(M, when=released_here),
        (R.REPORT, CREATE): to(C, when=always),
        (R.REPORT, EDIT): to(C, when=same_municipality),
        (R.REPORT, RELEASE): to(C, when=same_municipality),
        (R.REACTION, CREATE): to(M, when=released_here),
        (R.MEMBER, LIST): to(A, when=always),
        (R.MEMBER, VIEW): to(A, when=same_organisation),
        (R.MEMBER, CREATE): to(A, when=always),
        (R.MEMBER, EDIT): to(A, when=same_organisation),
        (R.FACTOR_RESET, LIST): to(C, A, when=always),
        (R.FACTOR_RESET, EDIT): to(C, A, when=second_person),
        (R.SCHOOL_YEAR, LIST): to(C, A, when=always),
        (R.SCHOOL_YEAR, EDIT): to(C, A, when=always),
        (R.SCHOOL_YEAR, CREATE): to(C, when=always),
        (R.MESSAGE, LIST): to(C, A, when=always),
        (R.MESSAGE, VIEW): to(C, A, when=same_organisation),
        (R.MESSAGE, EDIT): to(C, A, when=same_organisation),
        (R.RETENTION, LIST): to(F, A, when=always),
        (R.RETENTION, EDIT): to(F, A, when=always),
        (R.ERASURE, LIST): to(C, P, F, when=always),
        (R.ERASURE, CREATE): to(C, when=of_organisation) | to(F, when=keeps_rights),
        (R.ERASURE, EDIT): to(C, P, F, when=of_organisation),
        (R.TRAIL, LIST): to(F, when=always),
        (R.TRAIL, VIEW): to(F, when=of_organisation),
        (R.FINDING, LIST): to(P, F, when=always),
        (R.FINDING, VIEW): to(P, when=watches_over_others) | to(F, when=watches_over),
        (R.FINDING, EDIT): to(P, when=watches_over_others) | to(F, when=watches_over),
        (R.PAPER, VIEW): (
            to(V, when=published) | to(G, when=carer) | to(H, W, C, P, A, when=asked_for_it)
        ),
        (R.ACCESS_REQUEST, LIST): to(P, when=checked) | to(F, when=always),
        (R.ACCESS_REQUEST, VIEW): to(P, when=answers_families) | to(F, when=keeps_rights),
        (R.ACCESS_REQUEST, CREATE): to(W, C, P, when=checked) | to(F, when=always),
        (R.ACCESS_REQUEST, EDIT): to(P, when=answers_families) | to(F, when=keeps_rights),
        (R.ACCESS_REQUEST, RELEASE): to(P, when=answers_families),
        (R.IMPORT, LIST): to(C, when=checked),
        (R.IMPORT, VIEW): to(C, when=brings_in) | to(W, when=asked_for_it),
        (R.IMPORT, CREATE): to(C, when=checked),
        (R.IMPORT, EDIT): to(C, when=brings_in) | to(W, when=asked_for_it),
        (R.ARCHIVE, LIST): to(P, A, when=always),
        (R.ARCHIVE, VIEW): to(P, A, when=of_organisation),
        (R.ARCHIVE, CREATE): to(A, when=checked),
        (R.ARCHIVE, EDIT): to(P, when=second_word) | to(A, when=takes_along),
        (R.ARCHIVE, RELEASE): to(P, when=second_word),
        (R.ARCHIVE_FILE, VIEW): to(A, when=takes_along),
        (R.ARCHIVE_KEY, VIEW): to(P, when=second_word),
        (R.EMERGENCY, CREATE): to(W, C, when=oversees),
        (R.EMERGENCY, VIEW): to(W, C, when=broke_the_glass),
    }
)


def grants(actor: Actor, action: Action, resource: Resource) -> list[tuple[Membership, Condition]]:
    """Return each membership with its own role's condition; empty means never."""
    entry = POLICY.get((resource, action), {})
    return [(held, entry[held.role]) for held in actor.memberships if held.role in entry]


def acting_as(
    actor: Actor, action: Action, resource: Resource, facts: Facts | None = None
) -> Membership | None:
    """Return the first membership in which this actor may act, or None."""
    for membership, condition in grants(actor, action, resource):
        if condition.holds(actor, membership, facts or Facts()):
            return membership
    return None


def permits(actor: Actor, action: Action, resource: Resource, facts: Facts | None = None) -> bool:
    return acting_as(actor, action, resource, facts) is not None


def demand(
    actor: Actor, action: Action, resource: Resource, facts: Facts | None = None
) -> Membership:
    """Return the membership that allows it, or raise Withheld: asked again under the lock.

    What the edge decided is stale after waiting for a lock, and a service can be reached from a
    command line; so whoever changes sign-ups or confidential rows asks here, inside the unit.
    """
    membership = acting_as(actor, action, resource, facts)
    if membership is None:
        why = f"{action.value} {resource.value}"
        raise Unchecked(why) if unchecked(actor, action, resource, facts) else Withheld(why)
    return membership


def unchecked(actor: Actor, action: Action, resource: Resource, facts: Facts | None = None) -> bool:
    """Tell whether nothing stands in the way but a certificate that nobody has seen yet."""
    held = actor.membership
    if held is None or held.checked:
        return False
    seen = replace(actor, membership=replace(held, checked=True))
    return permits(seen, action, resource, facts)
