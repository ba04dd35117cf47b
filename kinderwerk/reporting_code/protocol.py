"""The protocols as data, each in its versions; a case keeps the one with which it began."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from kinderwerk.accounts.rules import Country
from kinderwerk.core.words import Translated
from kinderwerk.reporting_code.rules import Need, ProtocolName

#: With which version a case begins today.
NEWEST: Final[Mapping[ProtocolName, int]] = {
    ProtocolName.NL_MELDCODE: 1,
    ProtocolName.DE_8A: 1,
}
OF_COUNTRY: Final[Mapping[Country, ProtocolName]] = {
    Country.NETHERLANDS: ProtocolName.NL_MELDCODE,
    Country.GERMANY: ProtocolName.DE_8A,
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One step: what it needs to be done, who sees to it, and within how many working days."""

    key: str
    title: Translated
    does: Translated
    needs: tuple[Need, ...]
    who: str
    within: int


@dataclass(frozen=True, slots=True)
class Protocol:
    """`adviser` is asked for advice, always without names where `nameless`; who hears a report is
    `reports_to`, within so many working days."""

    name: ProtocolName
    version: int
    title: Translated
    adviser: str
    reports_to: str
    nameless: bool
    assessed: bool
    report_within: int
    stages: tuple[Stage, ...]


@cache
def protocol(name: ProtocolName, version: int) -> Protocol:
    folder = resources.files("kinderwerk.reporting_code") / "protocols"
    told = tomllib.loads((folder / f"{name.value}.{version}.toml").read_text(encoding="utf-8"))
    return Protocol(
        name=name, version=version, title=told["title"], adviser=told["adviser"],
        reports_to=told["reports_to"], nameless=told["pseudonymous"] == "always",
        assessed=told["assessed"], report_within=told["report_within"],
        stages=tuple(_stage(one) for one in told["step"]),
    )  # fmt: skip


def newest(country: Country) -> Protocol:
    name = OF_COUNTRY[country]
    return protocol(name, NEWEST[name])


def _stage(told: Mapping[str, Any]) -> Stage:
    return Stage(
        key=told["key"], title=told["title"], does=told["does"], who=told["who"],
        needs=tuple(Need(one) for one in told["needs"]), within=told["within"],
    )  # fmt: skip
