"""What `pipec run` makes of each feature of the language."""

from collections.abc import Mapping

from pipec.backends.capability import YES, Capability
from pipec.compiler.features import FEATURES

_BY_HAND = Capability("partly", note="a run is started by hand, or by whatever calls pipec")
_ONCE = Capability("partly", note="the same run is never going on twice, whatever `overlap` says")
_BUDGET = Capability("partly", note="decides what starts together, holds no program to it")
_SLOTS = Capability("partly", note="shared out by `CUDA_VISIBLE_DEVICES`")
_ANY = Capability("partly", note="whatever GPUs this machine has")

_BESIDES: Mapping[str, Capability] = {
    "schedule": _BY_HAND,
    "schedule.timezone": Capability("yes", note="it gives `run.day`"),
    "schedule.overlap.forbid": _ONCE,
    "schedule.overlap.allow": _ONCE,
    "schedule.overlap.replace": _ONCE,
    "schedule.catchup": _BY_HAND,
    "approve": Capability("yes", note="asked at the terminal; elsewhere --approve or --deny says"),
    "image": Capability("partly", note="with --containers; else on this machine"),
    "resources.cpu": _BUDGET,
    "resources.memory": _BUDGET,
    "resources.gpu": _SLOTS,
    "resources.gpu_type": _ANY,
}

CAPABILITIES: Mapping[str, Capability] = {
    feature: _BESIDES.get(feature, YES) for feature in FEATURES
}
