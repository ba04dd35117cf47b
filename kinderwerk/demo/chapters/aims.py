"""What the town wants and pays for, and the goals of its organisations."""

from datetime import date

from kinderwerk.demo.chapters.story import Story
from kinderwerk.demo.town.aims import AIMS, MONEY, POLICY, Aim
from kinderwerk.demo.town.people import FROG, WING
from kinderwerk.goals import service as goals
from kinderwerk.goals.models import Grant, PolicyGoal
from kinderwerk.goals.rules import GoalWish, GrantWish, IndicatorWish, PolicyGoalWish

LEADS = {WING: "marleen", FROG: "hanneke"}


def aims(story: Story) -> None:
    """Plan from the first year of which anything is told to the end of the last."""
    begins = date(story.calendar.begins.year, 1, 1)
    ends = date(story.calendar.now.ends.year, 12, 31)
    with story.on(begins):
        wishes = {
            one.reference: goals.add_policy_goal(
                story.session, story.actor("tjeerd"),
                PolicyGoalWish(
                    reference=one.reference, title=one.title, begins_on=begins, ends_on=ends
                ),
            )
            for one in POLICY
        }  # fmt: skip
        grants = {
            one.house: goals.add_grant(
                story.session, story.actor(LEADS[one.house]),
                GrantWish(
                    reference=one.reference.format(year=begins.year), begins_on=begins,
                    ends_on=ends, agreed_hours=one.hours, agreed_activities=one.activities,
                    agreed_children=one.children,
                ),
            )
            for one in MONEY
        }  # fmt: skip
        story.session.flush()
        for house, lead in LEADS.items():
            goals.seed_themes(story.session, story.actor(lead), story.houses[house].id)
        for aim in AIMS:
            _aim(story, aim, wishes[aim.policy], grants[aim.house], begins, ends)


def _aim(
    story: Story, aim: Aim, policy: PolicyGoal, grant: Grant, begins: date, ends: date
) -> None:
    wish = GoalWish(
        theme=aim.theme, title=aim.title, description=aim.description, begins_on=begins,
        ends_on=ends, target_visits=aim.visits, target_children=aim.children,
        policy_goal_id=policy.id, grant_id=grant.id,
        areas=tuple(story.areas[name].id for name in aim.areas),
        indicators=(IndicatorWish(text=aim.indicator, kind=aim.kind),),
    )  # fmt: skip
    story.goals[aim.house, aim.key] = goals.add_goal(
        story.session, story.actor(LEADS[aim.house]), wish
    )
