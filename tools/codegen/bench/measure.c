/* Firmware by which nacre bench --target counts instructions: QEMU's clock moves by the same time with each, and CLOCK,
 * a file, reads it. Prints ticks: of reading the clock alone, of loading, of a run, and of each layer. ROWS is a file
 * with the bytes of each input.                                                                                 */

#include "measured.h"

#include CLOCK
#include ROWS

#include <string.h>

static _Alignas(64) unsigned char memory[MEASURED_MEMORY_BYTES];
static uint32_t layer_ticks[65536], layers, before;

static void print_ticks(const char* what, uint32_t ticks) {
  char digits[12] = "\n";
  char* at = digits + sizeof digits - 2;
  at[1] = 0;
  at[0] = '\n';
  do *--at = (char)('0' + ticks % 10);
  while ((ticks /= 10) > 0);
  print(what);
  print(at);
}

static void note_layer(void* context, unsigned layer) {
  (void)context, (void)layer;
  layer_ticks[layers++] = now() - before;
  before = now();
}

static void fill(const nacre_network* network) {
  for (unsigned i = 0; i < nacre_input_count(network); ++i) {
    const nacre_tensor input = nacre_input(network, i);
    memcpy(input.data, rows[i], input.elements * nacre_element_bytes(input.type));
  }
}

int main(void) {
  nacre_network network;
  start_clock();
  before = now();
  print_ticks("reading ", now() - before);

  before = now();
  nacre_status status = nacre_load(measured_model, MEASURED_MODEL_BYTES, measured_kernels, memory, sizeof memory, 0,
                                   &network);
  print_ticks("load ", now() - before);
  if (status != NACRE_OK) return (int)status;

  fill(&network);
  before = now();
  status = nacre_run(&network);
  print_ticks("run ", now() - before);
  if (status != NACRE_OK) return (int)status;

  fill(&network);
  before = now();
  status = nacre_run_layers(&network, note_layer, NULL);
  for (uint32_t i = 0; i < layers; ++i) print_ticks("layer ", layer_ticks[i]);
  return (int)status;
}
