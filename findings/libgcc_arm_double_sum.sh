#!/bin/sh
# On Arm cores without double precision, libgcc of GCC 12.2 (Debian's gcc-arm-none-eabi 15:12.2.rel1-1) adds doubles in
# software. 1 - y rounds to the wrong neighbour for one y in fifty between 2^-33 and 2^-55; IEEE 754 allows one result.
# Guess before running: the same bits as on x86-64, since both call it an addition of IEEE 754.
# Needs apt-get, a C compiler, and qemu-system-arm (Debian's qemu-system-arm) for a Cortex-M4.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -o APT::Sandbox::User=root download -qq gcc-arm-none-eabi=15:12.2.rel1-1 binutils-arm-none-eabi \
  libnewlib-arm-none-eabi libnewlib-dev
for package in *.deb; do dpkg -x "$package" .; done
cat > sums.c <<'C'
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  uint64_t state = 1;
  volatile double one = 1;
  for (int i = 0; i < 2000; ++i) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    uint64_t bits = (uint64_t)(1023 - 33 - i % 22) << 52 | state >> 12;
    double small;
    memcpy(&small, &bits, sizeof small);
    volatile double y = small, difference = one - y;
    small = difference;
    memcpy(&bits, &small, sizeof bits);
    printf("1 - %.17g = %016llx\n", y, (unsigned long long)bits);
  }
}
#ifdef __arm__
void _start(void);
__attribute__((section(".vectors"), used)) static void *const vectors[2] = {(void *)0x20100000, (void *)_start};
#endif
C
newlib=usr/lib/arm-none-eabi/newlib
library=$newlib/thumb/v7e-m/nofp
usr/bin/arm-none-eabi-gcc -O1 -mcpu=cortex-m4 -mthumb -isystem usr/include/newlib -B "$library" -L "$library" \
  --specs="$newlib/rdimon.specs" -Wl,--section-start=.vectors=0 -Wl,-Tdata=0x20000000 sums.c -o sums.elf
qemu-system-arm -M mps2-an386 -nographic -monitor none -serial none -semihosting -kernel sums.elf > device
cc -O1 sums.c -o sums
./sums > host
wrong=$(diff device host | grep -c '^<') || true
echo "GCC $(usr/bin/arm-none-eabi-gcc -dumpfullversion), Cortex-M4: $wrong of $(wc -l < host) differences"
echo "have other bits than on x86-64; the first, there and here:"
diff device host | sed -n '/^[<>]/p' | head -1
diff device host | sed -n '/^>/p' | head -1
[ "$wrong" -eq 40 ]
