// Which graph of a file is meant, and the order of its inputs and outputs. Converters list those of a graph in the
// order of a hash table; only the signature says which is which.

#include "tools/tflite/signature.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <unordered_map>
#include <unordered_set>

#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

using Tensors = flatbuffers::Vector<std::int32_t>;
using Names = flatbuffers::Vector<flatbuffers::Offset<tflite::TensorMap>>;

[[noreturn]] void damaged(const std::string& what) {
  throw Refusal("", what, "the file is damaged: convert the model to TFLite again");
}

std::string text_of(const flatbuffers::String* text) { return text == nullptr ? "" : text->str(); }

}  // namespace

const tflite::SubGraph& any_graph(const tflite::Model& model, std::int64_t number) {
  if (model.subgraphs() == nullptr || model.subgraphs()->size() == 0 || model.buffers() == nullptr ||
      model.operator_codes() == nullptr)
    damaged("the file holds no graph");
  if (number < 0 || number >= model.subgraphs()->size())
    damaged(fmt::format("the file names graph {}, which does not exist", number));
  const auto index = static_cast<std::uint32_t>(number);
  const tflite::SubGraph& graph = *model.subgraphs()->Get(index);
  if (graph.tensors() == nullptr || graph.operators() == nullptr) damaged("the graph lacks tensors or operators");
  return graph;
}

const tflite::SubGraph& whole_graph(const tflite::Model& model, std::uint32_t index) {
  const tflite::SubGraph& graph = any_graph(model, index);
  if (graph.inputs() == nullptr || graph.outputs() == nullptr) damaged("the graph lacks inputs or outputs");
  if (graph.outputs()->size() == 0) damaged("the graph has no outputs");
  return graph;
}

namespace {

std::string tensor_name(const tflite::SubGraph& graph, int index, const char* word) {
  const auto place = static_cast<std::uint32_t>(index);
  const std::string name = place < graph.tensors()->size() ? text_of(graph.tensors()->Get(place)->name()) : "";
  return name.empty() ? fmt::format("{}_{}", word, index) : name;
}

/// The inputs or outputs of a graph, and what lies next to them behind an operator that changes one tensor alone. A
/// converter that changes the types at the edges puts QUANTIZE there, and leaves the signature pointing behind the one
/// and before the other.
class Edge {
 public:
  Edge(const tflite::SubGraph& graph, const Tensors& tensors) : own_(tensors.begin(), tensors.end()) {
    const bool inputs = &tensors == graph.inputs();
    for (const tflite::Operator* op : *graph.operators()) {
      const auto *near = inputs ? op->outputs() : op->inputs(), *far = inputs ? op->inputs() : op->outputs();
      if (near == nullptr || far == nullptr || near->size() != 1 || far->size() != 1) continue;
      if (own_.contains(far->Get(0))) behind_.try_emplace(near->Get(0), far->Get(0));
    }
  }

  /// The input or output that a signature means by a tensor; -1 where it means none.
  int meant_by(int index) const {
    if (own_.contains(index)) return index;
    const auto found = behind_.find(index);
    return found == behind_.end() ? -1 : found->second;
  }

 private:
  std::unordered_set<int> own_;
  std::unordered_map<int, int> behind_;
};

/// The tensors that the signature names, by name; then those of the graph that it leaves out.
std::vector<TflitePort> ports(const tflite::SubGraph& graph, const Tensors& tensors, const Names* names,
                              const char* word) {
  std::vector<TflitePort> result;
  std::unordered_set<int> named;
  const Edge edge(graph, tensors);
  for (std::uint32_t i = 0; names != nullptr && i < names->size(); ++i) {
    const tflite::TensorMap& map = *names->Get(i);
    const int index = edge.meant_by(static_cast<int>(map.tensor_index()));
    if (index < 0) continue;  // it then has the tensor's name
    named.insert(index);
    const std::string name = text_of(map.name()), own = tensor_name(graph, index, word);
    result.push_back(name.empty() ? TflitePort{index, own, ""} : TflitePort{index, name, own == name ? "" : own});
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const TflitePort& a, const TflitePort& b) { return comes_before(a.name, b.name); });
  for (const int index : tensors)
    if (named.insert(index).second)
      result.push_back({index, tensor_name(graph, index, word), ""});
  return result;
}

/// Index of the signature that is meant.
std::uint32_t chosen(const flatbuffers::Vector<flatbuffers::Offset<tflite::SignatureDef>>& all,
                     std::deque<std::string>& wanted) {
  std::string known;
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    const std::string key = text_of(all.Get(i)->signature_key());
    if (!wanted.empty() && key == wanted.front()) {
      wanted.pop_front();
      return i;
    }
    known += (known.empty() ? "" : ", ") + key;
  }
  if (all.size() == 1) return 0;
  throw Refusal("",
                wanted.empty()
                    ? fmt::format("the file has {} signatures, each a model of its own: {}", all.size(), known)
                    : "the file has no signature " + wanted.front(),
                "choose with --signature among: " + known);
}

}  // namespace

TfliteSignature choose_signature(const tflite::Model& model, std::deque<std::string>& wanted) {
  const auto* all = model.signature_defs();
  if (all == nullptr || all->size() == 0) {
    const tflite::SubGraph& graph = whole_graph(model, 0);
    return {&graph, ports(graph, *graph.inputs(), nullptr, "input"), ports(graph, *graph.outputs(), nullptr, "output")};
  }
  const tflite::SignatureDef& signature = *all->Get(chosen(*all, wanted));
  const tflite::SubGraph& graph = whole_graph(model, signature.subgraph_index());
  return {&graph, ports(graph, *graph.inputs(), signature.inputs(), "input"),
          ports(graph, *graph.outputs(), signature.outputs(), "output")};
}

bool comes_before(const std::string& a, const std::string& b) {
  const auto is_digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (!is_digit(a[i]) || !is_digit(b[j])) {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i, ++j;
      continue;
    }
    const auto digits = [&](const std::string& text, std::size_t& at) {
      while (at + 1 < text.size() && text[at] == '0' && is_digit(text[at + 1])) ++at;
      const std::size_t begin = at;
      while (at < text.size() && is_digit(text[at])) ++at;
      return text.substr(begin, at - begin);
    };
    const std::string x = digits(a, i), y = digits(b, j);
    if (x.size() != y.size()) return x.size() < y.size();
    if (x != y) return x < y;
  }
  return a.size() - i < b.size() - j;
}

}  // namespace nacre::tools
