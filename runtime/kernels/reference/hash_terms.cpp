#include "runtime/strict_float.hpp"  // first

#include "runtime/kernels/text_counts.hpp"
#include "runtime/kernels/text_hash.hpp"

namespace nacre::reference {
namespace {

/// Hashes terms while they are read.
struct HashSink {
  using Term = text::MurmurHash;

  HashSink(text::Counts& of_row, const parameters::HashTerms& parameters) : counts(of_row), p(parameters) {}
  Term begin() const { return {}; }
  void add(Term& term, std::uint8_t byte) const { term.add(byte); }
  Status count(const Term& term) {
    const std::uint32_t hash = term.value(), magnitude = hash >> 31 != 0 ? 0u - hash : hash;
    const std::uint32_t place = magnitude % static_cast<std::uint32_t>(p.features);
    return counts.add(static_cast<std::int32_t>(place), p.alternate && hash >> 31 != 0 ? -1 : 1);
  }

  text::Counts& counts;
  const parameters::HashTerms& p;
};

}  // namespace

Status hash_terms(const Layer& layer) {
  return text::count_rows<HashSink, parameters::HashTerms>(layer, layer.parameters<parameters::HashTerms>());
}

}  // namespace nacre::reference
