#include <doctest/doctest.h>

#include "tests/support/attack.hpp"
#include "tests/support/every_operator.hpp"

namespace nacre::test {
namespace {

TEST_SUITE("hostile model files") {
  TEST_CASE("L9: a model at an address that is no multiple of 64 is its own error, for any operator") {
    for (const SmallModel& model : every_operator()) {
      CAPTURE(model.name);
      const std::vector<std::byte> bytes = model.layer.file();
      Attack attack(bytes);
      GuardedPages pages(bytes.size() + 64);
      for (std::size_t skew = 0; skew < 64; ++skew) {
        CAPTURE(skew);
        const Span<std::byte> moved = pages.place(bytes, skew);
        const Status expected = skew == 0 ? Status::ok : Status::model_misaligned;
        MemoryNeeds needs;
        CHECK(try_model({moved.data(), moved.size()}, reference_kernels(), attack.memory()) == expected);
        CHECK(memory_needs({moved.data(), moved.size()}, &needs) == expected);
      }
    }
  }

  TEST_CASE("L9: a tensor that begins between two elements is refused") {
    for (const SmallModel& model : every_operator()) {
      CAPTURE(model.name);
      Attack attack(model.layer.file());
      for (unsigned i = 0; i < attack.model().tensors()->size(); ++i)
        for (std::uint32_t skew = 1; skew < 64; ++skew) {
          schema::Tensor& tensor = attack.tensor(i);
          const bool may = attack.kind_of(tensor) != MemoryKind::weights && skew % 16 == 0;
          const std::uint32_t before = tensor.offset();
          tensor.mutate_offset(before ^ skew);
          const Status status = attack.run();
          if (!may) CHECK(status == Status::bad_tensor);
          tensor.mutate_offset(before);
        }
    }
  }
}

}  // namespace
}  // namespace nacre::test
