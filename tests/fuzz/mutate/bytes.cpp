#include <algorithm>
#include <array>

#include "tests/fuzz/mutate/mutate.hpp"

namespace nacre::test {

std::int64_t odd_number(Dice& dice) {
  constexpr std::array<std::int64_t, 24> kOdd = {
      0, 1, 2, 3, 4, 7, 8, 16, 100, 127, 128, 255, 256, 4096, 32767, 65535, 65536, 2147483647, 2147483648, 4294967295,
      std::int64_t{1} << 53, INT64_MAX, INT64_MIN, -5};
  const std::int64_t number = kOdd[dice.below(kOdd.size())];
  return dice.one_in(4) && number != INT64_MIN ? -number : number;
}

std::string mutate_bytes(std::string bytes) {
  constexpr std::size_t kLonger = 256;
  const std::size_t size = bytes.size();
  bytes.resize(size + kLonger);
  bytes.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(bytes.data()), size, bytes.size()));
  return bytes;
}

}  // namespace nacre::test
