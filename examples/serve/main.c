/* A board on the desk: loads its model, and lets a workstation run it over a UART (docs/serve.md). Build it with
 * examples/serve/build, which names MODEL_HEADER, WORD and MACRO after the model.                               */

#include MODEL_HEADER

#include "nacre_serve.h"
#include "uart.h"

#define PASTE(a, b) a##b
#define NAME(a, b) PASTE(a, b)

static _Alignas(64) unsigned char memory[NAME(MACRO, _MEMORY_BYTES)];
static unsigned char packet[512];
static char texts[4096];

int main(void) {
  const nacre_line line = {.read = uart_read,
                           .write = uart_write,
                           .ticks = timer_ticks,
                           .ticks_per_second = TIMER_TICKS_PER_SECOND,
                           .buffer = packet,
                           .buffer_bytes = sizeof packet,
                           .text = texts,
                           .text_bytes = sizeof texts};
  nacre_network network;
  nacre_status status = nacre_load(NAME(WORD, _model), NAME(MACRO, _MODEL_BYTES), NAME(WORD, _kernels), memory,
                                   sizeof memory, 1, &network);
  uart_start();
  while (status == NACRE_OK) status = nacre_serve(NAME(WORD, _model), NAME(MACRO, _MODEL_BYTES), &network, &line);
  return (int)status;
}
