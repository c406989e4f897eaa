"""What `pipec run` makes of each feature of the language."""

from collections.abc import Mapping

from pipec.backends.capability import YES, Capability
from pipec.compiler.features import FEATURES, used
from pipec.compiler.ir import Pipeline

_BY_HAND = Capability("partly", note="a run is started by hand, or by whatever calls pipec")
_ONCE = Capability("partly", note="the same run is never going on twice, whatever `overlap` says")
_NOT_YET = Capability("no", note="not there yet")
_MACHINE = Capability("partly", note="programs see the GPUs of this machine, none are shared out")

_BESIDES: Mapping[str, Capability] = {
    "schedule": _BY_HAND,
    "schedule.timezone": Capability("yes", note="it gives `run.day`"),
    "schedule.overlap.forbid": _ONCE,
    "schedule.overlap.allow": _ONCE,
    "schedule.overlap.replace": _ONCE,
    "schedule.catchup": _BY_HAND,
    "approve": Capability("yes", note="asked at the terminal; elsewhere --approve or --deny says"),
    "image": Capability("partly", note="programs run on this machine, not in images"),
    "resources.cpu": _NOT_YET,
    "resources.memory": _NOT_YET,
    "resources.gpu": _MACHINE,
    "resources.gpu_type": _MACHINE,
    "cache": YES,
}

CAPABILITIES: Mapping[str, Capability] = {
    feature: _BESIDES.get(feature, YES) for feature in FEATURES
}


def ignored(pipeline: Pipeline) -> list[str]:
    """Name the wishes of a pipeline that are not granted here, each once."""
    names = dict.fromkeys(name for name, _ in used(pipeline))
    return [
        FEATURES[name].title
        for name in names
        if FEATURES[name].kind == "wish" and CAPABILITIES[name].support == "no"
    ]
