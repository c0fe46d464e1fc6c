#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nacre::tools {

/// A field of a CSV file: nothing between the commas is a missing value, "" is an empty text.
using Field = std::optional<std::string>;

/// A CSV file (RFC 4180): every row has as many fields as the first, which mostly is a header.
struct Csv {
  std::vector<Field> first;
  std::vector<std::vector<Field>> rows;
};

/// Reads CSV: quotes, CRLF or LF, a byte order mark or none. (Written here because
/// Debian has no CSV library that tells a missing field from an empty one.) Throws Refusal.
Csv parse_csv(std::string_view text);

/// A text as a field, quoted where it must be.
std::string csv_field(std::string_view text);

}  // namespace nacre::tools
