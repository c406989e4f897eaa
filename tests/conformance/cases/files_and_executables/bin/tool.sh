#!/bin/sh
printf 'tool says %s' "$*" >"$PIPEC_OUTPUTS/s"
