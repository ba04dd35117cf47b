"""Which of many areas holds a point."""

from collections.abc import Iterable
from typing import Generic, TypeVar

import shapely
from shapely.geometry.base import BaseGeometry

T = TypeVar("T")


class Locator(Generic[T]):
    """Answers for many points; on a shared border the area that was given first holds it."""

    def __init__(self, areas: Iterable[tuple[T, BaseGeometry]]) -> None:
        pairs = list(areas)
        self._whose = [whose for whose, _ in pairs]
        self._tree = shapely.STRtree([outline for _, outline in pairs])

    def find(self, latitude: float, longitude: float) -> T | None:
        found = self._tree.query(shapely.Point(longitude, latitude), predicate="covered_by")
        return self._whose[min(found)] if len(found) else None
