#include "tools/plan/rows.hpp"

#include <algorithm>
#include <cstring>

#include "runtime/kernels/rows.hpp"
#include "tools/operators/definition.hpp"
#include "tools/operators/kernels.hpp"

namespace nacre::tools {
namespace {

/// How the window of a node moves over rows.
struct RowWindow {
  explicit RowWindow(const Node& node) {
    const auto sliding = rows::Sliding::of(node.op());
    if (sliding.stride == 0) return;
    stride = number(node, sliding.stride);
    top = number(node, sliding.pad_top), bottom = number(node, sliding.pad_top + 2u);
  }
  std::int64_t stride = 1, top = 0, bottom = 0;

 private:
  static std::int64_t number(const Node& node, std::size_t place) {
    std::uint16_t value;
    std::memcpy(&value, node.parameters.bytes().data() + place, sizeof value);
    return value;
  }
};

bool is_window(const Node& node) { return rows::Sliding::of(node.op()).stride != 0; }

bool is_image(const TensorType& type) {
  constexpr std::int64_t kMost = (std::int64_t{1} << 13) - 1;
  return type.type != DataType::string && type.shape.size() == 4 && type.shape[0] == 1 && type.shape[1] <= kMost;
}

std::int64_t height(const PlanSteps& all, ValueId value) { return all.values[value]->type.shape[1]; }

std::int64_t row_bytes(const PlanSteps& all, ValueId value) {
  const TensorType& type = all.values[value]->type;
  return type.shape[2] * type.shape[3] * element_bytes(type.type);
}

/// A constant that broadcasts is the same for all rows.
bool is_one_for_all_rows(const TensorType& type) {
  return type.shape.size() < 3 || type.shape[type.shape.size() - 3] == 1;
}

bool fits_copies(const PlanStep& step, const PlanSteps& all) {
  std::size_t arguments = step.inputs.size() + 1, dimensions = 4;
  for (const ValueId input : step.inputs) dimensions += all.values[input]->type.shape.size();
  const Definition& definition = definition_of(step.node->op());
  if (definition.temporaries != nullptr)
    for (const Temporary& temporary : definition.temporaries(*step.node, step.graph->input_types(*step.node),
                                                             step.graph->type(step.node->outputs[0]))) {
      if (temporary.is_state) return false;
      ++arguments, dimensions += temporary.type.shape.size();
    }
  return rows::OwnArguments::has_room(static_cast<unsigned>(arguments), static_cast<unsigned>(dimensions));
}

}  // namespace

std::int64_t RowGrowth::buffer() const { return std::min(height, first + std::max<std::int64_t>(0, step - kept)); }

bool runs_on_rows(const PlanStep& step, const PlanSteps& all) {
  const Node& node = *step.node;
  if (rows::Sliding::of(node.op()).bytes == 0 || step.outputs.size() != 1) return false;
  const ValueId output = step.outputs[0];
  if (!is_image(all.values[output]->type)) return false;
  const RowWindow window(node);
  for (std::size_t i = 0; i < step.inputs.size(); ++i) {
    const GraphValue& value = *all.values[step.inputs[i]];
    if (value.constant) {
      if (i == 0 || (!is_window(node) && !is_one_for_all_rows(value.type))) return false;
      continue;
    }
    if (!is_image(value.type) || (is_window(node) && i != 0)) return false;
    if (!is_window(node) && height(all, step.inputs[i]) != height(all, output)) return false;
    if (window.stride * (height(all, output) - 1) - window.top >= value.type.shape[1]) return false;
  }
  return fits_copies(step, all);
}

std::vector<ValueId> images_from_outside(const Chain& chain, const PlanSteps& all) {
  std::vector<ValueId> images;
  for (std::uint32_t i = chain.first; i < chain.end(); ++i)
    for (const ValueId input : all.steps[i].inputs) {
      bool is_inside = all.values[input]->constant.has_value();
      for (std::uint32_t k = chain.first; k < i; ++k) is_inside |= all.steps[k].outputs[0] == input;
      if (!is_inside && std::ranges::find(images, input) == images.end()) images.push_back(input);
    }
  return images;
}

std::vector<RowGrowth> growths_of(const Chain& chain, const PlanSteps& all) {
  const ValueId y = all.steps[chain.end() - 1].outputs[0];
  std::vector<RowGrowth> growths(chain.count, {height(all, y), chain.rows, chain.rows, chain.rows});
  for (std::uint32_t i = chain.count - 1; i-- > 0;) {
    const ValueId value = all.steps[chain.first + i].outputs[0];
    RowGrowth& growth = growths[i];
    growth = {height(all, value), 0, 0, 0};
    for (std::uint32_t k = i + 1; k < chain.count; ++k) {
      const PlanStep& reader = all.steps[chain.first + k];
      if (std::ranges::find(reader.inputs, value) == reader.inputs.end()) continue;
      const RowWindow window(*reader.node);
      const RowGrowth& its = growths[k];
      const std::int64_t step = window.stride * its.step, kept = window.stride * its.first - window.top,
                         first = growth.height + window.bottom - window.stride * (its.height - its.first);
      if (growth.step != 0 && growth.step != step) return {};
      growth.first = growth.step == 0 ? first : std::max(growth.first, first);
      growth.kept = growth.step == 0 ? kept : std::min(growth.kept, kept);
      growth.step = step;
    }
    if (growth.step == 0) return {};  // nobody reads it here
    growth.kept = std::min(growth.kept, growth.first);
  }
  // At first a chain fills its buffers. Where one would overflow, y begins some rows later.
  std::int64_t delay = 0;
  for (const RowGrowth& growth : growths) {
    const std::int64_t each = growth.step / chain.rows,
                       over = growth.kept - growth.step;
    if (over > 0) delay = std::max(delay, (over + each - 1) / each);
  }
  for (RowGrowth& growth : growths) {
    const std::int64_t rows = delay * (growth.step / chain.rows);
    growth.first -= rows, growth.kept -= rows;
  }
  return growths;
}

std::optional<std::uint32_t> lead_over(ValueId x, const Chain& chain, const std::vector<RowGrowth>& growths,
                                       const PlanSteps& all) {
  const PlanStep& last = all.steps[chain.end() - 1];
  const RowGrowth& y = growths.back();
  const std::int64_t x_bytes = row_bytes(all, x), y_bytes = row_bytes(all, last.outputs[0]);
  const std::int64_t t = y.first > 0 ? 0 : -y.first / y.step + 1, written = (y.first + t * y.step) * y_bytes;
  std::int64_t lead = 0;
  bool is_exact = false;
  for (std::uint32_t i = 0; i < chain.count; ++i) {
    const PlanStep& reader = all.steps[chain.first + i];
    if (std::ranges::find(reader.inputs, x) == reader.inputs.end()) continue;
    const bool is_last = i + 1 == chain.count;
    if (is_last && !is_window(*reader.node)) {
      const TensorType &from = all.values[x]->type, &to = all.values[last.outputs[0]]->type;
      is_exact = works_in_place(*last.graph, *last.node) && std::ranges::count(last.inputs, x) == 1 &&
                 last.inputs[0] == x && from.shape == to.shape && element_bytes(from.type) == element_bytes(to.type);
      if (!is_exact) return std::nullopt;
      continue;
    }
    const RowWindow window(*reader.node);
    if (window.stride * growths[i].step * x_bytes < y.step * y_bytes) return std::nullopt;
    const std::int64_t done = growths[i].first + (t - (is_last ? 1 : 0)) * growths[i].step;
    lead = std::max(lead, written - (window.stride * done - window.top) * x_bytes);
  }
  if (is_exact && lead > 0) return std::nullopt;
  return static_cast<std::uint32_t>((lead + 15) / 16 * 16);
}

}  // namespace nacre::tools
