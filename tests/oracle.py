"""Every count of the facts once more, in plain SQL over what was written down.

It shares nothing with what it checks: no rule, no model, no query of the product. One row of
`happened` is one thing that counts: of what, by whom, on which day, where, for which goal (null
for all of them together), how many, and whose visit it was.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

#: (measure, organisation, period, level, area, goal); no id where it is all of them.
Key = tuple[str, str, str, str, str, str]

HAPPENED: Final = """
WITH done AS (
    SELECT r.*, r.estimated + coalesce(
        (SELECT sum(t.n) FROM tally t WHERE t.occurrence_id = r.occurrence_id), 0) AS counted
    FROM register r
), aimed AS (
    SELECT occurrence_id, NULL AS goal FROM register
    UNION ALL SELECT DISTINCT r.occurrence_id, g.value FROM register r, {goals}
), told AS (
    SELECT m.*, q.goal_id,
        (SELECT sum(a.n) FROM measured_answers a WHERE a.measurement_id = m.id) AS answers
    FROM measurement m JOIN question q ON q.id = m.question_id
), answered AS (
    SELECT told.*, CAST(goal_id AS {text}) AS goal FROM told WHERE answers > 0
    UNION ALL SELECT told.*, NULL FROM told WHERE answers > 0
), happened AS (
    SELECT 'sessions' AS measure, organisation_id AS house, held_on AS day,
        neighbourhood_id AS hood, goal, 1 AS n, NULL AS child
        FROM done JOIN aimed USING (occurrence_id)
        WHERE counted > 0 OR closed_at IS NOT NULL OR occurrence_id IN (
            SELECT occurrence_id FROM attendance WHERE presence <> 'excused')
    UNION ALL SELECT 'visits_tally', organisation_id, held_on, neighbourhood_id, goal, counted, NULL
        FROM done JOIN aimed USING (occurrence_id)
    UNION ALL SELECT 'visits_named', r.organisation_id, r.held_on, a.neighbourhood_id, goal, 1,
        CAST(a.child_id AS {text})
        FROM register r JOIN aimed USING (occurrence_id) JOIN attendance a USING (occurrence_id)
        WHERE a.presence = 'present'
    UNION ALL SELECT 'support_contacts', organisation_id, held_on, neighbourhood_id, NULL, 1, NULL
        FROM support_contact
    UNION ALL SELECT 'conversations', organisation_id, held_on, neighbourhood_id, NULL, 1, NULL
        FROM conversation
    UNION ALL SELECT 'support_families', organisation_id, began_on, neighbourhood_id, NULL, 1, NULL
        FROM support_trajectory
    UNION ALL SELECT 'referrals', organisation_id, date(sent_at), neighbourhood_id, NULL, 1, NULL
        FROM referral WHERE sent_at IS NOT NULL
    UNION ALL SELECT 'signals', organisation_id, date(created_at), neighbourhood_id, NULL, 1, NULL
        FROM signal WHERE status <> 'draft'
    UNION ALL SELECT 'minutes_' || kind, organisation_id, day, neighbourhood_id, NULL, minutes, NULL
        FROM hour_entry
    UNION ALL SELECT 'measured', organisation_id, held_on, neighbourhood_id, goal, 1, NULL
        FROM answered
    UNION ALL SELECT 'asked', organisation_id, held_on, neighbourhood_id, goal, asked, NULL
        FROM answered
    UNION ALL SELECT 'answers', organisation_id, held_on, neighbourhood_id, goal, answers, NULL
        FROM answered
)
SELECT measure, house, {area}, goal, sum(n), count(DISTINCT child)
FROM happened LEFT JOIN neighbourhood ON neighbourhood.id = hood
WHERE day >= {first} AND day <= {last} AND {where}
GROUP BY measure, house, {area}, goal
"""
LEVELS: Final = {
    "whole": ("CAST('' AS text)", "1 = 1"),
    "district": ("neighbourhood.district_id", "hood IS NOT NULL"),
    "neighbourhood": ("hood", "hood IS NOT NULL"),
}
#: How each database says it. (What happens in working hours has the same day in UTC.)
SPEECH: Final[dict[str, dict[str, str]]] = {
    "sqlite": {
        "goals": "json_each(r.goal_ids) AS g",
        "text": "blob",
        "first": ":first",
        "last": ":last",
    },
    "postgresql": {
        "goals": "json_array_elements_text(r.goal_ids) AS g(value)",
        "text": "text",
        "first": "CAST(:first AS date)",
        "last": "CAST(:last AS date)",
    },
}
#: Counted here, beside the minutes of each kind of work.
MEASURES: Final = frozenset(
    {"sessions", "visits_named", "visits_tally", "children", "signals", "referrals",
     "support_contacts", "support_families", "conversations", "measured", "asked", "answers"}
)  # fmt: skip


def counted(session: Session, years: range) -> Counter[Key]:
    """Return what is to be found in the cells of these years."""
    speech = SPEECH[session.get_bind().dialect.name]
    found: Counter[Key] = Counter()
    for year in years:
        for period, first, last in stretches(year):
            for level, (area, where) in LEVELS.items():
                query = text(HAPPENED.format(area=area, where=where, **speech))
                for measure, house, there, goal, n, children in session.execute(
                    query, {"first": first.isoformat(), "last": last.isoformat()}
                ):
                    key = (plain(house), period, level, plain(there), plain(goal))
                    if measure != "signals" or ("Q" not in period and level != "neighbourhood"):
                        found[measure, *key] += n
                    if measure == "visits_named":
                        found["children", *key] += children
    return Counter({key: n for key, n in found.items() if n})


def stretches(year: int) -> Iterator[tuple[str, date, date]]:
    """Yield the year, its halves and its quarters, with their first and last days."""
    for months, kind in (12, ""), (6, "H"), (3, "Q"):
        for number in range(12 // months):
            first = date(year, 1 + months * number, 1)
            beyond = date(
                year + (first.month + months > 12), (first.month + months - 1) % 12 + 1, 1
            )
            written = f"{year}-{kind}{number + 1}" if kind else str(year)
            yield written, first, beyond - timedelta(days=1)


def kept(session: Session) -> Counter[Key]:
    """Return what stands in the cells, without what counts of those who were erased."""
    found: Counter[Key] = Counter()
    for table, sign in (("cell", 1), ("residue", -1)):
        rows = session.execute(
            text(
                "SELECT measure, organisation_id, period, level, area_id, goal_id, n"  # noqa: S608
                f" FROM {table}"
            )
        )
        for measure, house, period, level, area, goal, n in rows:
            if measure in MEASURES or measure.startswith("minutes_"):
                found[measure, plain(house), period, level, plain(area), plain(goal)] += sign * n
    return Counter({key: n for key, n in found.items() if n})


def plain(value: Any) -> str:
    """Return an id as text, whatever the database hands out; none where it is all of them."""
    if not value:
        return ""
    written = str(UUID(bytes=value) if isinstance(value, bytes) else value)
    return "" if written == str(UUID(int=0)) else written
