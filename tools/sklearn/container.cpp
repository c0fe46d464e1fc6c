#include "tools/sklearn/container.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "tools/common/refusal.hpp"
#include "tools/sklearn/importer.hpp"

namespace nacre::tools {
namespace {

constexpr unsigned kMaxDepth = 6;     // of containers in containers that are searched for models
constexpr std::size_t kMaxShown = 12;  // entries that a message lists

struct Entry {
  std::string key;
  Value value;
};

bool is_bunch(const Value& value) { return value.is_object() && sklearn_class(value) == "Bunch"; }
bool is_container(const Value& value) { return value.kind() == Kind::dict || value.is_sequence() || is_bunch(value); }

/// A key as it is given on the command line: texts and whole numbers as they are, others by their position.
std::string key_text(const Value& key, std::size_t position) {
  if (key.is_string()) return key.as_string();
  return key.kind() == Kind::integer ? std::to_string(key.as_int()) : fmt::format("#{}", position);
}

/// Whether a value is a pair of a name and what it names, as the steps of a pipeline are.
bool is_named(const Value& value) {
  return (value.kind() == Kind::tuple || value.kind() == Kind::list) && value.size() == 2 && value.at(0).is_string() &&
         !value.at(1).is_string();
}

/// What a container holds, by key, name or position.
std::vector<Entry> entries_of(const Value& container) {
  std::vector<Entry> entries;
  if (!container.is_sequence()) {
    for (const auto& [key, value] : container.items()) entries.push_back({key_text(key, entries.size()), value});
    return entries;
  }
  for (std::size_t i = 0; i < container.size(); ++i) {
    const Value item = container.at(i);
    if (is_named(item)) entries.push_back({item.at(0).as_string(), item.at(1)});
    else entries.push_back({std::to_string(i), item});
  }
  return entries;
}

std::string listed(const Entry& entry) { return fmt::format("{} ({})", entry.key, entry.value.class_name()); }

std::string join(const std::vector<Entry>& entries) {
  std::string text;
  for (std::size_t i = 0; i < std::min(entries.size(), kMaxShown); ++i)
    text += (i == 0 ? "" : ", ") + listed(entries[i]);
  return entries.size() <= kMaxShown ? text : fmt::format("{} and {} more", text, entries.size() - kMaxShown);
}

/// The models in a container and in those inside it, each with the path to it.
void find_models(const Value& container, const std::string& prefix, unsigned depth, std::vector<Entry>& found) {
  for (const Entry& entry : entries_of(container)) {
    const std::string path = prefix + entry.key;
    if (is_container(entry.value)) {
      if (depth < kMaxDepth) find_models(entry.value, path + ".", depth + 1, found);
    } else if (is_of_model_library(entry.value)) {
      found.push_back({path, entry.value});
    }
  }
}

/// What a key or a path of keys joined by full stops leads to.
std::optional<Value> follow_path(const Value& container, const std::string& path) {
  const std::vector<Entry> entries = entries_of(container);
  const auto is_meant = [&](const Entry& entry) { return entry.key == path; };
  if (std::count_if(entries.begin(), entries.end(), is_meant) > 1)
    throw Refusal("", "several keys read " + path, "save the model itself");
  if (const auto found = std::find_if(entries.begin(), entries.end(), is_meant); found != entries.end())
    return found->value;
  for (const Entry& entry : entries)
    if (path.starts_with(entry.key + ".") && is_container(entry.value))
      if (const auto inner = follow_path(entry.value, path.substr(entry.key.size() + 1))) return inner;
  return std::nullopt;
}

[[noreturn]] void refuse_key(const Value& container, const std::string& key) {
  throw Refusal("", "there is nothing under the key " + key, "choose among: " + join(entries_of(container)));
}

std::vector<std::string> split(const std::string& keys) {
  std::vector<std::string> parts{""};
  for (const char c : keys) {
    if (c == ',') parts.emplace_back();
    else parts.back() += c;
  }
  return parts;
}

/// What the first key names: nothing where there is no such key.
std::vector<Value> selected(const Value& container, Keys& select) {
  if (select.empty()) return {};
  std::vector<Value> chosen;
  if (const auto one = follow_path(container, select.front())) chosen.push_back(*one);
  else if (const auto parts = split(select.front()); parts.size() > 1)
    for (const std::string& part : parts) {
      const auto found = follow_path(container, part);
      if (!found) refuse_key(container, part);
      chosen.push_back(*found);
    }
  if (!chosen.empty()) select.pop_front();
  return chosen;
}

bool answers(const Value& value) {
  try {
    return is_predictor(value) || !is_transformer(value);
  } catch (const Refusal&) {
    return true;  // refused by name when it is chosen
  }
}

/// Refuses where a transformer fits before the model and nothing says whether it belongs there.
void refuse_open_question(const std::vector<Entry>& before, const Entry& model) {
  if (before.empty()) return;
  std::string chain;
  for (const Entry& entry : before) chain += entry.key + ",";
  throw Refusal(
      "",
      fmt::format("the file holds {} beside {}, and does not say whether its rows pass through the transformer first",
                  join(before), listed(model)),
      fmt::format("give --select {} for the model alone, or --select {}{} for a chain in that order", model.key, chain,
                  model.key));
}

/// The only model of a container: one predictor beside any transformers, or one transformer.
Value only_model(const Value& container, const Keys& select, std::vector<std::string>* warnings) {
  std::vector<Entry> models, predictors, transformers;
  find_models(container, "", 0, models);
  for (const Entry& entry : models) (answers(entry.value) ? predictors : transformers).push_back(entry);
  const std::vector<Entry>& candidates = predictors.empty() ? transformers : predictors;
  if (candidates.size() != 1 && !select.empty()) refuse_key(container, select.front());
  if (candidates.empty())
    throw Refusal("",
                  fmt::format("the file holds a {} and no fitted model in it{}", container.class_name(),
                              container.size() == 0 ? "" : ": " + join(entries_of(container))),
                  "save the fitted model itself");
  if (candidates.size() > 1)
    throw Refusal("", "the file holds several models: " + join(candidates),
                  "choose one of them, for example with --select " + candidates.front().key);
  const Entry& model = candidates.front();
  if (predictors.empty()) return model.value;
  std::vector<Entry> before;
  for (const Entry& entry : transformers) {
    if (fits_before(entry.value, model.value)) before.push_back(entry);
    else if (warnings != nullptr)
      warnings->push_back(fmt::format("left aside {}: {}", listed(entry),
                                      sklearn_class(entry.value) == "LabelEncoder"
                                          ? "it encodes labels, and the model answers with their numbers"
                                          : "it gives other features than the model takes"));
  }
  refuse_open_question(before, model);
  return model.value;
}

}  // namespace

std::vector<Value> choose_models(const Value& root, Keys& select, std::vector<std::string>* warnings) {
  if (!is_container(root)) return {root};
  std::vector<Value> chosen = selected(root, select);
  if (chosen.empty()) return {only_model(root, select, warnings)};
  if (chosen.size() == 1) return choose_models(chosen.front(), select, warnings);
  Keys none;
  std::vector<Value> models;
  for (const Value& part : chosen)
    for (const Value& model : choose_models(part, none, warnings)) models.push_back(model);
  return models;
}

}  // namespace nacre::tools
