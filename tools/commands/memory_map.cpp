#include "tools/commands/memory_map.hpp"

#include <algorithm>
#include <map>

#include "tools/plan/plan.hpp"

namespace nacre::tools {
namespace {

constexpr std::uint32_t kAbsent = 0xffffffff;

/// The outermost layer that a layer belongs to, and the last one of its body.
struct LayerSpan {
  unsigned first = 0, last = 0;
};

std::vector<LayerSpan> outermost(const schema::Model& model) {
  std::vector<LayerSpan> spans(model.layers()->size());
  for (unsigned i = 0; i < spans.size();) {
    const unsigned last = i + model.layers()->Get(i)->body();
    for (unsigned k = i; k <= last && k < spans.size(); ++k) spans[k] = {i, last};
    i = last + 1;
  }
  return spans;
}

std::uint32_t bytes_of(const schema::Model& model, const schema::Tensor& tensor) {
  std::uint64_t count = element_bytes(static_cast<DataType>(tensor.type()));
  for (unsigned i = 0; i < tensor.rank(); ++i) count *= model.shapes()->Get(tensor.shape() + i);
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(count, 0xffffffff));
}

class Lives {
 public:
  explicit Lives(const ModelFile& file) : file_(file), model_(file.model()), spans_(outermost(model_)) {}

  void hold(std::uint32_t tensor, unsigned layer, const std::string& holder) {
    if (tensor == kAbsent) return;
    const schema::Tensor& record = *model_.tensors()->Get(tensor);
    const auto kind = static_cast<schema::MemoryKind>(model_.memories()->Get(record.memory())->kind());
    if (kind != schema::MemoryKind::activations) return;
    const LayerSpan span = spans_.empty() ? LayerSpan() : spans_[std::min<std::size_t>(layer, spans_.size() - 1)];
    const auto [found, is_new] = index_.try_emplace(tensor, all_.size());
    if (is_new) all_.push_back({record.offset(), bytes_of(model_, record), span.first, span.last, holder});
    Placement& life = all_[found->second];
    life.first_layer = std::min(life.first_layer, span.first);
    life.last_layer = std::max(life.last_layer, span.last);
  }

  void hold_layer(unsigned i) {
    const schema::Layer& layer = *model_.layers()->Get(i);
    const unsigned outputs = layer.inputs(), temporaries = outputs + layer.outputs();
    const std::string name = layer_name(file_, i);
    for (unsigned k = 0; k < temporaries + layer.temporaries(); ++k)
      hold(model_.arguments()->Get(layer.arguments() + k), i, k < temporaries ? name : "scratch of " + name);
  }

  std::vector<Placement> take() { return std::move(all_); }

 private:
  const ModelFile& file_;
  const schema::Model& model_;
  std::vector<LayerSpan> spans_;
  std::map<std::uint32_t, std::size_t> index_;
  std::vector<Placement> all_;
};

}  // namespace

std::string layer_name(const ModelFile& model, unsigned layer) {
  return model.description() != nullptr ? model.description()->layers()->Get(layer)->name()->str()
                                        : std::to_string(layer);
}

std::vector<Placement> placements(const ModelFile& file) {
  Lives lives(file);
  const schema::Model& model = file.model();
  for (unsigned i = 0; i < model.inputs()->size(); ++i)
    lives.hold(model.inputs()->Get(i)->tensor(), 0, "input " + file.input_name(i));
  for (unsigned i = 0; i < model.layers()->size(); ++i) lives.hold_layer(i);
  for (unsigned i = 0; i < model.outputs()->size(); ++i)
    lives.hold(model.outputs()->Get(i)->tensor(), model.layers()->size() - 1, "output " + file.output_name(i));
  std::vector<Placement> all = lives.take();
  std::ranges::stable_sort(all, {}, &Placement::first_layer);
  return all;
}

std::vector<std::uint32_t> live_bytes(const std::vector<Placement>& placements, unsigned layers) {
  std::vector<std::uint32_t> live(layers);
  for (unsigned layer = 0; layer < layers; ++layer) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> ranges;  // beginnings and ends
    for (const Placement& one : placements)
      if (one.first_layer <= layer && layer <= one.last_layer) ranges.emplace_back(one.offset, one.offset + one.bytes);
    std::ranges::sort(ranges);
    std::uint32_t end = 0;
    for (const auto& [first, last] : ranges)
      if (last > end) live[layer] += last - std::max(first, end), end = last;
  }
  return live;
}

}  // namespace nacre::tools
