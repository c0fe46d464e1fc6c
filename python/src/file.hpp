#pragma once

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "nacre/description.hpp"
#include "nacre/load.hpp"
#include "schema/description_generated.h"

namespace nacre::python {

/// What a user may mend: `nacre.Refused` in Python.
struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Aligned memory that is freed with its owner.
class Block {
 public:
  Block(std::size_t size, std::size_t alignment);
  Span<std::byte> bytes() const { return {block_.get(), size_}; }

 private:
  struct Free {
    std::size_t alignment;
    void operator()(std::byte* block) const { ::operator delete(block, std::align_val_t{alignment}); }
  };
  std::unique_ptr<std::byte[], Free> block_;
  std::size_t size_;
};

/// A network in memory of its own, for one thread. The file must outlive it.
class Loaded {
 public:
  /// Throws Refused where `file`, 64-byte aligned, does not load.
  Loaded(Span<const std::byte> file, Digest digest);
  const Network& network() const { return network_; }
  /// Whether a run begins with what the one before has left.
  bool has_state() const { return has_state_; }

 private:
  std::vector<Block> blocks_;
  Network network_;
  bool has_state_ = false;
};

/// A Nacre file in memory, and the names that it gives.
class File {
 public:
  /// Copies the file. Throws Refused where it is no whole model.
  explicit File(Span<const std::byte> file);

  Span<const std::byte> bytes() const { return bytes_.bytes(); }
  const Network& network() const { return loaded_.network(); }
  bool has_state() const { return loaded_.has_state(); }
  /// Null where the section was stripped.
  const schema::Description* description() const { return description_; }
  const schema::PortDescription* input(unsigned index) const;
  const schema::PortDescription* output(unsigned index) const;
  /// The number where it has no name.
  std::string input_name(unsigned index) const;
  std::string output_name(unsigned index) const;
  /// The columns of an input of texts that are read word by word, as by TfidfVectorizer: no library takes a missing
  /// text there, of which the device would make an empty one.
  std::vector<std::uint32_t> documents(unsigned input) const;
  /// Index of an output by name or alias. Throws Refused that lists those there are.
  unsigned find_output(const std::string& name) const;

 private:
  Block bytes_;
  Loaded loaded_;
  const schema::Description* description_ = nullptr;
};

}  // namespace nacre::python
