#include "tests/loader/c/program.h"

#include <string.h>

#include "nacre/slots.h" /* which must be C99 too */

static void note(void* context, unsigned layer) {
  struct sight* sight = context;
  if (sight->visits == 64) return;
  sight->operators[sight->visits] = nacre_layer_operator(sight->network, layer);
  sight->visited[sight->visits++] = layer;
}

static void look_at_names(const nacre_description* description, struct sight* sight) {
  const nacre_names output = nacre_output_names(description, 0);
  char name[32] = "";
  sight->model = nacre_model_name(description);
  sight->input = nacre_name(nacre_input_names(description, 0));
  sight->output = nacre_name(output);
  sight->last_layer = nacre_layer_name(description, sight->layers - 1);
  if (nacre_label_count(output) > 0) sight->last_label = nacre_label(output, nacre_label_count(output) - 1);
  if (sight->output.bytes < sizeof name) memcpy(name, sight->output.data, sight->output.bytes);
  sight->found = nacre_find_output(description, name);
}

struct sight look_at(const void* model, size_t model_bytes, void* memory, size_t memory_bytes) {
  struct sight sight = {0};
  nacre_network network;
  nacre_description description;
  sight.status = nacre_load(model, model_bytes, nacre_all_kernels(), memory, memory_bytes, 1, &network);
  if (sight.status != NACRE_OK) return sight;
  sight.inputs = nacre_input_count(&network);
  sight.outputs = nacre_output_count(&network);
  sight.layers = nacre_layer_count(&network);
  const nacre_shape shape = nacre_input_shape(&network, 0);
  for (unsigned axis = 0; axis < shape.rank && axis < 2; ++axis) sight.dimensions[axis] = shape.dimensions[axis];
  sight.quantization = nacre_input_quantization(&network, 0);
  sight.status = nacre_describe(model, model_bytes, &description);
  if (sight.status != NACRE_OK) return sight;
  look_at_names(&description, &sight);
  sight.status = nacre_digest(model, model_bytes, sight.digest);
  if (sight.status != NACRE_OK) return sight;
  const nacre_tensor input = nacre_input(&network, 0);
  memset(input.data, 0, input.elements * nacre_element_bytes(input.type));
  sight.network = &network;
  sight.status = nacre_run_layers(&network, note, &sight);
  const nacre_tensor output = nacre_output(&network, 0);
  if (output.type == NACRE_STRING) sight.answer = *(const nacre_text*)output.data;
  return sight;
}

nacre_status encode_text(const void* model, size_t model_bytes, void* memory, size_t memory_bytes, const char* text,
                    int64_t* answer) {
  nacre_network network;
  nacre_status status = nacre_load(model, model_bytes, nacre_all_kernels(), memory, memory_bytes, 1, &network);
  if (status != NACRE_OK) return status;
  nacre_text* const input = nacre_input(&network, 0).data;
  input->data = text;
  input->bytes = (uint32_t)strlen(text);
  status = nacre_run(&network);
  if (status == NACRE_OK) *answer = *(const int64_t*)nacre_output(&network, 0).data;
  return status;
}
