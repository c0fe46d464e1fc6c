#include "tools/emit/byte_order.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>

#include "nacre/load.hpp"
#include "schema/model_generated.h"
#include "tests/support/models.hpp"
#include "tools/common/sha256.hpp"
#include "tools/emit/digests.hpp"

namespace nacre::tools::byte_order_test {
namespace {

using Bytes = std::vector<std::byte>;

Bytes bytes_of(const std::string& model) {
  const Buffer file = test::converted({model});
  return {file.bytes().begin(), file.bytes().end()};
}

Bytes swapped(Bytes file) {
  swap_byte_order(file);
  return file;
}

Bytes part(const Bytes& file, std::size_t start, std::size_t size) {
  REQUIRE(start + size <= file.size());
  const auto first = file.begin() + static_cast<std::ptrdiff_t>(start);
  return {first, first + static_cast<std::ptrdiff_t>(size)};
}

/// The bytes with each element of `width` bytes reversed.
Bytes reversed(Bytes bytes, std::size_t width) {
  for (auto at = bytes.begin(); at != bytes.end(); at += static_cast<std::ptrdiff_t>(width))
    std::reverse(at, at + static_cast<std::ptrdiff_t>(width));
  return bytes;
}

std::size_t place(const Bytes& file, const void* address) {
  return static_cast<std::size_t>(static_cast<const std::byte*>(address) - file.data());
}

schema::Model& model_of(Bytes& file) { return *schema::GetMutableModel(file.data()); }

TEST_SUITE("byte order") {
  TEST_CASE("a file that is swapped twice is what it was") {
    // Trees with text labels and exact values; a chain of layers; int8 and int32 weights; strings as inputs.
    for (const char* model : {"boosting.joblib", "pipeline.joblib", "causal_int8.tflite", "label_encoder.joblib"}) {
      CAPTURE(model);
      const Bytes file = bytes_of(model);
      CHECK(swapped(file) != file);
      CHECK(swapped(swapped(file)) == file);
    }
  }

  TEST_CASE("a reader refuses a file of the other byte order by name") {
    const Buffer file = test::aligned_copy(swapped(bytes_of("pipeline.joblib")));
    MemoryNeeds needs;
    Place place;
    CHECK(memory_needs({file.data(), file.size()}, &needs, &place) == Status::other_byte_order);
    CHECK(place.offset == 4);
  }

  TEST_CASE("weights and golden vectors are swapped element by element, and text stays") {
    Bytes file = bytes_of("causal_int8.tflite");
    const Bytes other = swapped(file);
    const schema::Model& model = model_of(file);
    const std::size_t weights = place(file, model.weights()->data());
    unsigned wide = 0, narrow = 0;
    for (const schema::Tensor* tensor : *model.tensors()) {
      if (model.memories()->Get(tensor->memory())->kind() != schema::MemoryKind::weights) continue;
      const std::size_t width = element_bytes(static_cast<DataType>(tensor->type()));
      std::size_t size = width;
      for (unsigned axis = 0; axis < tensor->rank(); ++axis) size *= model.shapes()->Get(tensor->shape() + axis);
      const std::size_t start = weights + tensor->offset();
      CHECK(part(other, start, size) == reversed(part(file, start, size), width));
      ++(width == 1 ? narrow : wide);
    }
    CHECK(narrow > 0);
    CHECK(wide > 0);
    const auto* golden = model.golden_nested_root()->cases()->Get(0)->inputs()->Get(0)->data();
    const std::size_t width = element_bytes(
        static_cast<DataType>(model.tensors()->Get(model.inputs()->Get(0)->tensor())->type()));
    const std::size_t start = place(file, golden->data());
    CHECK(part(other, start, golden->size()) == reversed(part(file, start, golden->size()), width));
    const auto* name = model.description_nested_root()->name();
    const std::size_t text = place(file, name->data());
    CHECK(part(other, text, name->size()) == part(file, text, name->size()));
    CHECK(part(other, text - 4, 4) == reversed(part(file, text - 4, 4), 4));  // its length
  }

  TEST_CASE("the digests of a swapped file are those of its bytes") {
    const Bytes file = bytes_of("pipeline.joblib");
    Bytes other = swapped(file);
    const auto digests = digested_bytes(file);
    CHECK(digests.size() == 4);
    for (const DigestedBytes& bytes : digests) {
      const Bytes stated = part(other, bytes.digest, sizeof(schema::Digest));
      if (&bytes == &digests.back()) std::fill_n(other.data() + bytes.digest, stated.size(), std::byte{0});
      const Sha256Digest made = sha256(part(other, bytes.start, bytes.size));
      CHECK(std::equal(stated.begin(), stated.end(), reinterpret_cast<const std::byte*>(made.data())));
    }
  }

  TEST_CASE("weights that two tensors read as elements of two sizes are an error") {
    Bytes file = bytes_of("pipeline.joblib");
    schema::Model& model = model_of(file);
    schema::Tensor* first = nullptr;
    for (flatbuffers::uoffset_t i = 0; i < model.tensors()->size(); ++i) {
      schema::Tensor* const tensor = model.mutable_tensors()->GetMutableObject(i);
      if (model.memories()->Get(tensor->memory())->kind() != schema::MemoryKind::weights) continue;
      if (first == nullptr) {
        first = tensor;
        continue;
      }
      tensor->mutate_offset(first->offset());
      CHECK_NOTHROW(swapped(file));
      tensor->mutate_type(schema::DataType::int16);
      CHECK_THROWS_AS(swapped(file), std::logic_error);
      return;
    }
    FAIL("the model has fewer than two constants");
  }
}

}  // namespace
}  // namespace nacre::tools::byte_order_test
