#!/bin/sh
# qemu-bare-metal.sh arm|riscv32 MACHINE IMAGE [ARGUMENT...]: runs a bare-metal image on an emulated board, with these
# arguments of main(), and exits with its status.
#
# Semihosting hands over one line with a space between arguments. A space or backslash inside an
# argument is escaped by a backslash (semihosting.c takes it away), and QEMU wants commas doubled.
processor=$1
machine=$2
image=$3
config=enable=on,target=native,arg=$(basename "$image")
shift 3
for argument in "$@"; do
  config=$config,arg=$(printf '%s' "$argument" | sed 's/[\\ ]/\\&/g; s/,/,,/g')
done
case $processor in
  riscv32) only="-bios none -cpu rv32,f=off,d=off,a=off" ;;  # what RV32IMC lacks is a fault
  *) only= ;;
esac
# shellcheck disable=SC2086
exec "qemu-system-$processor" -machine "$machine" $only -display none -monitor none -serial none \
  -semihosting-config "$config" -kernel "$image"
