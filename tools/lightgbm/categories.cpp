// The categories of pandas, which LightGBM keeps as JSON behind its text: a list for each column that had any.

#include <algorithm>

#include "tools/common/refusal.hpp"
#include "tools/json/json.hpp"
#include "tools/lightgbm/model.hpp"

namespace nacre::tools {
namespace {

/// The columns of codes, in order; where these are too few, those too of which training has noted nothing.
std::vector<std::uint32_t> columns_of_codes(const LightgbmModel& model, std::size_t wanted) {
  std::vector<std::uint32_t> codes, perhaps;
  for (std::uint32_t i = 0; i < model.feature_infos.size(); ++i) {
    const std::string& info = model.feature_infos[i];
    const bool is_none = info == "none", is_code = !is_none && !info.starts_with('[');
    if (is_code) codes.push_back(i);
    if (is_code || is_none) perhaps.push_back(i);
  }
  if (codes.size() == wanted) return codes;
  if (perhaps.size() == wanted) return perhaps;
  throw Refusal("", "has categories of pandas, and does not say of which columns",
                "give their codes to training: df[column] = df[column].cat.codes");
}

std::string text_of(const nlohmann::json& category) {
  return category.is_string() ? category.get<std::string>() : category.dump();
}

}  // namespace

std::vector<Categories> lightgbm_categories(const LightgbmModel& model) {
  if (model.pandas_categorical.empty()) return {};
  const nlohmann::json lists = parse_json(model.pandas_categorical, "pandas_categorical");
  if (!lists.is_array() || lists.empty()) return {};
  const std::vector<std::uint32_t> columns = columns_of_codes(model, lists.size());
  std::vector<Categories> result;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    if (!lists[i].is_array()) continue;
    result.push_back({columns[i], {}});
    for (const nlohmann::json& category : lists[i]) result.back().texts.push_back(text_of(category));
  }
  return result;
}

}  // namespace nacre::tools
