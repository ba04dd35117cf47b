"""Lists of places and goals cost the same few statements however long they are."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.goals import service
from kinderwerk.goals.models import Goal, Grant, PolicyGoal
from kinderwerk.places.models import KeyFigure
from kinderwerk.storage.work import unit_of_work
from tests.make import Make

MOST = 6


@pytest.mark.parametrize("url", ["/neighbourhoods/", "/venues/", "/goals/", "/policy/"])
def test_a_list_costs_few_statements(
    app: Flask, session: Session, make: Make, statements: list[str], url: str
) -> None:
    here = make.organisation()
    themes = list(service.seed_themes(session, SYSTEM, here.id).values())
    year = {"begins_on": date(2031, 1, 1), "ends_on": date(2031, 12, 31)}
    for number in range(12):
        area = make.neighbourhood()
        figure = {"year": 2024, "name": "children_0_14", "label": "0-14", "value": 5.0}
        with unit_of_work(session):
            session.add(KeyFigure(neighbourhood_id=area.id, age_from=0, age_to=14, **figure))
        make.venue(here, neighbourhood=area)
        place = here.municipality_id
        policy = make.save(
            PolicyGoal(municipality_id=place, reference=f"{number}", title="P", **year)
        )
        make.save(
            Grant(organisation_id=here.id, municipality_id=place, reference=f"{number}", **year)
        )
        make.save(
            Goal(
                organisation_id=here.id, theme=themes[number], title=f"Goal {number}",
                policy_goal_id=policy.id, **year,
            )
        )  # fmt: skip
    client = app.test_client()
    client.sign_in(make.user(Role.COORDINATOR, organisation=here))
    client.get(url)
    statements.clear()
    assert client.get(url).status_code == 200
    asked = [one for one in statements if one.lstrip().upper().startswith("SELECT")]
    assert len(asked) <= MOST, asked
