#include "runtime/strict_float.hpp"  // first

#include "runtime/kernels/text_counts.hpp"

namespace nacre::reference {
namespace {

struct Vocabulary {
  text::Texts terms;
  const std::int32_t* numbers;  // null: as they stand
  bool counts_others, in_order;
};

/// Finds terms in the vocabulary while they are read.
struct VocabularySink {
  using Term = text::Prefix;

  VocabularySink(text::Counts& of_row, const Vocabulary& all) : counts(of_row), vocabulary(all) {}
  Term begin() const { return Term(vocabulary.terms); }
  void add(Term& term, std::uint8_t byte) const { term.add(vocabulary.terms, byte); }
  Status count(const Term& term) {
    const std::uint32_t found = term.found(vocabulary.terms);
    std::int32_t number = 0;
    if (found == Term::kNone) {
      if (!vocabulary.counts_others) return Status::ok;
    } else {
      number = vocabulary.numbers == nullptr ? static_cast<std::int32_t>(found) : vocabulary.numbers[found];
    }
    return vocabulary.in_order ? counts.append(number) : counts.add(number, 1);
  }

  text::Counts& counts;
  const Vocabulary& vocabulary;
};

}  // namespace

Status count_terms(const Layer& layer) {
  const auto& p = layer.parameters<parameters::CountTerms>();
  const Vocabulary vocabulary{
      {layer.input<std::int32_t>(5), layer.input<std::uint8_t>(6), layer.input_shape(5).size() - 1},
      layer.has_input(7) ? layer.input<std::int32_t>(7) : nullptr, p.counts_others, p.in_order};
  return text::count_rows<VocabularySink, parameters::CountTerms>(layer, vocabulary);
}

}  // namespace nacre::reference
