// The binary form of releases before 3.1: structs as they lie in the memory of a little-endian machine.

#include <cstring>

#include "tools/common/refusal.hpp"
#include "tools/xgboost/read.hpp"

namespace nacre::tools {
namespace {

class BinaryReader {
 public:
  explicit BinaryReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  XgboostModel model() {
    if (starts_with("binf")) at_ += 4;
    XgboostModel model;
    const auto learner = words(34);
    model.base_score = {real(learner[0])};
    model.features = learner[1];
    model.classes = static_cast<std::int32_t>(learner[2]);
    model.version = {static_cast<int>(learner[5]), static_cast<int>(learner[6])};
    model.base_is_margin = model.version[0] < 1;
    model.targets = model.version[0] < 1 || learner[7] == 0 ? 1 : learner[7];
    model.objective = text();
    const std::string booster = text();
    if (booster == "gblinear") read_linear(model);
    else if (booster == "gbtree" || booster == "dart") read_trees(model, booster == "dart");
    else malformed();
    if (learner[3] != 0) read_attributes(model);
    return model;
  }

 private:
  [[noreturn]] void malformed() const {
    throw Refusal("byte " + std::to_string(at_), "is no XGBoost model in the binary form of releases before 3.1",
                  "load it with the release that saved it, and save it as JSON: booster.save_model(\"model.json\")");
  }
  bool starts_with(const char* text) const {
    return bytes_.size() >= at_ + std::strlen(text) && std::memcmp(bytes_.data() + at_, text, std::strlen(text)) == 0;
  }
  static float real(std::uint32_t word) { return std::bit_cast<float>(word); }

  std::size_t left() const { return bytes_.size() - at_; }
  std::uint64_t bits(unsigned count) {
    if (left() < count) malformed();
    std::uint64_t result = 0;
    for (unsigned i = 0; i < count; ++i) result |= std::uint64_t{static_cast<std::uint8_t>(bytes_[at_++])} << 8 * i;
    return result;
  }
  std::uint32_t word() { return static_cast<std::uint32_t>(bits(4)); }
  std::vector<std::uint32_t> words(std::size_t count) {
    if (left() / 4 < count) malformed();
    std::vector<std::uint32_t> result(count);
    for (std::uint32_t& each : result) each = word();
    return result;
  }
  std::size_t count(std::size_t bytes_each) {
    const std::uint64_t number = bits(8);
    if (number > left() / bytes_each) malformed();
    return static_cast<std::size_t>(number);
  }
  std::string text() {
    const std::size_t size = count(1);
    std::string result(reinterpret_cast<const char*>(bytes_.data() + at_), size);
    at_ += size;
    return result;
  }
  std::vector<float> reals() {
    std::vector<float> result;
    for (const std::uint32_t each : words(count(4))) result.push_back(real(each));
    return result;
  }

  void read_linear(XgboostModel& model) {
    (void)words(34);
    model.is_linear = true;
    model.weights = reals();
  }

  void read_trees(XgboostModel& model, bool is_dart) {
    const std::vector<std::uint32_t> parameters = words(40);  // trees, of which parallel ones, …
    const std::uint32_t trees = parameters[0];
    if (trees > left() / kTreeBytes) malformed();
    for (std::uint32_t t = 0; t < trees; ++t) model.trees.push_back(read_tree());
    for (const std::uint32_t group : words(trees)) model.groups.push_back(static_cast<std::int32_t>(group));
    if (model.version[0] >= 1 && parameters[1] > 0) model.parallel_trees = parameters[1];
    if (is_dart && trees > 0) model.weight_drop = reals();
  }

  XgboostTree read_tree() {
    const std::vector<std::uint32_t> parameters = words(37);  // roots, nodes, deleted, depth, features, leaf vector
    const std::uint32_t nodes = parameters[1];
    if (nodes > left() / 36) malformed();
    if (parameters[5] > 1) malformed();
    XgboostTree tree;
    for (std::uint32_t n = 0; n < nodes; ++n) {
      (void)word();  // the parent
      tree.left.push_back(static_cast<std::int32_t>(word()));
      tree.right.push_back(static_cast<std::int32_t>(word()));
      const std::uint32_t feature = word();
      tree.feature.push_back(feature & 0x7fffffff);
      tree.default_left.push_back(static_cast<std::uint8_t>(feature >> 31));
      tree.condition.push_back(real(word()));
    }
    at_ += 16 * std::size_t{nodes};  // statistics of training
    return tree;
  }

  void read_attributes(XgboostModel& model) {
    for (std::size_t i = count(16); i > 0; --i) {
      const std::string name = text(), value = text();
      if (name == "best_iteration") model.best_iteration = std::atoi(value.c_str());
    }
  }

  static constexpr std::size_t kTreeBytes = 4 * 37;
  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
};

}  // namespace

XgboostModel read_xgboost_binary(std::span<const std::byte> bytes) { return BinaryReader(bytes).model(); }

}  // namespace nacre::tools
