"""The field of forms that asks what an adult is to a child."""

from typing import Any

from typing_extensions import override

from kinderwerk.families.rules import Relation
from kinderwerk.web.form import EnumField


class RelationField(EnumField):
    """What an adult is to a child; only the young person is that themselves."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, Relation, **kwargs)

    choices: Any

    @override
    def process_data(self, value: Any) -> None:
        super().process_data(value)
        alone = value is Relation.SELF
        self.choices = [one for one in self.choices if (one.value == Relation.SELF) is alone]
