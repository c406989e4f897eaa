"""The effective spec: environment and defaults applied, and where each value came from.

A step that uses a component stays as it is, because a component of several steps is no step; what
the component comes to with the defaults is given beside it.
"""

from collections.abc import Mapping
from typing import Any

from pipec.compiler.compilation import Checked
from pipec.compiler.diagnostics import Place, Route
from pipec.compiler.lowering.origins import relocate
from pipec.compiler.lowering.uses import BELOW
from pipec.compiler.records import dataclass
from pipec.compiler.source import locate

SECTIONS = ("steps", "finally")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value stands that is not in the place it works: `name` is `defaults` or the like."""

    name: str
    path: str
    line: int
    column: int


class Effective:
    """The effective tree of a spec without errors.

    `tree` is a spec of its own: the environments are left out, and the defaults too unless a
    component still takes values from them.
    """

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        keeps = any(BELOW in route for route in checked.bodies)
        defaults = checked.tree.get("defaults") or {}
        self.tree: dict[str, Any] = {}
        for key, value in checked.tree.items():
            if key in SECTIONS:
                self.tree[key] = {
                    name: self._step((key, name), defaults if keeps else {}) for name in value
                }
            elif key != "environments" and (key != "defaults" or keeps):
                self.tree[key] = value

    def _step(self, route: Route, defaults: dict[str, Any]) -> dict[str, Any]:
        body = self.checked.bodies[route]
        if not any(key in body for key in ("run", "command", "python")):
            return body
        if "run" not in body:
            defaults = {key: value for key, value in defaults.items() if key != "shell"}
        return _held(body, defaults)

    def component(self, route: Route) -> dict[str, Any] | None:
        """Give what the component comes to that the step at a route uses, if it uses one."""
        body = self.checked.bodies.get((*route, BELOW))
        if body is None:
            return None
        found = {key: value for key, value in body.items() if key not in ("pipec", "component")}
        below = (*route, BELOW, "steps")
        if "steps" in found:
            found["steps"] = {name: self.checked.bodies[*below, name] for name in found["steps"]}
        return found

    def components(self) -> dict[str, dict[str, Any]]:
        """Give what every component comes to, by the name of the step that uses it."""
        found = {}
        for route in self.checked.bodies:
            if route[-1] == BELOW and (one := self.component(route[:-1])):
                found[_dotted(route)] = one
        return found

    def origin(self, route: Route) -> Origin | None:
        """Say where the value at a route stands, if not where the one around it does."""
        place = self._place(route)
        if route[-1] == BELOW or place == self._place(route[:-1]).at(route[-1]):
            return None
        region = locate(self.checked.sources[place.path], Place(place.path, place.route, key=True))
        return Origin(_name(place.route), place.path, region.line, region.column)

    def mixed(self, value: Any, route: Route) -> bool:
        """Say whether something in a map does not stand where the map does."""
        if not isinstance(value, dict) or not self.checked.origins:
            return False
        place = self._place(route)
        for key, one in value.items():
            below = (*route, key)
            if self._place(below) != place.at(key) or self.mixed(one, below):
                return True
        return False

    def origins(self) -> list[dict[str, Any]]:
        """Give every value that stands elsewhere, with its route in the tree or in a component."""
        found = self._moved(self.tree, (), None, 0)
        for route in self.checked.bodies:
            if route[-1] == BELOW and (one := self.component(route[:-1])):
                found += self._moved(one, route, _dotted(route), len(route))
        return found

    def _moved(
        self, tree: Any, route: Route, component: str | None, start: int
    ) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for key, value in tree.items() if isinstance(tree, dict) else ():
            below = (*route, key)
            if origin := self.origin(below):
                found.append(
                    {
                        "component": component,
                        "route": list(below[start:]),
                        "from": origin.name,
                        "path": origin.path,
                        "line": origin.line,
                        "column": origin.column,
                    }
                )
            found += self._moved(value, below, component, start)
        return found

    def _place(self, route: Route) -> Place:
        """Give where a value stands: an environment may have changed the defaults it is from."""
        checked = self.checked
        place, before = Place(checked.path, route), None
        while place != before:
            place, before = relocate(place, checked.origins, checked.path), place
        return place


def _dotted(route: Route) -> str:
    return ".".join(str(key) for key in route if key != BELOW)


def _held(body: dict[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Give a step that stays as it is when the defaults are merged into it again."""
    found = dict(body)
    for key, value in defaults.items():
        if key not in body:
            found[key] = None
        elif isinstance(value, dict) and isinstance(body[key], dict) and "secret" not in body[key]:
            found[key] = _held(body[key], value)
    return found


def _name(route: Route) -> str:
    if route and route[0] == "environments":
        return f"environments.{route[1]}"
    return str(route[0]) if route else "component"
