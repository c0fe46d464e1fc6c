#include "uart.h"

/* Cortex-M System Design Kit, Technical Reference Manual, 4.3 and 4.1. */
struct uart {
  volatile uint32_t data, state, control, interrupt, divider;
};
struct timer {
  volatile uint32_t control, value, reload, interrupt;
};
#define UART ((struct uart*)0x40004000)
#define TIMER ((struct timer*)0x40000000)

enum { transmitter_full = 1, receiver_full = 2, baud = 115200 };

void uart_start(void) {
  UART->divider = TIMER_TICKS_PER_SECOND / baud;
  UART->control = 3; /* transmit and receive */
  TIMER->reload = TIMER->value = 0xffffffff;
  TIMER->control = 1; /* counts down */
}

uint32_t timer_ticks(void* context) {
  (void)context;
  return ~TIMER->value;
}

/* What has come within a tenth of a second. */
int uart_read(void* context, unsigned char* to, size_t bytes) {
  const uint32_t begin = timer_ticks(context);
  size_t got = 0;
  while (got == 0 && timer_ticks(context) - begin < TIMER_TICKS_PER_SECOND / 10)
    while (got < bytes && (UART->state & receiver_full)) to[got++] = (unsigned char)UART->data;
  return (int)got;
}

/* Gives a transmitter that takes nothing for a second up. */
int uart_write(void* context, const unsigned char* from, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) {
    const uint32_t begin = timer_ticks(context);
    while (UART->state & transmitter_full)
      if (timer_ticks(context) - begin > TIMER_TICKS_PER_SECOND) return 0;
    UART->data = from[i];
  }
  return (int)bytes;
}
