# A program whose behaviour its arguments spell out; `acts.py` knows what each does.
#   fail:N:CODE    attempts 1 to N end with CODE        only:I   ... of item I alone
#   put:NAME=TEXT  write an output                      text:NAME=VARIABLE  write a variable
#   copy:NAME=INPUT  write what an input holds, or nothing where nothing is there
#   tree:NAME=TEXT  a folder with two files             hang:N   attempts 1 to N take too long
fails=0 code=1 hangs=0 only=
for act; do
  what=${act%%:*} rest=${act#*:}
  case $what in
    fail) fails=${rest%%:*} code=${rest#*:} ;;
    hang) hangs=$rest ;;
    only) only=$rest ;;
  esac
done
if [ -z "$only" ] || [ "$only" = "$PIPEC_ITEM_INDEX" ]; then
  [ "$PIPEC_ATTEMPT" -gt "$hangs" ] || exec sleep 120
  [ "$PIPEC_ATTEMPT" -gt "$fails" ] || exit "$code"
fi
for act; do
  what=${act%%:*} rest=${act#*:}
  name=${rest%%=*} value=${rest#*=}
  case $what in
    put) printf %s "$value" >"$PIPEC_OUTPUTS/$name" ;;
    text) eval "printf %s \"\$$value\"" >"$PIPEC_OUTPUTS/$name" ;;
    copy) [ ! -e "$PIPEC_INPUTS/$value" ] || cp -r "$PIPEC_INPUTS/$value" "$PIPEC_OUTPUTS/$name" ;;
    tree)
      mkdir -p "$PIPEC_OUTPUTS/$name/sub"
      printf %s "$value" >"$PIPEC_OUTPUTS/$name/a"
      printf %s "$value$value" >"$PIPEC_OUTPUTS/$name/sub/b"
      ;;
  esac
done
exit 0
