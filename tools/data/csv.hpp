#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nacre::tools {

/// A field of a CSV file: nothing between the separators is a missing value, "" is an empty text.
using Field = std::optional<std::string>;

/// Reads the rows of a CSV file (RFC 4180) one by one: quotes, CRLF or LF, a byte order mark or none, and blanks around
/// quotes. Every row has as many fields as the first. (Written here because Debian has no CSV library that tells a
/// missing field from an empty one.)
class CsvReader {
 public:
  /// `text` must outlive this. Throws Refusal where there is no row.
  explicit CsvReader(std::string_view text, char separator = ',');

  /// Whether nothing follows but empty lines, which editors leave behind.
  bool at_end() const { return text_.find_first_not_of("\r\n", at_) == std::string_view::npos; }

  /// The fields up to the end of the line. Throws Refusal that names the row.
  void read(std::vector<Field>* fields);

 private:
  [[noreturn]] void refuse(const std::string& what, const char* advice) const;
  bool take(std::string_view expected);
  void skip_blanks();
  Field field();
  std::string quoted();

  std::string_view text_;
  char separator_;
  std::size_t at_ = 0;
  std::size_t row_ = 0;    ///< that is read, counted from 1
  std::size_t width_ = 0;  ///< fields of the first row
};

/// A text as a field, quoted where it must be.
std::string csv_field(std::string_view text);

}  // namespace nacre::tools
