#pragma once

// FlatBuffers without assertions: they would bring stdio, and a loader that has verified needs none.
#define FLATBUFFERS_ASSERT(condition) ((void)0)
#include "schema/model_generated.h"
