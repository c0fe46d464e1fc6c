#include "tools/data/csv.hpp"

#include <fmt/format.h>

#include "tools/common/refusal.hpp"

namespace nacre::tools {

CsvReader::CsvReader(std::string_view text, char separator) : text_(text), separator_(separator) {
  if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);
  if (at_end()) throw Refusal("", "the file is empty", "give a header row and one row per prediction");
}

void CsvReader::refuse(const std::string& what, const char* advice) const {
  throw Refusal(fmt::format("row {}", row_), what, advice);
}

void CsvReader::read(std::vector<Field>* fields) {
  ++row_;
  fields->clear();
  do fields->push_back(field());
  while (take({&separator_, 1}));
  if (!take("\r\n") && !take("\n") && at_ < text_.size())
    refuse("text follows a closing quote", "double quotes inside a field");
  if (width_ == 0) width_ = fields->size();
  if (fields->size() != width_)
    refuse(fmt::format("the first row has {} fields, this one {}", width_, fields->size()),
           "give every row the same fields");
}

bool CsvReader::take(std::string_view expected) {
  if (!text_.substr(at_).starts_with(expected)) return false;
  at_ += expected.size();
  return true;
}

void CsvReader::skip_blanks() {
  while (at_ < text_.size() && text_[at_] != separator_ && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
}

Field CsvReader::field() {
  const std::size_t begin = at_;
  skip_blanks();
  if (take("\"")) return quoted();
  std::size_t end = at_;
  while (end < text_.size() && text_[end] != separator_ && text_[end] != '\n') ++end;
  if (end < text_.size() && text_[end] == '\n' && end > begin && text_[end - 1] == '\r') --end;
  const std::string_view plain = text_.substr(begin, end - begin);
  at_ = end;
  return plain.empty() ? Field() : Field(plain);
}

std::string CsvReader::quoted() {
  std::string result;
  for (;;) {
    const std::size_t quote = text_.find('"', at_);
    if (quote == std::string_view::npos) refuse("a quoted field is not closed", "close it with a quote");
    result += text_.substr(at_, quote - at_);
    at_ = quote + 1;
    if (!take("\"")) break;
    result += '"';
  }
  skip_blanks();
  return result;
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
