#include "tools/rows/rebuild.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include "tools/graph/moves.hpp"
#include "tools/operators/definition.hpp"
#include "tools/trees/packing.hpp"

namespace nacre::tools {
namespace {

ElementType element_type(DataType type) {
  switch (type) {
    case DataType::float32: return ElementType::float32;
    case DataType::float64: return ElementType::float64;
    case DataType::int64: return ElementType::int64;
    case DataType::int32: return ElementType::int32;
    case DataType::int16: return ElementType::int16;
    case DataType::int8: return ElementType::int8;
    case DataType::uint8: return ElementType::uint8;
    case DataType::boolean: return ElementType::boolean;
    case DataType::string: break;
  }
  return ElementType::string;
}

class Rebuilder {
 public:
  Rebuilder(const ModelFile& file, Questions questions) : file_(file), model_(file.model()), questions_(questions) {
    if (const auto* exact_values = file.description()->exact())
      for (const schema::ExactValues* exact : *exact_values) exact_.emplace(exact->layer(), exact);
    if (const auto* choices = file.description()->choices())
      for (const schema::Choice* choice : *choices) choices_.emplace(choice->layer(), choice);
    if (const auto* raises = file.description()->raises())
      for (const schema::Raises* raised : *raises) raises_.emplace(raised->layer(), raised);
  }

  /// Values of the whole graph have the numbers of their tensors, as far as those are written once.
  Graph run() {
    Scope whole;
    for (unsigned i = 0; i < model_.tensors()->size(); ++i) (void)id(whole, i);
    for (const schema::Port* port : *model_.inputs()) add_input(whole, port->tensor());
    add_layers(whole, 0, model_.layers()->size());
    for (const schema::Port* port : *model_.outputs()) add_output(whole, port->tensor());
    return std::move(whole.graph);
  }

 private:
  using Place = std::pair<std::uint8_t, std::uint32_t>;  // memory, offset

  /// The whole graph, or a body, on its way.
  struct Scope {
    Graph graph;
    std::map<unsigned, ValueId> ids;  // by tensor
    std::map<Place, std::vector<ValueId>> holders;  // what lies there now, and what that was reshaped to
    std::set<ValueId> written;
  };

  ValueId id(Scope& scope, unsigned tensor) const {
    const auto [found, is_new] = scope.ids.try_emplace(tensor, static_cast<ValueId>(scope.graph.values.size()));
    if (is_new) scope.graph.values.push_back(value(tensor));
    return found->second;
  }

  /// A value for what a tensor comes to hold: a layer may write where another has written and been read.
  ValueId next_value(Scope& scope, unsigned tensor) const {
    const ValueId own = id(scope, tensor);
    if (scope.written.insert(own).second) return own;
    scope.graph.values.push_back(scope.graph.values[own]);
    return scope.ids[tensor] = *scope.written.insert(static_cast<ValueId>(scope.graph.values.size() - 1)).first;
  }
  ValueId write(Scope& scope, unsigned tensor) const {
    const ValueId own = next_value(scope, tensor);
    scope.holders[place(tensor)] = {own};
    return own;
  }
  void add_input(Scope& scope, unsigned tensor) const {
    scope.graph.inputs.push_back({"", write(scope, tensor), {}, {}});
  }
  void add_output(Scope& scope, unsigned tensor) const {
    scope.graph.outputs.push_back({"", source_of(scope, tensor), {}, {}});
  }
  Place place(unsigned tensor) const {
    return {model_.tensors()->Get(tensor)->memory(), model_.tensors()->Get(tensor)->offset()};
  }

  GraphValue value(unsigned index) const {
    const schema::Tensor& record = *model_.tensors()->Get(index);
    GraphValue value{"", {static_cast<DataType>(record.type()), {}}, std::nullopt, {}};
    for (unsigned axis = 0; axis < record.rank(); ++axis)
      value.type.shape.push_back(model_.shapes()->Get(record.shape() + axis));
    const schema::Memory& memory = *model_.memories()->Get(record.memory());
    if (memory.kind() != schema::MemoryKind::weights) return value;
    const std::size_t bytes = static_cast<std::size_t>(value.type.size()) * element_bytes(value.type.type);
    const std::size_t start = weights_section(memory.block()).offset() + record.offset();
    value.constant =
        Array(element_type(value.type.type), value.type.shape, Buffer(nullptr, file_.bytes().subspan(start, bytes)));
    return value;
  }

  /// Sections of weights are counted in their own order.
  const schema::Section& weights_section(unsigned number) const {
    for (const schema::Section* section : *model_.sections())
      if (section->kind() == static_cast<std::uint16_t>(schema::SectionKind::weights) && number-- == 0) return *section;
    throw std::logic_error("a memory without its section");
  }

  /// The value that lies in a tensor's place: that of the tensor itself, or one that it is a reshape of.
  ValueId source_of(Scope& scope, unsigned tensor) const {
    Graph& graph = scope.graph;
    const ValueId own = id(scope, tensor);
    if (graph.values[own].constant) return own;
    std::vector<ValueId>& holders = scope.holders.at(place(tensor));
    if (std::ranges::find(holders, own) != holders.end()) return own;
    for (const ValueId holder : holders)
      if (graph.values[holder].type == graph.values[own].type) return holder;
    const ValueId reshaped = next_value(scope, tensor);
    Node node{"", {}, {holders.front()}, {reshaped}};
    node.parameters.Set(reshape_to(graph.shape(reshaped), node.name));
    graph.nodes.push_back(std::move(node));
    holders.push_back(reshaped);
    return reshaped;
  }

  void add_layers(Scope& scope, unsigned first, unsigned end) const {
    for (unsigned i = first; i < end; i += 1u + model_.layers()->Get(i)->body())
      add_layer(scope, i, *model_.layers()->Get(i));
  }

  void add_layer(Scope& scope, unsigned index, const schema::Layer& layer) const {
    const auto argument = [&](unsigned i) { return model_.arguments()->Get(layer.arguments() + i); };
    const OperatorParameters parameters(static_cast<Operator>(model_.operators_type()->Get(index)),
                                        model_.operators()->Get(index));
    Node node{file_.description()->layers()->Get(index)->name()->str(), parameters, {}, {}};
    for (unsigned i = 0; i < layer.inputs() && argument(i) != kAbsent; ++i)
      node.inputs.push_back(source_of(scope, argument(i)));
    if (node.op() == Operator::rows) return add_whole(scope, index, layer);
    if (layer.body() != 0) node.body = body(index, layer, node.as<parameters::Scan>());
    for (unsigned i = 0; i < layer.outputs(); ++i) node.outputs.push_back(write(scope, argument(layer.inputs() + i)));
    if (node.op() == Operator::map) node.program = file_.program(index);
    if (node.op() == Operator::packed_trees) node = unpack_trees(scope.graph, node);
    if (const auto found = choices_.find(index); found != choices_.end()) node.choice = choice(*found->second);
    if (const auto found = raises_.find(index); found != raises_.end()) {
      scope.graph.values[node.outputs[0]].refuses_missing = found->second->for_missing();
      scope.graph.values[node.outputs[0]].refuses_infinite = found->second->for_infinite();
      scope.graph.values[node.outputs[0]].above = found->second->above();
    }
    for (auto [exact, end] = exact_.equal_range(index); exact != end; ++exact)
      if (exact->second->input() < node.inputs.size()) refine(scope.graph, node, *exact->second);
    scope.graph.nodes.push_back(std::move(node));
  }

  /// The layers of the body as if each ran once, on whole images.
  void add_whole(Scope& scope, unsigned index, const schema::Layer& rows) const {
    const Array schedule = *value(model_.arguments()->Get(rows.arguments() + rows.inputs() - 1u)).constant;
    const std::vector<std::int64_t> words = schedule.to<std::int64_t>();
    for (unsigned i = 0; i < rows.body(); ++i) {
      const schema::Layer& layer = *model_.layers()->Get(index + 1 + i);
      const ValueId y = id(scope, model_.arguments()->Get(layer.arguments() + layer.inputs()));
      scope.graph.values[y].type.shape[1] = words[4 * i];
      add_layer(scope, index + 1 + i, layer);
    }
  }

  /// The temporaries of a scan are states, steps, next, results.
  std::shared_ptr<const Graph> body(unsigned index, const schema::Layer& layer, const parameters::Scan& scan) const {
    Scope inside;
    const unsigned first = layer.arguments() + layer.inputs() + layer.outputs(), sequences = scan.sequences;
    const unsigned states = (layer.temporaries() - sequences - layer.outputs()) / 2u;
    const auto tensor = [&](unsigned i) { return model_.arguments()->Get(first + i); };
    for (unsigned i = 0; i < sequences; ++i) add_input(inside, tensor(states + i));
    for (unsigned i = 0; i < states; ++i) add_input(inside, tensor(i));
    add_layers(inside, index + 1, index + 1 + layer.body());
    for (unsigned i = states + sequences; i < layer.temporaries(); ++i) add_output(inside, tensor(i));
    return std::make_shared<const Graph>(std::move(inside.graph));
  }

  static Choice choice(const schema::Choice& saved) {
    Choice choice{static_cast<Choice::Ties>(saved.ties()), saved.rounding(), saved.norm(), saved.step()};
    if (const auto* rows = saved.rows()) choice.rows.assign(rows->begin(), rows->end());
    return choice;
  }

  void refine(Graph& graph, Node& node, const schema::ExactValues& exact) const {
    const GraphValue& known = graph.values[node.inputs[exact.input()]];
    if (!known.constant) return;
    if (node.op() == Operator::tree_ensemble) {
      if (questions_ != Questions::of_device) ask(graph, node, exact);
      return;
    }
    if (!node.program.empty() && exact.input() + 1u == node.inputs.size()) {
      for (unsigned i = 0; i < exact.values()->size() && i < node.program.literals.size(); ++i)
        node.program.literals[i].value = exact.values()->Get(i);
      return;
    }
    if (exact.values()->size() == known.constant->size())
      node.inputs[exact.input()] =
          graph.add_constant(known.type.shape, {exact.values()->begin(), exact.values()->end()});
  }

  /// Adds the thresholds of the library, two for each node, and behind powers those between which they are in doubt.
  void ask(Graph& graph, Node& trees, const schema::ExactValues& exact) const {
    const std::vector<std::int64_t> words = graph.values[trees.inputs[1]].constant->to<std::int64_t>();
    const bool is_float64 = questions_ == Questions::of_float64;
    const auto in_doubt = [&](unsigned i) {
      return is_float64 ? exact.in_doubt()->Get(i) : static_cast<double>(exact.float32_in_doubt()->Get(i));
    };
    const bool has_doubts = exact.in_doubt() != nullptr && exact.float32_in_doubt() != nullptr &&
                            exact.in_doubt()->size() == 2 * exact.values()->size() &&
                            exact.float32_in_doubt()->size() == exact.in_doubt()->size();
    const std::size_t width = has_doubts ? 4 : 2;
    std::vector<double> thresholds(words.size() / 3 * width);
    unsigned next = 0;
    for (std::size_t n = 0; n < words.size() / 3; ++n) {
      if (words[3 * n] < 0) continue;  // a leaf
      if (next >= exact.values()->size() || exact.float32_values() == nullptr || next >= exact.float32_values()->size())
        return;
      thresholds[width * n] =
          is_float64 ? exact.values()->Get(next) : static_cast<double>(exact.float32_values()->Get(next));
      for (unsigned i = 0; has_doubts && i < 2; ++i) thresholds[width * n + 2 + i] = in_doubt(2 * next + i);
      ++next;
    }
    trees.inputs.push_back(
        graph.add_constant({static_cast<std::int64_t>(words.size() / 3), static_cast<std::int64_t>(width)},
                           std::move(thresholds)));
  }

  const ModelFile& file_;
  const schema::Model& model_;
  Questions questions_;
  std::multimap<unsigned, const schema::ExactValues*> exact_;  // by layer
  std::map<unsigned, const schema::Choice*> choices_;
  std::map<unsigned, const schema::Raises*> raises_;
};

}  // namespace

Graph rebuild(const ModelFile& model, Questions questions) { return Rebuilder(model, questions).run(); }

}  // namespace nacre::tools
