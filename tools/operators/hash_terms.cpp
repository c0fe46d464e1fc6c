#include <bit>
#include <cstdlib>

#include "tools/operators/terms.hpp"

namespace nacre::tools {
namespace {

std::vector<TensorType> infer(const Node& node, const std::vector<TensorType>& inputs) {
  const auto& p = node.as<parameters::HashTerms>();
  return infer_entries(node, inputs, p.column, p.entries);
}

/// The 32-bit MurmurHash3 (Austin Appleby) of a text with seed 0.
std::int32_t murmur_hash(const std::string& text) {
  std::uint32_t hash = 0;
  const auto mix = [](std::uint32_t word) { return std::rotl(word * 0xcc9e2d51u, 15) * 0x1b873593u; };
  std::size_t place = 0;
  const auto word_of = [&](std::size_t bytes) {
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < bytes; ++i)
      word |= static_cast<std::uint32_t>(static_cast<unsigned char>(text[place + i])) << (8 * i);
    return word;
  };
  for (; place + 4 <= text.size(); place += 4) hash = std::rotl(hash ^ mix(word_of(4)), 13) * 5 + 0xe6546b64u;
  if (place < text.size()) hash ^= mix(word_of(text.size() - place));
  hash ^= static_cast<std::uint32_t>(text.size());
  for (const auto& [shift, factor] : {std::pair{16, 0x85ebca6bu}, std::pair{13, 0xc2b2ae35u}})
    hash = (hash ^ hash >> shift) * factor;
  return static_cast<std::int32_t>(hash ^ hash >> 16);
}

std::vector<Tensor64> evaluate(const Node& node, const std::vector<Tensor64>& inputs,
                               const std::vector<TensorType>& outputs) {
  const auto& p = node.as<parameters::HashTerms>();
  const auto columns = static_cast<std::size_t>(inputs[0].type.last());
  std::vector<std::map<std::int64_t, std::int64_t>> rows(inputs[0].strings.size() / columns);
  for (std::size_t row = 0; row < rows.size(); ++row)
    for (const std::string& term : terms_of(node, term_rules(p), inputs,
                                            inputs[0].strings[row * columns + static_cast<std::size_t>(p.column)])) {
      const std::int64_t hash = murmur_hash(term);
      rows[row][std::abs(hash) % p.features] += p.alternate && hash < 0 ? -1 : 1;
    }
  return entries_of(node, rows, outputs, p.binary);
}

}  // namespace

const Definition definitions::hash_terms = {
    .name = "hash_terms", .infer = nullptr, .evaluate = nullptr, .errors = nullptr,
    .infer_all = infer, .evaluate_all = evaluate, .errors_all = no_errors};

}  // namespace nacre::tools
