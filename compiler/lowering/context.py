"""What the lowering of steps shares, from a pipeline down into its components."""

from typing import Any

from pipec.compiler.diagnostics import Place
from pipec.compiler.ir import Param
from pipec.compiler.lowering.components import Component, Components
from pipec.compiler.lowering.defaults import PROGRAMS, merge, without_nulls
from pipec.compiler.lowering.drafts import Draft
from pipec.compiler.lowering.origins import Bodies, Origins
from pipec.compiler.records import dataclass, field, replace
from pipec.compiler.types import Type


@dataclass(slots=True)
class Context:
    """One level: a pipeline, or a component in it.

    `using` are the files on the way here, outermost first. `inputs` are those of the component,
    None in a pipeline. `drafts` are the steps of this level. `bodies` takes every step and
    component as it is in the effective tree.
    """

    components: Components
    origins: Origins
    defaults: dict[str, Any]
    defaults_place: Place
    using: tuple[str, ...]
    params: dict[str, Param | None] = field(default_factory=dict)
    inputs: dict[str, Type | None] | None = None
    drafts: dict[str, Draft] = field(default_factory=dict)
    found: dict[int, Component | None] = field(default_factory=dict)
    bodies: Bodies = field(default_factory=dict)

    def within(self, component: Component) -> "Context":
        """Give the level inside a component."""
        return replace(
            self,
            using=(*self.using, component.path),
            params={},
            inputs=component.inputs,
            drafts={},
            found={},
        )

    def component_of(self, step: Draft) -> Component | None:
        """Give the component that a step uses; what is wrong is reported once."""
        if id(step) not in self.found:
            self.found[id(step)] = self.components.find(
                step.body["uses"], step.place.at("uses"), self.using
            )
        return self.found[id(step)]

    def defaults_for(self, step: dict[str, Any]) -> dict[str, Any]:
        """Give the defaults that may apply to a step with a program."""
        if "run" in step:
            return self.defaults
        return {key: value for key, value in self.defaults.items() if key != "shell"}

    def effective(self, step: dict[str, Any], place: Place) -> dict[str, Any]:
        """Give a step with the defaults that it has no value for."""
        found = step
        if self.defaults and any(key in step for key in PROGRAMS):
            found = merge(
                self.defaults_for(step), step, self.defaults_place, place.route, self.origins
            )
        self.bodies[place.route] = found = without_nulls(found)
        return found
