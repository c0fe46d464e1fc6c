#ifndef UART_H
#define UART_H

/* The UART and the timer of Arm's CMSDK, as the board mps2-an386 has them, for nacre_serve. */

#include <stddef.h>
#include <stdint.h>

#define TIMER_TICKS_PER_SECOND 25000000u

void uart_start(void);
int uart_read(void* context, unsigned char* to, size_t bytes);
int uart_write(void* context, const unsigned char* from, size_t bytes);
uint32_t timer_ticks(void* context);

#endif
