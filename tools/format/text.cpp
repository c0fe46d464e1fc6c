// Kinds of text: JSON by the names at its top, XML by its root, other text by how it begins.

#include <algorithm>
#include <cctype>
#include <set>

#include "tools/format/kinds.hpp"

namespace nacre::tools {
namespace {

using Text = std::string_view;

constexpr Text kSpace = " \t\r\n";

Text without_mark_and_space(Text text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  return text.substr(std::min(text.find_first_not_of(kSpace), text.size()));
}

bool starts_without_case(Text text, Text prefix) {
  return text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin(), [](char a, char b) {
           return a == std::tolower(static_cast<unsigned char>(b));
         });
}

/// The names at the top of a JSON object, as far as it goes: one that is damaged or cut short has fewer.
std::set<Text> names_at_top(Text json) {
  constexpr std::size_t kEnough = 64;
  std::set<Text> names;
  unsigned depth = 0;
  for (std::size_t at = 0; at < json.size() && names.size() < kEnough; ++at) {
    if (json[at] == '{' || json[at] == '[') ++depth;
    if ((json[at] == '}' || json[at] == ']') && --depth == 0) break;
    if (json[at] != '"') continue;
    const std::size_t begin = ++at;
    while (at < json.size() && json[at] != '"') at += json[at] == '\\' ? 2 : 1;
    if (at >= json.size()) break;
    const std::size_t next = json.find_first_not_of(kSpace, at + 1);
    if (depth == 1 && next != Text::npos && json[next] == ':') names.insert(json.substr(begin, at - begin));
  }
  return names;
}

Format recognise_json(Text json) {
  const std::set<Text> names = names_at_top(json);
  const auto has = [&](const char* name) { return names.contains(name); };
  if (has("learner")) return Format::xgboost_json;
  if (has("tree_info") && has("num_tree_per_iteration")) return Format::lightgbm_json;
  if (has("oblivious_trees") || (has("features_info") && has("model_info"))) return Format::catboost_json;
  if (has("modelTopology") || has("weightsManifest")) return Format::tfjs;
  if (has("class_name") && has("config")) return Format::keras_json;
  if (has("keras_version") && has("date_saved")) return Format::keras_metadata;
  if (has("weight_map") && has("metadata")) return Format::keras_json_weights;
  if (has("nbformat")) return Format::notebook;
  return Format::json;
}

/// The name of the root element, behind declarations and comments.
Text root_of(Text xml) {
  for (;;) {
    xml = without_mark_and_space(xml);
    if (!xml.starts_with("<?") && !xml.starts_with("<!")) break;
    const Text end = xml.starts_with("<!--") ? "-->" : ">";
    const std::size_t at = xml.find(end);
    if (at == Text::npos) return {};
    xml.remove_prefix(at + end.size());
  }
  return xml.starts_with("<") ? xml.substr(1, std::min(xml.find_first_of(" \t\r\n/>"), xml.size()) - 1) : Text{};
}

Format recognise_xml(Text xml) {
  for (const Text tag : {"<!doctype html", "<html", "<head", "<body"})
    if (starts_without_case(xml, tag)) return Format::html;
  const Text root = root_of(xml);
  if (starts_without_case(root, "html")) return Format::html;
  if (root == "PMML") return Format::pmml;
  if (root == "net" || root == "Net") return Format::openvino;
  return root.empty() || std::isalpha(static_cast<unsigned char>(root[0])) == 0 ? Format::text : Format::xml;
}

/// MLmodel is YAML whose entry `flavors` names the libraries that can load the model.
bool is_mlflow(Text text) {
  return text.starts_with("flavors:") || text.find("\nflavors:") != Text::npos;
}

bool is_printable(Text text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return kSpace.find(c) != Text::npos || static_cast<unsigned char>(c) >= ' '; });
}

/// A list of lists or of objects, as data frames are written.
bool is_json_list(Text text) {
  if (!text.starts_with("[")) return false;
  const std::size_t next = text.find_first_not_of(kSpace, 1);
  return next != Text::npos && (text[next] == '[' || text[next] == '{');
}

}  // namespace

Format recognise_text(Text bytes) {
  constexpr std::size_t kEnough = 4096;
  const Text text = without_mark_and_space(bytes);
  if (text.starts_with("{") && text.size() > 1 &&
      (text[1] == '"' || text[1] == '}' || kSpace.find(text[1]) != Text::npos))
    return recognise_json(text);
  if (is_json_list(text)) return Format::json;
  if (!is_printable(bytes.substr(0, kEnough))) return Format::unknown;
  if (text.starts_with("<")) return recognise_xml(text);
  if (text.starts_with("version https://git-lfs")) return Format::git_lfs_pointer;
  if (text.starts_with("outs:") && text.find("md5:") != Text::npos) return Format::dvc_pointer;
  if (text.starts_with("tree\nversion=") || text.starts_with("tree\r\nversion=")) return Format::lightgbm_text;
  if (text.starts_with("model_checkpoint_path:")) return Format::checkpoint_list;
  if (text.starts_with("bs64")) return Format::xgboost_base64;
  if (is_mlflow(text.substr(0, kEnough))) return Format::mlflow;
  return Format::text;
}

}  // namespace nacre::tools
