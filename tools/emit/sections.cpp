#include "tools/emit/sections.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "schema/golden_generated.h"
#include "tools/graph/library.hpp"
#include "tools/graph/numbers_left.hpp"
#include "tools/operators/definition.hpp"
#include "tools/trees/leading.hpp"

namespace nacre::tools {
namespace {

template <typename Root, typename Object>
std::vector<std::byte> finished(const Object& object) {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(Root::Pack(builder, &object));
  const auto* start = reinterpret_cast<const std::byte*>(builder.GetBufferPointer());
  return {start, start + builder.GetSize()};
}

std::vector<std::unique_ptr<schema::GoldenTensorT>> tensors(const std::vector<TensorData>& data) {
  std::vector<std::unique_ptr<schema::GoldenTensorT>> result;
  for (const TensorData& tensor : data) {
    auto packed = std::make_unique<schema::GoldenTensorT>();
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(tensor.bytes.data());
    packed->data.assign(bytes, bytes + tensor.bytes.size());
    packed->text = tensor.text;
    result.push_back(std::move(packed));
  }
  return result;
}

std::vector<std::unique_ptr<schema::PortDescriptionT>> ports(const std::vector<Port>& ports) {
  std::vector<std::unique_ptr<schema::PortDescriptionT>> result;
  for (const Port& port : ports) {
    auto described = std::make_unique<schema::PortDescriptionT>();
    described->name = port.name;
    described->features = port.features;
    described->labels = port.labels;
    described->alias = port.alias;
    described->places = port.places;
    for (const Categories& categories : port.categories) {
      auto listed = std::make_unique<schema::CategoriesT>();
      listed->column = categories.column;
      listed->texts = categories.texts;
      listed->refuses_others = categories.refuses_others;
      described->categories.push_back(std::move(listed));
    }
    for (const auto& [element, kind] : port.missing) {
      if (kind == MissingKind::nan) continue;
      auto missing = std::make_unique<schema::MissingT>();
      missing->element = static_cast<std::uint32_t>(element);
      missing->kind = kind == MissingKind::none ? schema::MissingKind::none : schema::MissingKind::empty_text;
      described->missing.push_back(std::move(missing));
    }
    for (const auto& [element, above] : port.above) {
      auto limit = std::make_unique<schema::LimitT>();
      limit->element = static_cast<std::uint32_t>(element);
      limit->above = above;
      described->limits.push_back(std::move(limit));
    }
    result.push_back(std::move(described));
  }
  return result;
}

bool is_program(const Node& node, ValueId input) { return !node.program.empty() && input == node.inputs.back(); }

/// How often each layer runs in a run of the model.
std::vector<std::uint64_t> repetitions(const Plan& plan) {
  std::vector<std::uint64_t> times(plan.layers.size(), 1);
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    const PlannedLayer& layer = plan.layers[i];
    if (layer.node->op() != Operator::scan) continue;
    for (std::size_t k = i + 1; k <= i + layer.body; ++k)
      times[k] *= static_cast<std::uint64_t>(layer.graph->shape(layer.node->inputs[0])[1]);
  }
  return times;
}

/// The type of an input before its weights were packed.
const TensorType& type_as_read(const Graph& graph, ValueId input) {
  const GraphValue& value = graph.values[input];
  return value.unpacked ? *value.unpacked : value.type;
}

/// Multiply-accumulates in a body are those of its own layers.
std::unique_ptr<schema::LayerDescriptionT> layer(const PlannedLayer& planned, std::uint64_t repetitions) {
  const Graph& graph = *planned.graph;
  const Node& node = *planned.node;
  auto described = std::make_unique<schema::LayerDescriptionT>();
  described->name = node.name;
  const Definition& definition = definition_of(node.op());
  if (definition.macs != nullptr && planned.body == 0) {
    std::vector<TensorType> types;
    for (const ValueId input : node.inputs) types.push_back(type_as_read(graph, input));
    described->macs =
        repetitions * static_cast<std::uint64_t>(definition.macs(node, types, graph.type(node.outputs[0])));
  }
  for (const ValueId input : device_inputs(node))
    if (graph.values[input].constant && !is_program(node, input) && node.op() != Operator::rows)
      described->parameters += static_cast<std::uint64_t>(type_as_read(graph, input).size());
  return described;
}

/// Of one inner node: of float64 numbers and of float32 ones, and behind powers where each of the two is in doubt.
void add_thresholds(std::span<const double> numbers, schema::ExactValuesT& exact) {
  exact.values.push_back(numbers[0]);
  exact.float32_values.push_back(static_cast<float>(numbers[1]));
  if (numbers.size() == 2) return;
  exact.in_doubt.insert(exact.in_doubt.end(), {numbers[2], numbers[3]});
  for (const double x : numbers.subspan(4)) exact.float32_in_doubt.push_back(static_cast<float>(x));
}

/// Whether float32 holds all of some numbers.
bool are_float32(const std::vector<double>& numbers) {
  return std::ranges::all_of(numbers, [](double x) { return std::isnan(x) || x == static_cast<float>(x); });
}

/// Larger constants, as of images and nets, would make files half as large again.
constexpr std::size_t kMostExact = 4096;

/// What the device holds rounded of a layer: the thresholds of trees that what stood before them was moved into, and
/// constants, so that rows in which the difference counts are known. On the way to trees, whose paths they decide, that
/// is all of them.
void add_exact(const Graph& graph, const PlannedLayer& planned, std::uint16_t index, bool leads_to_trees,
               schema::DescriptionT& description) {
  const Node& node = *planned.node;
  const auto add = [&](std::size_t input) -> schema::ExactValuesT& {
    auto exact = std::make_unique<schema::ExactValuesT>();
    exact->layer = index;
    exact->input = static_cast<std::uint8_t>(input);
    description.exact.push_back(std::move(exact));
    return *description.exact.back();
  };
  const bool is_packed = node.op() == Operator::packed_trees;  // of which only inner nodes have thresholds
  if ((is_packed || node.op() == Operator::tree_ensemble) && node.inputs.size() > device_inputs(node).size()) {
    const std::vector<double> numbers = graph.values[node.inputs.back()].constant->to<double>();
    const auto width = static_cast<std::size_t>(graph.type(node.inputs.back()).last());
    const std::vector<std::int64_t> words =
        is_packed ? std::vector<std::int64_t>{} : graph.values[node.inputs[1]].constant->to<std::int64_t>();
    schema::ExactValuesT& exact = add(1);
    for (std::size_t n = 0; n < numbers.size() / width; ++n)
      if (is_packed || words[3 * n] >= 0) add_thresholds(std::span(numbers).subspan(width * n, width), exact);
  }
  const auto add_numbers = [&](std::size_t input, std::vector<double> numbers) {
    const bool counts = numbers.size() <= kMostExact && !are_float32(numbers);
    if (leads_to_trees || counts) add(input).values = std::move(numbers);
  };
  const bool is_compared = !graph.sources.empty() && computes_in_float64(graph.sources[0].library);
  if (!leads_to_trees && !is_compared) return;
  if (!node.program.literals.empty()) {
    std::vector<double> literals;
    for (const Literal& literal : node.program.literals) literals.push_back(literal.value);
    add_numbers(node.inputs.size() - 1, std::move(literals));
  }
  for (std::size_t i = 0; i < node.inputs.size(); ++i)
    if (const auto& value = graph.values[node.inputs[i]]; value.constant && value.type.type == DataType::float32)
      add_numbers(i, value.constant->to<double>());
}

/// What the library leaves open where the layer chooses.
void add_choice(const Node& node, std::uint16_t index, schema::DescriptionT& description) {
  if (!node.choice) return;
  const Choice& open = *node.choice;
  auto choice = std::make_unique<schema::ChoiceT>();
  choice->layer = index;
  choice->ties = static_cast<schema::Ties>(open.ties);
  choice->rounding = open.rounding;
  choice->norm = open.norm;
  choice->step = open.step;
  choice->rows.assign(open.rows.begin(), open.rows.end());
  description.choices.push_back(std::move(choice));
}

/// Where the library raises an error for what the layer makes of numbers.
void add_raises(const Graph& graph, const Node& node, std::uint16_t index, schema::DescriptionT& description) {
  const GraphValue& made = graph.values[node.outputs[0]];
  const bool leaves_numbers = (made.refuses_missing || made.refuses_infinite) && may_leave_numbers(node);
  if (!leaves_numbers && std::isinf(made.above)) return;
  auto raises = std::make_unique<schema::RaisesT>();
  raises->layer = index;
  raises->for_missing = leaves_numbers && made.refuses_missing;
  raises->for_infinite = leaves_numbers && made.refuses_infinite;
  raises->above = made.above;
  description.raises.push_back(std::move(raises));
}

}  // namespace

std::vector<std::byte> pack_golden(const std::vector<GoldenCase>& cases) {
  schema::GoldenVectorsT vectors;
  for (const GoldenCase& golden : cases) {
    auto packed = std::make_unique<schema::GoldenCaseT>();
    packed->inputs = tensors(golden.inputs);
    packed->outputs = tensors(golden.outputs);
    vectors.cases.push_back(std::move(packed));
  }
  return finished<schema::GoldenVectors>(vectors);
}

std::vector<std::byte> pack_description(const Graph& graph, const Plan& plan, const Identity& identity) {
  schema::DescriptionT description;
  description.name = identity.name;
  description.model_version = identity.model_version;
  description.converter = identity.converter;
  description.target = identity.target;
  for (const SourceFile& file : graph.sources) {
    auto source = std::make_unique<schema::SourceT>();
    source->file = file.file;
    source->sha256 = file.sha256;
    source->library = file.library;
    source->library_version = file.library_version;
    description.sources.push_back(std::move(source));
  }
  description.inputs = ports(graph.inputs);
  description.outputs = ports(graph.outputs);
  const std::vector<bool> leading = lead_to_trees(graph);
  const std::vector<std::uint64_t> times = repetitions(plan);
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    const PlannedLayer& planned = plan.layers[i];
    if (planned.graph == &graph) {
      add_exact(graph, planned, static_cast<std::uint16_t>(i),
                leading[static_cast<std::size_t>(planned.node - graph.nodes.data())], description);
      add_choice(*planned.node, static_cast<std::uint16_t>(i), description);
      add_raises(graph, *planned.node, static_cast<std::uint16_t>(i), description);
    }
    description.layers.push_back(layer(planned, times[i]));
  }
  description.input_precision = graph.input_precision;
  description.table = graph.table;
  return finished<schema::Description>(description);
}

}  // namespace nacre::tools
