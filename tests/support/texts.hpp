#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "runtime/kernels/text_reader.hpp"
#include "tests/support/model_builder.hpp"

namespace nacre::test {

/// Offsets and bytes of texts, as operators take them.
struct Texts {
  explicit Texts(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      bytes.insert(bytes.end(), text.begin(), text.end());
      offsets.push_back(static_cast<std::int32_t>(bytes.size()));
    }
    if (bytes.empty()) bytes.push_back(0);
  }
  ModelBuilder& add_to(ModelBuilder& model) const {
    return model.constant({static_cast<std::uint32_t>(offsets.size())}, offsets)
        .constant({static_cast<std::uint32_t>(bytes.size())}, bytes);
  }

  std::vector<std::int32_t> offsets{0};
  std::vector<std::uint8_t> bytes;
};

/// What becomes of characters.
struct Characters {
  std::vector<std::int32_t> rows, replacements;
};

/// Words are runs of a to z, for which capitals stand too; blanks and line ends are white space.
inline Characters letters_alone() {
  Characters result{{}, {0}};
  for (std::int32_t c = 0; c < 128; ++c) {
    const bool is_capital = c >= 'A' && c <= 'Z', is_letter = is_capital || (c >= 'a' && c <= 'z');
    const bool is_space = c == ' ' || c == '\n';
    const std::uint32_t flags = is_letter ? text::kInTerm | text::kInWord : is_space ? text::kSpace : 0;
    result.rows.push_back(static_cast<std::int32_t>(flags) | c);
    result.rows.push_back(is_capital ? 'a' - 'A' : 0);
  }
  return result;
}

/// Appends the inputs that count_terms and hash_terms have in common. The rows must outlive the model.
inline ModelBuilder& add_term_inputs(ModelBuilder& model, const std::vector<std::string>& rows,
                                     const Characters& characters, const std::vector<std::string>& stop_words = {}) {
  std::vector<String> strings;
  for (const std::string& row : rows) strings.push_back({row.data(), static_cast<std::uint32_t>(row.size())});
  model.input({static_cast<std::uint32_t>(rows.size()), 1}, strings)
      .constant({static_cast<std::uint32_t>(characters.rows.size() / 2), 2}, characters.rows)
      .constant({static_cast<std::uint32_t>(characters.replacements.size())}, characters.replacements);
  return Texts(stop_words).add_to(model);
}

}  // namespace nacre::test
