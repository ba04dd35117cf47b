"""The policy as a table; `python -m tests.contract.matrix` prints it."""

import sys
from itertools import product

from kinderwerk.access.policy import POLICY
from kinderwerk.access.vocabulary import Action, Resource, Role


def matrix() -> str:
    """One line per resource and action that anybody is granted, one block per condition."""
    lines = []
    for resource, action in product(Resource, Action):
        grants = POLICY.get((resource, action), {})
        conditions = dict.fromkeys(condition.name for condition in grants.values())
        for name in conditions:
            roles = [role.value for role in Role if role in grants and grants[role].name == name]
            lines.append(f"{resource.value:16} {action.value:8} {', '.join(roles)}: {name}")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.stdout.write(matrix())
