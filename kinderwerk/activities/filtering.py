"""Choices that stay in the address: each shown as a chip that takes it away."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext
from wtforms import BooleanField, SelectField

from kinderwerk.web.form import Whole


@dataclass(frozen=True, slots=True)
class Chip:
    label: str
    url: str
    current: bool = False


def address(**changed: Any) -> str:
    """Return the address of this page with other choices; None takes one away."""
    args = {**request.args.to_dict(), **changed}
    kept = {name: value for name, value in args.items() if value not in (None, "")}
    return url_for(str(request.endpoint), **(request.view_args or {}), **kept)


def chips(fields: Iterable[Any]) -> list[Chip]:
    """Return a chip for each choice that holds now."""
    held = [field for field in fields if field.data not in (None, "", False) and not field.errors]
    return [
        Chip(_label(field), address(**{field.short_name: None, "page": None})) for field in held
    ]


def orders(by_neighbourhood: bool) -> list[Chip]:
    """Return the two ways in which the programme is put in order."""
    return [
        Chip(gettext("By day"), address(by=None), not by_neighbourhood),
        Chip(gettext("By neighbourhood"), address(by="neighbourhood"), by_neighbourhood),
    ]


def _label(field: Any) -> str:
    if isinstance(field, BooleanField):
        return str(field.label.text)
    if isinstance(field, SelectField):
        labels = {str(one.value): str(one.label) for one in field.choices or ()}
        return labels.get(str(field.data), str(field.data))
    if isinstance(field, Whole):
        return f"{field.label.text}: {field.data}"
    return str(field.data)
