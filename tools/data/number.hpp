#pragma once

#include <optional>
#include <string_view>

#include "tools/data/csv.hpp"

namespace nacre::tools {

/// A text without the blanks and tabs around it.
std::string_view without_blanks(std::string_view text);

/// The number that a text is, whatever the locale, blanks around it aside; infinite where it is larger than a double
/// can be, zero where it is smaller.
std::optional<double> number_of(std::string_view text);

/// Whether a field holds no value: nothing, or a word that pandas reads so (NA, N/A, null…). Blanks alone are no value
/// either, but two quotes are.
bool is_missing(const Field& field);

/// Whether a field is a number that is there.
bool is_number(const Field& field);

}  // namespace nacre::tools
