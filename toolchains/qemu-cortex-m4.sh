#!/bin/sh
# qemu-cortex-m4.sh IMAGE [ARGUMENT...]: runs a bare-metal image with these arguments of main() and
# exits with its status.
#
# Semihosting hands over one line with a space between arguments. A space or backslash inside an
# argument is escaped by a backslash (semihosting.c takes it away), and QEMU wants commas doubled.
image=$1
config=enable=on,target=native,arg=$(basename "$image")
shift
for argument in "$@"; do
  config=$config,arg=$(printf '%s' "$argument" | sed 's/[\\ ]/\\&/g; s/,/,,/g')
done
exec qemu-system-arm -machine mps2-an386 -display none -monitor none -serial none \
  -semihosting-config "$config" -kernel "$image"
