#include "tools/data/number.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <string>

namespace nacre::tools {
namespace {

/// What pandas reads as missing by default, beside nothing at all.
constexpr std::string_view kMissing[] = {"#N/A",    "#N/A N/A", "#NA",  "-1.#IND", "-1.#QNAN", "-NaN",
                                         "-nan",    "1.#IND",   "1.#QNAN", "<NA>", "N/A",      "NA",
                                         "NULL",    "NaN",      "None", "n/a",     "nan",      "null"};

/// Whether a number out of double's range is below it, in which from_chars makes no difference.
bool too_small(std::string_view text) { return std::strtod(std::string(text).c_str(), nullptr) == 0; }

}  // namespace

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

std::optional<double> number_of(std::string_view text) {
  text = without_blanks(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::invalid_argument || end != text.data() + text.size() || text.empty()) return std::nullopt;
  if (error == std::errc::result_out_of_range) return too_small(text) ? 0.0 : std::numeric_limits<double>::infinity();
  return value;
}

bool is_missing(const Field& field) {
  if (!field) return true;
  const std::string_view text = without_blanks(*field);
  return text.empty() ? !field->empty() : std::ranges::find(kMissing, text) != std::end(kMissing);
}

bool is_number(const Field& field) { return field && number_of(*field).has_value(); }

}  // namespace nacre::tools
