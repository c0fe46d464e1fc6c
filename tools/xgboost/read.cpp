#include "tools/xgboost/read.hpp"

#include "tools/common/refusal.hpp"
#include "tools/json/json.hpp"
#include "tools/xgboost/ubjson.hpp"

namespace nacre::tools {
namespace {

constexpr const char* kWhere = "the booster";
constexpr std::string_view kOffset = "CONFIG-offset:";  // then 8 bytes, the model, and its settings

/// XGBoost writes NaN, Infinity and -Infinity where JSON has no word for them. NaN becomes null, the others text.
std::string with_words_of_json(std::string_view text) {
  constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"-Infinity", "\"-inf\""}, {"Infinity", "\"inf\""}, {"-NaN", "null"}, {"NaN", "null"},
      {"-inf", "\"-inf\""},      {"inf", "\"inf\""},      {"-nan", "null"}, {"nan", "null"}};
  std::string result;
  bool in_string = false;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (!in_string && (c == '-' || c == 'N' || c == 'I' || c == 'i' || c == 'n')) {
      const auto word = std::find_if(std::begin(kWords), std::end(kWords),
                                     [&](const auto& each) { return text.substr(at).starts_with(each.first); });
      if (word != std::end(kWords)) {
        result += word->second;
        at += word->first.size();
        continue;
      }
    }
    if (c == '"') in_string = !in_string;
    result += c;
    if (in_string && c == '\\' && at + 1 < text.size()) result += text[++at];
    ++at;
  }
  return result;
}

nlohmann::json parse_text(std::string_view text) {
  const bool has_words = text.find("NaN") != text.npos || text.find("nan") != text.npos ||
                         text.find("nf") != text.npos;
  return has_words ? parse_json(with_words_of_json(text), kWhere) : parse_json(text, kWhere);
}

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The document, or its part beside the settings.
XgboostModel model_of(const nlohmann::json& document) {
  const auto model = document.find("Model");
  return read_xgboost_document(model != document.end() ? *model : document);
}

}  // namespace

XgboostModel read_xgboost_json(std::string_view text) { return read_xgboost_document(parse_text(text)); }

XgboostModel read_xgboost_ubjson(std::span<const std::byte> bytes) {
  return read_xgboost_document(parse_ubjson(bytes, kWhere));
}

XgboostModel read_xgboost_state(std::span<const std::byte> bytes) {
  const std::string_view text = text_of(bytes);
  if (text.starts_with(kOffset) && bytes.size() >= kOffset.size() + 8)
    return read_xgboost_binary(bytes.subspan(kOffset.size() + 8));
  if (!text.starts_with("{")) return read_xgboost_binary(bytes);
  const bool is_json = text.size() > 1 && (text[1] == '"' || text[1] == ' ' || text[1] == '\n');
  return model_of(is_json ? parse_text(text) : parse_ubjson(bytes, kWhere));
}

}  // namespace nacre::tools
