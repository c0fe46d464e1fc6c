#include "tools/rows/row_thresholds.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>

#include "runtime/kernels/tree_ensemble.hpp"
#include "tools/graph/graph_index.hpp"

namespace nacre::tools {
namespace {

template <typename Thresholds, typename Value>
std::ptrdiff_t rank(const Thresholds& thresholds, Value x) {
  return std::lower_bound(thresholds.begin(), thresholds.end(), x) - thresholds.begin();
}

}  // namespace

RowThresholds::RowThresholds(const ModelFile& model, const Graph& device) {
  for (const Port& input : device.inputs) {
    const TensorType& type = device.type(input.value);
    of_inputs_.emplace_back(type.type == DataType::string ? 0 : static_cast<std::size_t>(type.size()));
  }
  if (model.description()->exact() != nullptr) collect(model, device);
  for (auto& input : of_inputs_)
    for (Thresholds& element : input) {
      std::sort(element.exact.begin(), element.exact.end());
      std::sort(element.of_float32.begin(), element.of_float32.end());
      std::sort(element.on_device.begin(), element.on_device.end());
    }
}

bool RowThresholds::any() const {
  return std::ranges::any_of(of_inputs_, [](const std::vector<Thresholds>& input) {
    return std::ranges::any_of(input, [](const Thresholds& element) { return element.asks(); });
  });
}

std::vector<RowThresholds::Thresholds*> RowThresholds::elements_of(const Graph& device,
                                                                   const std::vector<ColumnPath>& paths) {
  std::vector<Thresholds*> elements;
  for (const ColumnPath& path : paths) {
    const auto input = std::ranges::find(device.inputs, path.source, &Port::value);
    const bool is_asked = input != device.inputs.end() && path.operations.empty();
    elements.push_back(
        is_asked ? &of_inputs_[static_cast<std::size_t>(input - device.inputs.begin())].at(path.element) : nullptr);
  }
  return elements;
}

void RowThresholds::collect(const ModelFile& model, const Graph& device) {
  const GraphIndex index(device);
  ColumnPaths columns(device, index);
  std::map<unsigned, const Node*> layers;  // a reshape is none, and those of a body stand behind the node that has it
  unsigned next_layer = 0;
  for (const Node& node : device.nodes) {
    if (node.op() == Operator::reshape) continue;
    layers[next_layer] = &node;
    next_layer += 1u + model.model().layers()->Get(next_layer)->body();
  }
  for (const schema::ExactValues* exact : *model.description()->exact()) {
    const auto found = layers.find(exact->layer());
    if (found == layers.end() || exact->float32_values() == nullptr) continue;
    const Node& node = *found->second;
    if (node.op() == Operator::tree_ensemble)
      collect(*exact, device, node, elements_of(device, columns.to(node.inputs[0], true)));
  }
}

void RowThresholds::collect(const schema::ExactValues& exact, const Graph& device, const Node& trees,
                            const std::vector<Thresholds*>& elements) {
  const std::vector<std::int64_t> words = device.values[trees.inputs[1]].constant->to<std::int64_t>();
  unsigned next = 0;
  for (std::size_t n = 0; n < words.size(); n += 3) {
    if (words[n] < 0) continue;  // a leaf
    if (next >= exact.values()->size() || next >= exact.float32_values()->size()) return;
    Thresholds* const element = elements.at(static_cast<std::size_t>(words[n] & kFeature));
    const unsigned at = next++;
    if (element == nullptr) continue;
    if ((words[n] & kCategory) != 0) {
      element->is_category = true;
      continue;
    }
    element->exact.push_back(exact.values()->Get(at));
    element->of_float32.push_back(exact.float32_values()->Get(at));
    element->on_device.push_back(std::bit_cast<float>(static_cast<std::int32_t>(words[n + 1])));
  }
}

bool RowThresholds::Thresholds::are_answered_alike(double given, double rounded, bool is_float32) const {
  const std::ptrdiff_t wanted = is_float32 ? rank(of_float32, static_cast<float>(given)) : rank(exact, given);
  const bool same_code = !is_category || std::trunc(given) == std::trunc(rounded);
  return same_code && wanted == rank(on_device, static_cast<float>(rounded));
}

std::optional<std::pair<unsigned, std::size_t>> RowThresholds::first_other(const GivenRow& given,
                                                                           const GivenRow& rounded) const {
  for (unsigned i = 0; i < of_inputs_.size(); ++i)
    for (std::size_t e = 0; e < of_inputs_[i].size(); ++e) {
      const double x = given.inputs[i][e];
      const bool is_asked = of_inputs_[i][e].asks() && !std::isnan(x);
      if (is_asked && !of_inputs_[i][e].are_answered_alike(x, rounded.inputs[i][e], given.is_float32))
        return std::pair(i, e);
    }
  return std::nullopt;
}

}  // namespace nacre::tools
