// What a device with the loader that this is linked with says of a file: one word, the status of loading it or else of
// its golden vectors. Any release's loader: it takes what all of them have.

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

#include "nacre/kernels.hpp"
#include "nacre/load.hpp"
#include "nacre/self_test.hpp"

namespace {

/// Bytes at an address that models and blocks of memory may have.
class Aligned {
 public:
  explicit Aligned(std::size_t size) : bytes_(size + kAlignment) {
    const auto address = reinterpret_cast<std::uintptr_t>(bytes_.data());
    begin_ = bytes_.data() + (kAlignment - address % kAlignment) % kAlignment;
    size_ = size;
  }
  std::byte* data() const { return begin_; }
  std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t kAlignment = 64;
  std::vector<std::byte> bytes_;
  std::byte* begin_;
  std::size_t size_;
};

nacre::Status outcome_of(const Aligned& file) {
  const nacre::Span<const std::byte> model{file.data(), file.size()};
  nacre::MemoryNeeds needs;
  if (const nacre::Status status = nacre::memory_needs(model, &needs); status != nacre::Status::ok) return status;
  const Aligned memory(needs.total_bytes);
  nacre::Network network;
  const nacre::Status status =
      nacre::load(model, nacre::reference_kernels(), nacre::Span<std::byte>(memory.data(), memory.size()), &network);
  return status == nacre::Status::ok ? nacre::self_test(model, network) : status;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return std::fprintf(stderr, "usage: reader MODEL.nacre\n"), 2;
  std::ifstream stream(arguments[1], std::ios::binary);
  if (!stream) return std::fprintf(stderr, "cannot read %s\n", arguments[1]), 2;
  const std::vector<char> read{std::istreambuf_iterator<char>(stream), {}};
  const Aligned file(read.size());
  for (std::size_t i = 0; i < read.size(); ++i) file.data()[i] = static_cast<std::byte>(read[i]);
  std::puts(nacre::name(outcome_of(file)));
  return 0;
}
