#pragma once

#include "tests/support/loaded_model.hpp"
#include "tests/support/texts.hpp"

namespace nacre::test {

/// How often each number was found.
using TermCounts = std::map<std::int32_t, std::int32_t>;

/// The entries that a model of one layer gives for a text: those that count nothing are left out.
inline TermCounts entries_for(const ModelBuilder& model, const std::string& text) {
  const LoadedModel loaded(model.file(), reference_kernels());
  if (loaded.status != Status::ok) return {{-1, static_cast<std::int32_t>(loaded.status)}};
  loaded.network.input<String>(0)[0] = {text.data(), static_cast<std::uint32_t>(text.size())};
  const Status status = loaded.network.run();
  if (status != Status::ok) return {{-1, static_cast<std::int32_t>(status)}};
  const auto index = loaded.network.output<std::int32_t>(0), count = loaded.network.output<std::int32_t>(1);
  TermCounts counts;
  for (unsigned i = 0; i < index.size(); ++i)
    if (count[i] != 0 || index[i] != 0) counts[index[i]] = count[i];
  return counts;
}

/// A search for terms.
struct TermSearch {
  std::vector<std::string> terms;
  Characters characters = letters_alone();
  parameters::CountTerms p = {};
  std::vector<std::string> stop_words = {};
  std::vector<std::int32_t> numbers = {};

  ModelBuilder model(const std::vector<std::string>& rows) const {
    parameters::CountTerms parameters = p;
    const std::uint32_t entries = p.entries == 1 ? 8 : static_cast<std::uint32_t>(p.entries);
    parameters.entries = static_cast<std::int32_t>(entries);
    ModelBuilder result{parameters};
    add_term_inputs(result, rows, characters, stop_words);
    Texts(terms).add_to(result);
    if (!numbers.empty()) result.constant({static_cast<std::uint32_t>(numbers.size())}, numbers);
    const auto count = static_cast<std::uint32_t>(rows.size());
    return std::move(result.output<std::int32_t>({count, entries}).output<std::int32_t>({count, entries}));
  }
  Status status(const std::string& text) const { return model({text}).try_run<std::int32_t>().status; }
  TermCounts of(const std::string& text) const { return entries_for(model({text}), text); }
};

}  // namespace nacre::test
