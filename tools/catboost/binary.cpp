// The .cbm form: "CBM1", the size of what follows, and FlatBuffers.

#include <fmt/format.h>

#include <cstring>

#include "tools/catboost/catboost_generated.h"
#include "tools/catboost/model.hpp"
#include "tools/common/refusal.hpp"
#include "tools/json/json.hpp"

namespace nacre::tools {
namespace {

template <typename Vector>
std::size_t size_of(const Vector* vector) {
  return vector == nullptr ? 0 : vector->size();
}

class BinaryModel {
 public:
  explicit BinaryModel(const catboost::Trees& trees) : trees_(trees) {}

  CatboostModel read() {
    read_features();
    read_hashed();
    if (!model_.hashed.empty()) {
      model_.trees.resize(size_of(trees_.sizes()));
      return std::move(model_);
    }
    model_.outputs = trees_.approx_dimension();
    if (model_.outputs < 1 || model_.outputs > 1 << 20) malformed_catboost("states an impossible number of outputs");
    for (std::size_t i = 0; i < size_of(trees_.leaf_values()); ++i)
      model_.leaf_values.push_back(trees_.leaf_values()->Get(static_cast<unsigned>(i)));
    const bool is_oblivious = size_of(trees_.step_nodes()) == 0;
    std::size_t first = 0;
    for (std::size_t t = 0; t < size_of(trees_.sizes()); ++t) {
      const std::int32_t size = trees_.sizes()->Get(static_cast<unsigned>(t));
      if (size < 0 || static_cast<std::size_t>(size) > size_of(trees_.splits()) - first)
        malformed_catboost("its trees have other numbers of splits than it states");
      model_.trees.push_back(is_oblivious ? oblivious(first, static_cast<std::size_t>(size))
                                          : other(first, static_cast<std::size_t>(size)));
      first += static_cast<std::size_t>(size);
    }
    model_.scale = trees_.scale();
    for (std::size_t i = 0; i < size_of(trees_.multi_bias()); ++i)
      model_.bias.push_back(trees_.multi_bias()->Get(static_cast<unsigned>(i)));
    if (model_.bias.empty()) model_.bias = {trees_.bias()};
    return std::move(model_);
  }

 private:
  void read_features() {
    for (std::size_t i = 0; i < size_of(trees_.float_features()); ++i) {
      const auto& feature = *trees_.float_features()->Get(static_cast<unsigned>(i));
      if (feature.flat_index() < 0 || feature.flat_index() >= 1 << 26) malformed_catboost("has an impossible feature");
      model_.features = std::max<std::int64_t>(model_.features, feature.flat_index() + 1);
      const auto name = feature.feature_id();
      model_.feature_names.push_back(name == nullptr ? "" : name->str());
      for (std::size_t b = 0; b < size_of(feature.borders()); ++b)
        splits_.push_back({feature.flat_index(), feature.borders()->Get(static_cast<unsigned>(b)),
                           feature.nan_value_treatment() == catboost::NanValueTreatment::AsTrue});
    }
  }

  void read_hashed() {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < size_of(trees_.cat_features()); ++i) {
      const auto& feature = *trees_.cat_features()->Get(static_cast<unsigned>(i));
      if (feature.flat_index() >= 0 && feature.flat_index() < 1 << 26)
        model_.features = std::max<std::int64_t>(model_.features, feature.flat_index() + 1);
      names.push_back(feature.feature_id() == nullptr ? "" : feature.feature_id()->str());
    }
    if (!names.empty()) model_.hashed.push_back(describe_columns("categories", names));
    if (const std::size_t count = size_of(trees_.text_features()); count > 0)
      model_.hashed.push_back(describe_columns("texts", std::vector<std::string>(count)));
    const std::size_t made = size_of(trees_.one_hot_features()) + size_of(trees_.ctr_features()) +
                             size_of(trees_.estimated_features());
    if (model_.hashed.empty() && made > 0) model_.hashed.push_back(fmt::format("{} features made of others", made));
    if (!model_.hashed.empty()) model_.features = std::max<std::int64_t>(model_.features, 1);
  }

  const CatboostSplit& split(std::size_t place) const {
    const std::int32_t number = trees_.splits()->Get(static_cast<unsigned>(place));
    if (number < 0 || static_cast<std::size_t>(number) >= splits_.size())
      malformed_catboost("a tree has a split that is none");
    return splits_[static_cast<std::size_t>(number)];
  }

  CatboostTree oblivious(std::size_t first, std::size_t depth) {
    std::vector<CatboostSplit> splits;
    for (std::size_t i = 0; i < depth; ++i) splits.push_back(split(first + i));
    CatboostTree tree = oblivious_tree(splits, row_);
    row_ += std::int64_t{1} << depth;
    return tree;
  }

  /// Each step has its children as distances; where one is 0, the step itself has the leaf.
  CatboostTree other(std::size_t first, std::size_t size) {
    if (size == 0 || size_of(trees_.step_nodes()) < first + size || size_of(trees_.node_leaves()) < first + size)
      malformed_catboost("its trees have other numbers of nodes than it states");
    CatboostTree tree;
    for (std::size_t n = 0; n < size; ++n) append_node(tree, leaf_row(first + n));
    for (std::size_t n = 0; n < size; ++n) {
      const catboost::StepNode& step = *trees_.step_nodes()->Get(static_cast<unsigned>(first + n));
      if (step.left() == 0 && step.right() == 0) continue;
      const auto child = [&](std::size_t distance) {
        if (distance >= size - n) malformed_catboost("a tree has a child that does not exist");
        return distance == 0 ? append_node(tree, leaf_row(first + n)) : n + distance;
      };
      const std::size_t left = child(step.left()), right = child(step.right());
      split_node(tree, n, split(first + n), left, right);
    }
    return tree;
  }

  /// Leaves are counted in values; a step without a leaf has none.
  std::int64_t leaf_row(std::size_t node) const {
    constexpr std::uint32_t kNone = 0xffffffff;
    const std::uint32_t value = trees_.node_leaves()->Get(static_cast<unsigned>(node));
    return value == kNone ? -1 : static_cast<std::int64_t>(value) / model_.outputs;
  }

  const catboost::Trees& trees_;
  CatboostModel model_;
  std::vector<CatboostSplit> splits_;
  std::int64_t row_ = 0;
};

/// "1.2.10" of "…tags/v1.2.10…".
std::string release_of(const std::string& info) {
  constexpr std::string_view kTag = "tags/v";
  const std::size_t at = info.find(kTag);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + kTag.size();
  return info.substr(begin, info.find_first_not_of("0123456789.", begin) - begin);
}

void read_info(const catboost::Model& file, CatboostModel& model) try {
  nlohmann::json parameters = nlohmann::json::object(), classes;
  for (std::size_t i = 0; i < size_of(file.info()); ++i) {
    const auto& entry = *file.info()->Get(static_cast<unsigned>(i));
    const std::string key = entry.key()->str();
    if (key == "params") parameters = parse_json(entry.value()->string_view(), key);
    else if (key == "class_params") classes = parse_json(entry.value()->string_view(), key);
    else if (key == "catboost_version_info") model.release = release_of(entry.value()->str());
  }
  read_catboost_training(parameters, classes, model);
} catch (const nlohmann::json::exception&) {
  malformed_catboost("what it says of its training is none");
}

}  // namespace

CatboostModel read_catboost_binary(std::span<const std::byte> bytes) {
  constexpr std::size_t kHead = 8;
  std::uint32_t size = 0;
  for (unsigned i = 0; i < 4 && bytes.size() >= kHead; ++i)
    size |= static_cast<std::uint32_t>(bytes[4 + i]) << 8 * i;
  if (bytes.size() < kHead || std::memcmp(bytes.data(), "CBM1", 4) != 0 || size > bytes.size() - kHead)
    malformed_catboost("is no whole model of CatBoost");
  const auto* const begin = reinterpret_cast<const std::uint8_t*>(bytes.data()) + kHead;
  const std::vector<std::uint64_t> aligned = [&] {
    std::vector<std::uint64_t> copy((size + 7) / 8);
    std::memcpy(copy.data(), begin, size);
    return copy;
  }();
  const auto* const core = reinterpret_cast<const std::uint8_t*>(aligned.data());
  flatbuffers::Verifier verifier(core, size, 64, 1 << 20);
  if (size < 8 || !catboost::VerifyModelBuffer(verifier)) malformed_catboost("is no whole model of CatBoost");
  const catboost::Model& file = *catboost::GetModel(core);
  if (file.trees() == nullptr) malformed_catboost("has no trees");
  CatboostModel model = BinaryModel(*file.trees()).read();
  if (size < bytes.size() - kHead && model.hashed.empty()) model.hashed.push_back("tables of hashes behind its trees");
  read_info(file, model);
  return model;
}

}  // namespace nacre::tools
