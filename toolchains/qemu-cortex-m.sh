#!/bin/sh
# qemu-cortex-m.sh MACHINE IMAGE [ARGUMENT...]: runs a bare-metal image on an emulated board, with these arguments of
# main(), and exits with its status.
#
# Semihosting hands over one line with a space between arguments. A space or backslash inside an
# argument is escaped by a backslash (semihosting.c takes it away), and QEMU wants commas doubled.
machine=$1
image=$2
config=enable=on,target=native,arg=$(basename "$image")
shift 2
for argument in "$@"; do
  config=$config,arg=$(printf '%s' "$argument" | sed 's/[\\ ]/\\&/g; s/,/,,/g')
done
exec qemu-system-arm -machine "$machine" -display none -monitor none -serial none \
  -semihosting-config "$config" -kernel "$image"
