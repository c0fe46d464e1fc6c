// Whether this board predicts with the bits of the workstation: prints "ok", or what is wrong.
#include <@WORD@.h>

alignas(@MACRO@_MEMORY_ALIGNMENT) static unsigned char memory[@MACRO@_MEMORY_BYTES];

void setup() {
  Serial.begin(115200);
  nacre_network network;
  nacre_status status =
      nacre_load(@WORD@_model, @MACRO@_MODEL_BYTES, @WORD@_kernels, memory, sizeof memory, 1, &network);
  if (status == NACRE_OK) status = nacre_self_test(@WORD@_model, @MACRO@_MODEL_BYTES, &network);
  Serial.println(nacre_status_name(status));
}

void loop() {}
