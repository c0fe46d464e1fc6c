#pragma once

// FlatBuffers' own header, for big-endian processors. Their files have every number in their order, so FlatBuffers
// must not swap any: that is what it does where the order is little-endian. On s390x its header insists on the other,
// by a macro that the headers of the C library need too.

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#ifndef FLATBUFFERS_ASSERT
#define FLATBUFFERS_ASSERT(condition) ((void)0)  // one asserts that the processor is little-endian
#endif
#define FLATBUFFERS_LITTLEENDIAN 1
#pragma push_macro("__s390x__")
#undef __s390x__
#include_next <flatbuffers/base.h>
#pragma pop_macro("__s390x__")
