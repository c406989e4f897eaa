# Runs one step's program under pipec's contract. usage: sh entry [OPTION...] -- PROGRAM [ARG...]
#   -s STEP        its name, for messages and PIPEC_STEP
#   -i NAME:TYPE   an input; a value arrives in $PIPEC_IN_NAME, a file or folder lies at /pipec/in/NAME
#   -j NAME:TYPE   the same, but a string in a json keeps its quotes
#   -o NAME:TYPE[=PATH]   an output, written to $PIPEC_OUTPUTS/NAME or to PATH; Argo takes it from /pipec/ret/NAME
#   -e NAME[:TYPE[:BEFORE]] an environment variable whose text is encoded, or is to be made canonical
#                  (what stands after BEFORE in it)
#   -a N:TYPE[:BEFORE]    the same for word N of PROGRAM ARG..., which are decoded in any case
#   -f FILE        a script in /pipec/etc: one more ARG
#   -w FOLDER      where the program starts, below the working folder
# Encoded text is itself, or "base64:" and its base64 where Argo or Kubernetes would change it. The empty text is
# null; an empty value is "base64:". A TYPE that ends in ? may be null.
# Needs POSIX sh and awk base64 cat cp find mkdir mv od tail tr wc; /pipec/bin is searched last for them.
set -u
PIPEC_path=${PATH-} PATH=${PATH-}:/usr/local/bin:/usr/bin:/bin:/pipec/bin
PIPEC_words= PIPEC_script= PIPEC_folder=. PIPEC_step=?
die() { # a broken contract: into the log and into the message that Argo shows
  echo "pipec: step $PIPEC_step: $*" >&2
  { printf 'pipec: step %s: %s' "$PIPEC_step" "$*" >/dev/termination-log; } 2>/dev/null
  exit 70
}
refuse() { # a value that cannot be made: the program does not start, and no retry helps
  echo "pipec: cannot start step $PIPEC_step: $*" >&2
  { printf 'pipec: cannot start step %s: %s' "$PIPEC_step" "$*" >/dev/termination-log; } 2>/dev/null
  exit 70
}
decode() { # TEXT: sets $PIPEC_text
  case $1 in
  base64:!) refuse "a value of its item cannot be made" ;;
  base64:*) PIPEC_text=$(printf %s "${1#base64:}" | base64 -d && echo .) || die "cannot decode $1"; PIPEC_text=${PIPEC_text%.} ;;
  *'{{'*) refuse "Argo left an expression as it stands: $1" ;; # encoded text never holds {{
  *) PIPEC_text=$1 ;;
  esac
}
encode() { # FROM TO: encoded text of a file
  if [ -s "$1" ] && [ "$(LC_ALL=C tr -d '\1-\10\13-\37\177\360-\377' <"$1" | wc -c)" -eq "$(wc -c <"$1")" ] && [ "$(wc -c <"$1")" -le 4096 ]; then
    PIPEC_text=$(cat "$1"; echo .) PIPEC_text=${PIPEC_text%.}
    case ${PIPEC_ITEM_INDEX-}:$PIPEC_text in
    *'{{'* | *'$$'* | *'$('* | *:base64:* | *'
') ;;
    [0-9]*:*[[{]*) ;; # Argo reads JSON where it gathers what the items of a fan-out gave
    *) printf %s "$PIPEC_text" >"$2"; return ;;
    esac
  fi
  { printf base64: && base64 <"$1" | tr -d '\n'; } >"$2"
}
# Checks a text of one type and prints its canonical form; on a mismatch prints what was found, status 1.
canon() { # TYPE [1] <FILE: with 1, a string in a json is itself
  { cat; echo .; } | LC_ALL=C awk -v type="$1" -v text_of="${2-}" '
  function bad(what) { if (!failed) { gsub(/[^ -~]/, "?", what); if (length(what) > 60) what = substr(what, 1, 57) "..."; print what; failed = 1 } exit 1 }
  function int64(s,  d) { d = s; sub(/^-/, "", d); return length(d) < 19 || length(d) == 19 && (("x" d) <= "x9223372036854775807" || s == "-9223372036854775808") }
  function isint(s) { return s ~ /^-?(0|[1-9][0-9]*)$/ && int64(s) }
  function isnum(s) { return s ~ /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$/ }
  function shortest(s,  p, t, m) { # sets the sign, the digits d and the exponent e of the shortest text that reads back
    for (p = 0; p < 17; p++) { t = sprintf("%." p "e", s); if (t + 0 == s + 0) break }
    if (t !~ /^-?[0-9]/) bad(s)
    split(t, m, "e"); e = m[2] + 0; d = m[1]; sign = ""
    if (d ~ /^-/) { sign = "-"; d = substr(d, 2) }
    sub(/\./, "", d)
  }
  function double(s) { # a number inside a json: as ECMAScript prints it
    if (s ~ /^-?[0-9]+$/ && length(s) < 16) return s == "-0" ? "0" : s
    if (s + 0 == 0) return "0"
    shortest(s)
    while (length(d) < e + 1 && e < 21) d = d "0"
    if (e >= 21 || e < -6) return sign substr(d, 1, 1) (length(d) > 1 ? "." substr(d, 2) : "") "e" (e < 0 ? "" : "+") e
    if (e < 0) return sign "0." substr("00000", 1, -e - 1) d
    return sign substr(d, 1, e + 1) (length(d) > e + 1 ? "." substr(d, e + 2) : "")
  }
  function float(s) { # as Python prints it
    if (s + 0 == 0) return "0.0"
    shortest(s)
    if (e < -4 || e >= 16) return sign substr(d, 1, 1) (length(d) > 1 ? "." substr(d, 2) : "") "e" sprintf("%s%02d", e < 0 ? "-" : "+", e < 0 ? -e : e)
    if (e < 0) return sign "0." substr("0000", 1, -e - 1) d
    while (length(d) < e + 2) d = d "0"
    return sign substr(d, 1, e + 1) "." substr(d, e + 2)
  }
  function tok() { # the next JSON token into T, its kind into K
    if (match(S, /^[ \t\r\n]+/)) S = substr(S, RLENGTH + 1)
    K = substr(S, 1, 1)
    if (K == "\"") { if (!match(S, /^"([^"\\]|\\["\\\/bfnrtu])*"/)) bad(S) }
    else if (K ~ /[-0-9]/) { if (!match(S, /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/)) bad(S); K = "0" }
    else if (match(S, /^(true|false|null)/)) K = "l"
    else if (K ~ /[][{},:]/) RLENGTH = 1
    else bad(S == "" ? "the text ends too early" : S)
    T = substr(S, 1, RLENGTH); S = substr(S, RLENGTH + 1)
    if (K == "\"" && (T ~ /[\001-\037]/ || T ~ /\\u([^0-9a-fA-F]|.[^0-9a-fA-F]|..[^0-9a-fA-F]|...[^0-9a-fA-F])/)) bad(T)
  }
  function hex4(s,  i, n) { n = 0; for (i = 1; i <= 4; i++) n = n * 16 + index("0123456789abcdef", tolower(substr(s, i, 1))) - 1; return n }
  function chars(c) { # a code point as UTF-8
    if (c < 128) return sprintf("%c", c)
    if (c < 2048) return sprintf("%c%c", 192 + int(c / 64), 128 + c % 64)
    if (c < 65536) return sprintf("%c%c%c", 224 + int(c / 4096), 128 + int(c / 64) % 64, 128 + c % 64)
    return sprintf("%c%c%c%c", 240 + int(c / 262144), 128 + int(c / 4096) % 64, 128 + int(c / 64) % 64, 128 + c % 64)
  }
  function str(t,  out, c, d) { # a JSON string with no escape that is not needed
    if (index(t, "\\") == 0) return t
    out = ""
    while (match(t, /\\/)) {
      out = out substr(t, 1, RSTART - 1); t = substr(t, RSTART + 1)
      if (t ~ /^u/) {
        c = hex4(substr(t, 2, 4)); t = substr(t, 6)
        if (c >= 56320 && c < 57344 || c == 0) bad("\\u" sprintf("%04x", c))
        if (c >= 55296 && c < 56320) { if (t !~ /^\\u[dD][c-fC-F]/) bad("half a surrogate pair"); d = hex4(substr(t, 3, 4)); t = substr(t, 7); c = 65536 + (c - 55296) * 1024 + d - 56320 }
        if (c == 34 || c == 92) out = out "\\" chars(c)
        else if (c >= 32) out = out chars(c)
        else if (c == 8) out = out "\\b"; else if (c == 9) out = out "\\t"; else if (c == 10) out = out "\\n"; else if (c == 12) out = out "\\f"; else if (c == 13) out = out "\\r"
        else out = out sprintf("\\u%04x", c)
      } else { out = out (t ~ /^\// ? "" : "\\") substr(t, 1, 1); t = substr(t, 2) }
    }
    return out t
  }
  function raw(t,  out, c) { # the text that a JSON string stands for
    t = str(t); t = substr(t, 2, length(t) - 2); out = ""
    while (match(t, /\\/)) {
      out = out substr(t, 1, RSTART - 1); c = substr(t, RSTART + 1, 1); t = substr(t, RSTART + 2)
      if (c == "u") { out = out sprintf("%c", hex4(substr(t, 1, 4))); t = substr(t, 5) }
      else if (c == "n") out = out "\n"; else if (c == "t") out = out "\t"; else if (c == "r") out = out "\r"
      else if (c == "b") out = out "\b"; else if (c == "f") out = out "\f"; else out = out c
    }
    return out t
  }
  function value(ty,  inner, out, sep, me, key) {
    inner = "json"
    if (ty ~ /\?$/) { ty = substr(ty, 1, length(ty) - 1); if (K == "l" && T == "null") { tokornot(); return "null" } }
    if (match(ty, /^(list|map)</)) { inner = substr(ty, RLENGTH + 1, length(ty) - RLENGTH - 1); ty = substr(ty, 1, RLENGTH - 1) }
    if (K == "[" && ty ~ /^(json|list)$/) {
      out = "["; tok()
      while (K != "]") { out = out sep value(inner); sep = ","; if (K == ",") { tok(); if (K == "]") bad("a comma before ]") } else if (K != "]") bad(T) }
      tokornot(); return out "]"
    }
    if (K == "{" && ty ~ /^(json|map)$/) {
      out = "{"; me = ++maps; tok()
      while (K != "}") {
        if (K != "\"") bad(T)
        key = str(T); if ((me, key) in seen) bad("the key " key " twice"); seen[me, key] = 1
        out = out sep key ":"; sep = ","; tok(); if (K != ":") bad(T); tok(); out = out value(inner)
        if (K == ",") { tok(); if (K == "}") bad("a comma before }") } else if (K != "}") bad(T)
      }
      tokornot(); return out "}"
    }
    out = K == "\"" ? str(T) : T
    if (K == "\"" && ty ~ /^(json|string)$/ || K == "l" && (ty == "json" || ty == "bool" && T != "null")) { tokornot(); return out }
    if (K == "0" && ty == "int" && isint(T)) { if (T == "-0") out = "0"; tokornot(); return out }
    if (K == "0" && ty == "json") { out = double(T); if (T ~ /^-?[0-9]+$/ && out != T && !isint(T)) bad(T); tokornot(); return out }
    if (K == "0" && ty == "float") { out = float(T); tokornot(); return out }
    bad(T)
  }
  function tokornot() { if (S ~ /^[ \t\r\n]*$/) { S = ""; K = ""; T = "the text ends too early" } else tok() }
  { text = text (NR > 1 ? "\n" : "") $0 }
  END {
    if (failed) exit 1
    text = substr(text, 1, length(text) - 1)
    if (type == "int") { if (!isint(text)) bad(text); printf "%s", text == "-0" ? "0" : text }
    else if (type == "float") { if (!isnum(text)) bad(text); printf "%s", float(text) }
    else if (type == "bool") { if (text !~ /^(true|false)$/) bad(text); printf "%s", text }
    else {
      S = text; tok(); first = T; kind = K; out = value(type); if (K != "") bad("text after the end: " T S)
      if (text_of && first == "null") bad("null, which has no text")
      printf "%s", text_of && kind == "\"" ? raw(first) : out
    }
  }'
}
utf8() { # FILE: Unicode text without NUL?
  LC_ALL=C tr -d '\1-\177' <"$1" | od -An -v -tu1 | LC_ALL=C awk '{ for (i = 1; i <= NF; i++) if ($i == 0) exit 1; else hi = 1 } END { if (hi) exit 2 }'
  case $? in 0) return 0 ;; 1) return 1 ;; esac
  od -An -v -tu1 <"$1" | awk '
    { for (i = 1; i <= NF; i++) { b = $i
        if (n) { if (b < lo || b > hi) exit 1; n--; lo = 128; hi = 191 }
        else if (b >= 128) { lo = 128; hi = 191
          if (b >= 194 && b <= 223) n = 1
          else if (b >= 224 && b <= 239) { n = 2; if (b == 224) lo = 160; if (b == 237) hi = 159 }
          else if (b >= 240 && b <= 244) { n = 3; if (b == 240) lo = 144; if (b == 244) hi = 143 }
          else exit 1 } } }
    END { if (n) exit 1 }'
}
typed() { # TYPE TEXT WHAT [1]: decodes a value on its way in, and checks what a person may have typed
  decode "$2"
  case $1 in
  string) return ;;
  *:*) PIPEC_before=${1#*:} ;;
  *) PIPEC_before= ;;
  esac
  PIPEC_found=$(printf %s "${PIPEC_text#"$PIPEC_before"}" | canon "${1%%:*}" "${4-1}" && echo .) || die "$3 is not ${1%%:*}: $PIPEC_found"
  PIPEC_text=$PIPEC_before${PIPEC_found%.}
}
input() { # NAME TYPE [1]
  case $2 in
  file*) return ;;
  dir*) rm -f "/pipec/in/$1/.pipec-empty" 2>/dev/null; return 0 ;;
  'list<file>' | 'list<dir>') mkdir -p "/pipec/in/$1" && { rm -f "/pipec/in/$1"/*/.pipec-empty 2>/dev/null; return 0; } ;;
  'list<file>?' | 'list<dir>?') rm -f "/pipec/in/$1"/*/.pipec-empty 2>/dev/null; return 0 ;;
  esac
  eval "PIPEC_text=\$PIPEC_IN_$1; unset PIPEC_IN_$1"
  case $2 in *'?') [ -n "$PIPEC_text" ] || return 0 ;; esac
  typed "${2%'?'}" "$PIPEC_text" "input $1" "${3-1}"
  printf %s "$PIPEC_text" >"/pipec/in/$1" || die "input $1 cannot be written"
}
options() { # reads the options, prepares what the program is given
  PIPEC_count=1
  while [ "$1" != -- ]; do
    case $1 in
    -s) PIPEC_step=$2 ;;
    -f) PIPEC_script=/pipec/etc/$2 ;;
    -w) PIPEC_folder=$2 ;;
    -a) PIPEC_words="$PIPEC_words $2 " ;;
    -i) input "${2%%:*}" "${2#*:}" ;;
    -j) input "${2%%:*}" "${2#*:}" "" ;;
    -e)
      PIPEC_name=${2%%:*} PIPEC_type=string
      case $2 in *:*) PIPEC_type=${2#*:} ;; esac
      eval "typed \"\$PIPEC_type\" \"\$$PIPEC_name\" \"variable \$PIPEC_name\"; $PIPEC_name=\$PIPEC_text; export $PIPEC_name" ;;
    esac
    shift 2
    PIPEC_count=$((PIPEC_count + 2))
  done
}
program() { # decodes and runs the words after --
  shift $PIPEC_count
  PIPEC_count=0
  for PIPEC_text; do
    shift
    PIPEC_count=$((PIPEC_count + 1)) PIPEC_type=string
    case $PIPEC_words in *" $PIPEC_count:"*) PIPEC_type=${PIPEC_words##*" $PIPEC_count:"} PIPEC_type=${PIPEC_type%% *} ;; esac
    typed "$PIPEC_type" "$PIPEC_text" "word $PIPEC_count of the command"
    set -- "$@" "$PIPEC_text"
  done
  if [ -n "$PIPEC_script" ]; then
    PIPEC_text=$(cat "$PIPEC_script" && echo .) || die "cannot read $PIPEC_script"
    set -- "$@" "${PIPEC_text%.}"
  fi
  cd "$PIPEC_folder" || die "the working folder $PIPEC_folder cannot be used"
  trap : TERM INT
  PATH=$PIPEC_path
  "$@" </dev/null
}
others() { # how many processes the program left behind (the pod's first process runs this script)
  PIPEC_left=0
  for PIPEC_name in /proc/[0-9]*/stat; do
    read -r PIPEC_text 2>/dev/null <"$PIPEC_name" || continue
    case ${PIPEC_text##*) } in Z* | X*) continue ;; esac
    case ${PIPEC_text%% *} in 1 | $$) ;; *) PIPEC_left=$((PIPEC_left + 1)) ;; esac
  done
}
sweep() { # ends what the program left behind: TERM, and KILL five seconds later
  [ "$PPID" = 1 ] || return 0
  others
  [ $PIPEC_left -gt 0 ] || return 0
  kill -TERM -1 2>/dev/null
  for PIPEC_type in 1 2 3 4 5; do
    others
    [ $PIPEC_left -gt 0 ] || return 0
    sleep 1
  done
  kill -KILL -1 2>/dev/null
}
artifact() { # NAME TYPE PATH: an empty folder of a fan-out gets a file, since stores have no folders
  case $2 in file) [ -f "$3" ] ;; *) [ -d "$3" ] ;; esac || die "output $1 is no $2 ($3)"
  if [ -L "$3" ] || [ -n "$(find "$3" -type l 2>/dev/null)" ]; then
    cp -RL "$3" "/pipec/.ret/$1" || die "output $1 cannot be copied"
  else
    mv "$3" "/pipec/.ret/$1" || die "output $1 cannot be moved"
  fi
  [ "$2" = file ] || [ -z "${PIPEC_ITEM_INDEX-}" ] || [ -n "$(find "/pipec/.ret/$1" -type f 2>/dev/null)" ] || : >"/pipec/.ret/$1/.pipec-empty"
}
scalar() { # NAME TYPE PATH: into /pipec/.text without its last line end
  PIPEC_size=$(wc -c <"$3")
  [ "$PIPEC_size" -le 65538 ] || die "output $1 is longer than 64 KiB"
  case $2 in
  string | int | float | bool)
    case $(tail -c 2 "$3" | od -An -tu1) in
    *' 13 '*' 10') PIPEC_size=$((PIPEC_size - 2)) ;;
    *' 10') PIPEC_size=$((PIPEC_size - 1)) ;;
    esac ;;
  esac
  head -c $PIPEC_size "$3" >/pipec/.text || die "output $1 cannot be read"
}
output() { # NAME TYPE PATH
  if ! [ -e "$3" ]; then
    case $2 in
    'file?' | 'dir?') return ;;
    *'?') : >"/pipec/.ret/$1"; return ;;
    *) die "output $1 is missing ($3)" ;;
    esac
  fi
  set -- "$1" "${2%'?'}" "$3"
  case $2 in file | dir) artifact "$@"; return ;; esac
  [ -f "$3" ] || die "output $1 is no file ($3)"
  scalar "$@"
  utf8 /pipec/.text || die "output $1 is not Unicode text without NUL"
  if [ "$2" != string ]; then
    PIPEC_found=$(canon "$2" </pipec/.text) || die "output $1 is not $2: $PIPEC_found"
    printf %s "$PIPEC_found" >/pipec/.text
  fi
  [ "$(wc -c </pipec/.text)" -le 65536 ] || die "output $1 is longer than 64 KiB"
  encode /pipec/.text "/pipec/.ret/$1" || die "output $1 cannot be encoded"
}
outputs() { # checks them all; only then Argo finds them
  while [ "$1" != -- ]; do
    case $1 in
    -o)
      PIPEC_name=${2%%:*} PIPEC_type=${2#*:} PIPEC_file=$PIPEC_OUTPUTS/${2%%:*}
      case $PIPEC_type in *=*) PIPEC_file=$PIPEC_home/${PIPEC_type#*=} PIPEC_type=${PIPEC_type%%=*} ;; esac
      output "$PIPEC_name" "$PIPEC_type" "$PIPEC_file" ;;
    esac
    shift 2
  done
}
mkdir -p /pipec/in /pipec/out /pipec/.ret || die "cannot write to /pipec"
options "$@"
PIPEC_INPUTS=/pipec/in PIPEC_OUTPUTS=/pipec/out PIPEC_STEP=$PIPEC_step PIPEC_ATTEMPT=${PIPEC_ATTEMPT:-1}
export PIPEC_INPUTS PIPEC_OUTPUTS PIPEC_STEP PIPEC_ATTEMPT
if [ -d /pipec/etc/files ]; then
  mkdir -p /pipec/work && cd /pipec/work || die "cannot use /pipec/work"
  cp -RL /pipec/etc/files/. . || die "cannot copy the pipeline's files"
fi
PIPEC_home=$PWD
program "$@"
PIPEC_code=$?
PATH=$PIPEC_path:/usr/local/bin:/usr/bin:/bin:/pipec/bin
sweep
[ $PIPEC_code -eq 0 ] || exit $PIPEC_code
[ "$PIPEC_folder" = . ] || PIPEC_home=$PIPEC_home/$PIPEC_folder # where an output has a PATH
cd "$PIPEC_home" 2>/dev/null
outputs "$@"
mv /pipec/.ret /pipec/ret
