# mypy: ignore-errors
"""Run the program of a step in a pod: its function says what the pod is given."""

import re
import tempfile
from base64 import b64decode, b64encode
from inspect import signature
from math import ceil
from pathlib import Path

CODE_LIMIT = 524_288
PIECE = 65_536
# Runs one program in a pod, and leaves its outputs where the XCom sidecar reads them.
ENTRY = r"""
set -u
PIPEC_path=${PATH-} PATH=${PATH-}:/usr/local/bin:/usr/bin:/bin
PIPEC_home= PIPEC_folder=. PIPEC_index=0 PIPEC_count=1 PIPEC_null=
die() {
  echo "pipec: $*" >&2
  exit 70
}
copy() { # FROM TO: a file or a folder, links followed
  [ -d "$1" ] || { [ -f "$1" ] && cp -L "$1" "$2"; return; }
  mkdir -p "$2" && cp -RL "$1/." "$2"
}
home() { # the folder of the pipeline's files
  PIPEC_home=/pipec/work
  mkdir -p /pipec/work && cd /pipec/work || die "cannot use /pipec/work"
}
unpack() { # PATH: one more piece of a file of the pipeline
  home
  case $1 in */*) mkdir -p "${1%/*}" ;; esac
  eval "printf %s \"\$PIPEC_FILE_$PIPEC_index\"" | base64 -d >>"$1" ||
    die "cannot write $1"
  unset "PIPEC_FILE_$PIPEC_index"
  chmod 755 "$1"
  PIPEC_index=$((PIPEC_index + 1))
}
input() { # NAME: a value
  eval "printf %s \"\$PIPEC_IN_$1\"" >"/pipec/in/$1" || die "cannot write input $1"
  unset "PIPEC_IN_$1"
}
result() { # NAME FILE: as JSON, in base64
  [ -f "$2" ] || return 0
  [ "$(wc -c <"$2")" -le 1048576 ] || { printf ', "%s": null' "$1"; return; }
  printf ', "%s": "' "$1" && base64 <"$2" | tr -d '\n' && printf '"'
}
kept() { # NAME KIND FROM TO: a file or a folder that other steps read
  case $2 in dir) [ -d "$3" ] ;; *) [ -f "$3" ] ;; esac || return 0
  mkdir -p "${4%/*}" && rm -rf "$4" || die "cannot keep output $1 in $4"
  copy "$3" "$4" || return 0
  printf ', "%s": true' "$1"
}
options() {
  while [ "$1" != -- ]; do
    case $1 in
    -c) unpack "$2" ;;
    -h) home ;;
    -i) input "$2" ;;
    -l) mkdir -p "/pipec/in/$2" ;;
    -f) copy "${2#*=}" "/pipec/in/${2%%=*}" || die "cannot read ${2#*=}" ;;
    -u) PIPEC_null="$PIPEC_null $2" ;;
    -w) PIPEC_folder=$2 ;;
    esac
    shift 2
    PIPEC_count=$((PIPEC_count + 2))
  done
}
program() {
  shift $PIPEC_count
  PATH=$PIPEC_path
  unset PIPEC_none $PIPEC_null
  "$@" </dev/null &
  PIPEC_child=$!
  PIPEC_all=$PIPEC_child
  [ $$ -ne 1 ] || PIPEC_all=-1 # the first process of a container may tell all others
  trap 'kill -TERM $PIPEC_all 2>/dev/null' TERM
  wait $PIPEC_child
  PIPEC_code=$?
  while kill -0 $PIPEC_child 2>/dev/null; do # a signal ended the wait, not the program
    wait $PIPEC_child
    PIPEC_code=$?
  done
}
outputs() {
  while [ "$1" != -- ]; do
    PIPEC_name=${2%%=*} PIPEC_file=${2#*=}
    case $PIPEC_file in /*) ;; *) PIPEC_file=$PIPEC_home/$PIPEC_file ;; esac
    case $1 in
    -o) result "$PIPEC_name" "$PIPEC_file" ;;
    -k) PIPEC_kind=file PIPEC_to=$PIPEC_file ;;
    -d) PIPEC_kind=dir PIPEC_to=$PIPEC_file ;;
    -m) kept "$PIPEC_name" $PIPEC_kind "$PIPEC_file" "$PIPEC_to" ;;
    esac
    shift 2
  done
}
mkdir -p /pipec/in /pipec/out || die "cannot write to /pipec"
options "$@"
[ -n "$PIPEC_home" ] || PIPEC_home=$PWD
case $PIPEC_folder in .) ;; *) PIPEC_home=$PIPEC_home/$PIPEC_folder ;; esac
if [ -d /pipec/work ]; then mkdir -p "$PIPEC_home"; fi
cd "$PIPEC_home" || die "the working folder $PIPEC_home cannot be used"
program "$@"
PATH=$PIPEC_path:/usr/local/bin:/usr/bin:/bin
{
  printf '{"exit_code": %d' $PIPEC_code
  [ $PIPEC_code -ne 0 ] || outputs "$@"
  printf '}'
} >/airflow/xcom/.return && mv /airflow/xcom/.return /airflow/xcom/return.json ||
  die "cannot write the outputs"
exit $PIPEC_code
"""


def in_pod(
    command,
    env=None,
    values=None,
    files=None,
    outputs=None,
    retry_on=None,
    code=None,
    workdir=".",
    store=None,
    run_timeout=None,
    constants=None,
):
    """Say what the program of a pod is given; the words are those of `run_program`."""
    texts = {k: v for k, v in (env or {}).items() if v is None or isinstance(v, str)}
    check_texts(command, texts, constants)
    return {
        "command": command,
        "env": env or {},
        "values": {k: v for k, v in (values or {}).items() if v is not None},
        "files": {k: v for k, v in (files or {}).items() if v is not None},
        "outputs": outputs or {},
        "retry_on": retry_on,
        "code": code,
        "workdir": workdir,
        "store": store,
        "left": time_left(run_timeout),
    }


def kubernetes_secret(name, key, optional=False):
    """Point at a key of a Kubernetes secret: Kubernetes gives it to the program."""
    ref = V1SecretKeySelector(name=name, key=key, optional=optional or None)
    return V1EnvVarSource(secret_key_ref=ref)


def as_it_is(value):
    """Write a text so that Kubernetes gives it as it is: it expands `$(X)` and `$$`."""
    return re.sub(r"\$(?=[$(]|[^\x00-\x7f])", "$$", value)


class PodStep(DecoratedOperator, KubernetesPodOperator):
    """Run a program in a pod, check its outputs, retry only on the causes listed."""

    custom_operator_name = "@pod_step"
    # A text of a pipeline is no template.
    template_fields = ("op_args", "op_kwargs")
    template_ext = ()
    shallow_copy_attrs = ("python_callable",)

    def __init__(self, *, container_resources=None, **kwargs):
        if container_resources:
            container_resources = V1ResourceRequirements(**container_resources)
        super().__init__(
            cmds=["sh", "-c", as_it_is(ENTRY), "pipec"],
            container_resources=container_resources,
            volumes=[V1Volume(name="pipec", empty_dir=V1EmptyDirVolumeSource())],
            volume_mounts=[V1VolumeMount(name="pipec", mount_path="/pipec")],
            do_xcom_push=True,
            log_pod_spec_on_failure=False,
            deferrable=False,
            **kwargs,
        )
        # The pod of an earlier attempt must not become that of this one.
        self.reattach_on_restart = self.durable = False
        self.found = None

    def prepare(self, context):
        """Ask the function what the program is given, and set the fields of the pod."""
        named = dict(self.op_kwargs)
        if "params" in signature(self.python_callable).parameters:
            named["params"] = context["params"]
        given = self.python_callable(*self.op_args, **named)
        options, env = pod_options(given)
        words = [*options, "--", *given["command"]]
        self.arguments = [as_it_is(one) for one in words]
        self.env_vars = [
            V1EnvVar(name=name, value=as_it_is(value))
            if isinstance(value, str)
            else V1EnvVar(name=name, value_from=value)
            for name, value in env.items()
        ]
        if given["left"] is not None:
            self.active_deadline_seconds = max(1, ceil(given["left"]))
        return given

    def execute(self, context):
        given = self.prepare(context)
        ti, retry_on, left = context["ti"], given["retry_on"], given["left"]
        until = None if left is None else time.monotonic() + left
        reason = "it left nothing behind"
        try:
            if left is None or left > 0:
                super().execute(context)
        except AirflowTaskTimeout:
            self.on_kill()
            message = "the attempt took too long"
            raise failed_attempt(message, retry_on, "timeout") from None
        except Exception as error:
            reason = error
        if self.found is None and until is not None and time.monotonic() >= until:
            self.on_kill()
            ti.xcom_push(key="cancelled", value=True)
            raise AirflowFailException("the run took too long")
        if self.found is None:
            message = f"the pod was lost: {reason}"
            raise failed_attempt(message, retry_on, "lost") from None
        exit_code = self.found["exit_code"]
        if exit_code:
            ti.xcom_push(key="exit_code", value=exit_code)
            message = f"the program ended with exit code {exit_code}"
            raise failed_attempt(message, retry_on, "exit", f"exit:{exit_code}")
        with tempfile.TemporaryDirectory() as folder:
            return pod_outputs(Path(folder), self.found, given)

    def extract_xcom(self, pod, **kwargs):
        """Keep what the pod put out; it is no XCom before it was checked."""
        self.found = super().extract_xcom(pod, **kwargs)


def pod_step(**settings):
    """Make a task that runs a pod of a function that says what it is given."""
    return task_decorator_factory(
        multiple_outputs=False, decorated_operator_class=PodStep, **settings
    )


def pod_options(given):
    """Give the options of the entry script, and the environment of the pod."""
    options, env = [], {}
    for name, value in given["env"].items():
        if value is None:
            options += ["-u", name]
        else:
            env[name] = value
    for name, value in given["values"].items():
        options += ["-i", name]
        env[f"PIPEC_IN_{name}"] = text(value)
    for index, (path, piece) in enumerate(code_pieces(given["code"])):
        options += ["-c", path]
        env[f"PIPEC_FILE_{index}"] = b64encode(piece).decode()
    if given["code"]:
        options += ["-h", "."]
    for name, uri in given["files"].items():
        if isinstance(uri, list):
            options += ["-l", name]
        several = uri if isinstance(uri, list) else [uri]
        for index, one in enumerate(several):
            place = f"{name}/{index}" if isinstance(uri, list) else name
            if one is not None:
                options += ["-f", f"{place}={one}"]
    if given["workdir"] != ".":
        options += ["-w", given["workdir"]]
    for name, kind in given["outputs"].items():
        kind, path = (kind, f"/pipec/out/{name}") if isinstance(kind, str) else kind
        if kind.startswith(("file", "dir")):
            place = artifact_place(given["store"], name)
            options += ["-d" if kind.startswith("dir") else "-k", f"{name}={place}"]
            options += ["-m", f"{name}={path}"]
        else:
            options += ["-o", f"{name}={path}"]
    contract = contract_variables()
    contract["PIPEC_INPUTS"] = "/pipec/in"
    contract["PIPEC_OUTPUTS"] = "/pipec/out"
    return options, env | contract


def code_pieces(code):
    """Give the pipeline's own files in pieces that fit a variable each."""
    if isinstance(code, dict):
        found = {path: one.encode() for path, one in code.items()}
    else:
        paths = sorted(regular_files(code)) if code else []
        found = {path.as_posix(): (code / path).read_bytes() for path in paths}
    if sum(map(len, found.values())) > CODE_LIMIT:
        raise no_start("the pipeline's files are over 524,288 bytes")
    for path, data in found.items():
        for start in range(0, len(data) or 1, PIECE):
            yield path, data[start : start + PIECE]


def pod_outputs(folder, found, given):
    """Check all outputs of a pod and give what is kept of them."""
    kinds = {}
    for name, kind in given["outputs"].items():
        kind = kind if isinstance(kind, str) else kind[0]
        kinds[name] = kind
        if isinstance(found.get(name), str):
            (folder / name).write_bytes(b64decode(found[name]))
        elif name in found and not kind.startswith(("file", "dir")):
            (folder / name).write_bytes(b" " * (16 * TEXT_LIMIT + 1))
    values = {k: v for k, v in kinds.items() if not v.startswith(("file", "dir"))}
    made = read_outputs(folder, folder, values, None, given["retry_on"])
    for name in kinds.keys() - values.keys():
        if name not in found and not kinds[name].endswith("?"):
            step = get_current_context()["ti"].task_id
            message = f'{step}: output "{name}": the program made no such {kinds[name]}'
            raise failed_attempt(message, given["retry_on"], "contract")
        place = artifact_place(given["store"], name)
        made[name] = str(place) if name in found else None
    return {name: made[name] for name in kinds}
