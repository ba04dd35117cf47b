"""Typed values as plain data, and back: what comes back is what its types say, or is refused."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

SCALARS: Final = (str, int, float, bool, NoneType)


class Plain:
    """Knows dataclasses, enumerations, lists, tuples and mappings; `others` say how else."""

    def __init__(
        self, others: Mapping[type, tuple[Callable[[Any], Any], Callable[[Any], Any]]]
    ) -> None:
        self.others = others

    def give(self, value: Any) -> Any:
        if type(value) in self.others:
            return self.others[type(value)][0](value)
        if is_dataclass(value):
            return [self.give(getattr(value, field.name)) for field in fields(value)]
        if isinstance(value, Enum):
            return value.value
        if isinstance(value, Mapping):
            return [[self.give(name), self.give(each)] for name, each in value.items()]
        return [self.give(each) for each in value] if isinstance(value, list | tuple) else value

    def take(self, kind: Any, given: Any) -> Any:
        """Return a value of that type; raises ValueError or TypeError where it is none."""
        if kind in self.others:
            return self.others[kind][1](given)
        if kind in SCALARS:
            return _scalar(kind, given)
        if is_dataclass(kind):
            return self._row(kind, given)
        if isinstance(kind, type) and issubclass(kind, Enum):
            return kind(given)
        return self._composed(get_origin(kind), get_args(kind), given)

    def _row(self, kind: Any, given: Any) -> Any:
        hints = _hints(kind)
        return kind(
            **{
                name: self.take(hint, each)
                for (name, hint), each in zip(hints.items(), _list(given), strict=True)
            }
        )

    def _composed(self, origin: Any, of: tuple[Any, ...], given: Any) -> Any:
        if origin is UnionType:
            return self._one_of(of, given)
        if origin is not None and issubclass(origin, Mapping):
            pairs = ((self.take(of[0], name), self.take(of[1], each)) for name, each in given)
            return dict(pairs)
        if origin is tuple and of[-1] is not Ellipsis:
            return tuple(self.take(*pair) for pair in zip(of, _list(given), strict=True))
        if origin is not None and issubclass(origin, Sequence):
            return (tuple if origin is tuple else list)(
                self.take(of[0], each) for each in _list(given)
            )
        raise TypeError(f"{origin} is not plain")

    def _one_of(self, kinds: tuple[Any, ...], given: Any) -> Any:
        if given is None and NoneType in kinds:
            return None
        kind = next(
            (one for one in kinds if one is type(given)),
            next(one for one in kinds if one is not NoneType),
        )
        return self.take(kind, given)


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _list(given: Any) -> list[Any]:
    if not isinstance(given, list):
        raise TypeError("not a list")
    return given


def _scalar(kind: Any, given: Any) -> Any:
    if type(given) is kind:
        return given
    if kind is float and type(given) is int:
        return float(given)
    raise TypeError(f"not {kind.__name__}")
