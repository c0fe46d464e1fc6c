#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

/// Mutations that keep a file's grammar whole, so that what is changed is looked at behind the parser too.
namespace nacre::test {

/// Chances that repeat with libFuzzer's seed.
class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  /// A number from 0 to below `count`, which is greater than 0.
  std::size_t below(std::size_t count) { return engine_() % count; }
  bool one_in(std::size_t count) { return below(count) == 0; }

 private:
  std::minstd_rand engine_;
};

/// A number at which counts, sizes and indices go wrong.
std::int64_t odd_number(Dice& dice);

/// What libFuzzer makes of bytes that have no grammar; at most 256 longer.
std::string mutate_bytes(std::string bytes);

/// Of a JSON document: values taken out, doubled, replaced by others of the document, numbers and texts changed. What
/// is no JSON is mutated as bytes.
std::string mutate_json(const std::string& text, Dice& dice);

/// Of a pickle: opcodes taken out, doubled and moved, their arguments changed with the lengths before them. What
/// follows bytes that are no opcode stays.
std::string mutate_pickle(const std::string& bytes, Dice& dice);

/// Of a protobuf message: fields at any depth taken out, doubled, moved and changed, with the lengths around them.
std::string mutate_protobuf(const std::string& bytes, Dice& dice);

/// Of a FlatBuffer, whose schema it does not ask for: numbers, lengths and offsets changed, fields made absent.
std::string mutate_flatbuffer(const std::string& bytes, Dice& dice);

/// Of the content of an HDF5 file in the form of tools/hdf5/records.hpp: records taken out and doubled, names, shapes,
/// elements and the JSON of attributes changed.
std::string mutate_records(const std::string& bytes, Dice& dice);

/// libFuzzer's custom mutator: by the grammar three times of four. What grows beyond max_size is mutated as bytes.
template <typename Mutate>
std::size_t mutate_by(Mutate mutate, std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed) {
  Dice dice(seed);
  if (!dice.one_in(4)) {
    const std::string changed = mutate(std::string(reinterpret_cast<const char*>(data), size), dice);
    if (!changed.empty() && changed.size() <= max_size) {
      changed.copy(reinterpret_cast<char*>(data), changed.size());
      return changed.size();
    }
  }
  return LLVMFuzzerMutate(data, size, max_size);
}

}  // namespace nacre::test

/// Defines the custom mutator of a fuzzer: `function` is one of those above.
#define NACRE_MUTATE_BY(function)                                                                             \
  extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size, \
                                                 unsigned seed) {                                             \
    return nacre::test::mutate_by(nacre::test::function, data, size, max_size, seed);                         \
  }
