#!/bin/sh
echo "told $PWD" | sed "s:.*/work/::"
