#include "tools/data/csv.hpp"

#include <fmt/format.h>

#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  /// Whether nothing follows but empty lines, which editors leave behind.
  bool at_end() const { return text_.find_first_not_of("\r\n", at_) == std::string_view::npos; }

  /// The fields up to the end of the line.
  std::vector<Field> row() {
    ++row_;
    std::vector<Field> fields;
    do fields.push_back(field());
    while (take(","));
    if (!take("\r\n") && !take("\n") && at_ < text_.size())
      refuse("text follows a closing quote", "double quotes inside a field");
    return fields;
  }

  [[noreturn]] void refuse(const std::string& what, const char* advice) const {
    throw Refusal(fmt::format("row {}", row_), what, advice);
  }

 private:
  bool take(std::string_view expected) {
    if (!text_.substr(at_).starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  }

  Field field() {
    if (take("\"")) return quoted();
    std::size_t end = text_.find_first_of(",\n", at_);
    if (end == std::string_view::npos) end = text_.size();
    if (end < text_.size() && text_[end] == '\n' && end > at_ && text_[end - 1] == '\r') --end;
    const std::string_view plain = text_.substr(at_, end - at_);
    at_ = end;
    return plain.empty() ? Field() : Field(plain);
  }

  std::string quoted() {
    std::string result;
    for (;;) {
      const std::size_t quote = text_.find('"', at_);
      if (quote == std::string_view::npos) refuse("a quoted field is not closed", "close it with a quote");
      result += text_.substr(at_, quote - at_);
      at_ = quote + 1;
      if (!take("\"")) return result;
      result += '"';
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t row_ = 0;
};

}  // namespace

Csv parse_csv(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  Reader reader(text);
  if (reader.at_end()) throw Refusal("", "the file is empty", "give a header row and one row per prediction");
  Csv csv;
  csv.first = reader.row();
  while (!reader.at_end()) {
    csv.rows.push_back(reader.row());
    if (csv.rows.back().size() != csv.first.size())
      reader.refuse(fmt::format("the first row has {} fields, this one {}", csv.first.size(), csv.rows.back().size()),
                    "give every row the same fields");
  }
  return csv;
}

std::string csv_field(std::string_view text) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string result = "\"";
  for (const char character : text) {
    if (character == '"') result += '"';
    result += character;
  }
  return result + "\"";
}

}  // namespace nacre::tools
