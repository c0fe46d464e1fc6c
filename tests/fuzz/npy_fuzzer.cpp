#include "loader/npy/npy.hpp"
#include "tests/fuzz/reader.hpp"

/// A .npy header, and all bytes that it says are elements.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nacre::tools;
  return fuzz_reader(data, size, [](const Buffer& file) {
    nacre::npy::File array;
    if (nacre::npy::parse({file.data(), file.size()}, &array) != nullptr) return;
    // Every byte that the header claims is read: it must lie in the file.
    std::uint8_t sum = 0;
    for (std::size_t i = 0; i < array.data.size(); ++i) {
      sum = static_cast<std::uint8_t>(sum + std::to_integer<std::uint8_t>(array.data[i]));
    }
    [[maybe_unused]] volatile std::uint8_t kept = sum;
  });
}
