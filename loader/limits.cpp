// What the longest run of a network takes, counted from what has been verified: never from what a file says of itself.

#include "runtime/strict_float.hpp"  // first

#include "nacre/limits.hpp"

#include "runtime/kernels/rows.hpp"

namespace nacre {
namespace {

using WorkCount = std::uint64_t;

WorkCount limited_sum(WorkCount a, WorkCount b) {
  WorkCount result;
  return __builtin_add_overflow(a, b, &result) ? UINT64_MAX : result;
}

WorkCount limited_product(WorkCount a, WorkCount b) {
  WorkCount result;
  return __builtin_mul_overflow(a, b, &result) ? UINT64_MAX : result;
}

/// How often a number can be halved, rounded up.
unsigned halvings(std::uint32_t number) { return number < 2 ? 1 : 32u - static_cast<unsigned>(__builtin_clz(number)); }

/// Trees that lie one behind the other with their nodes in the order of a walk that turns left first, as nacre writes
/// them, have each node looked at once, and the longest path of each is found. Of others, all nodes behind the root
/// count, since paths lead to later nodes alone.
class LongestPaths {
 public:
  LongestPaths(const std::int32_t* nodes, std::uint32_t count) : nodes_(nodes), count_(count) {}

  std::uint32_t of(std::uint32_t root) {
    if (root < next_) return count_ - root;
    const std::uint32_t longest = walk(root);
    if (longest != 0) return longest;
    next_ = count_;  // the others are not walked: they might share these nodes
    return count_ - root;
  }

 private:
  static constexpr unsigned kDeepest = 64;

  /// Nodes on the longest path, the leaf included; 0 of a tree in another order, or a deeper one.
  std::uint32_t walk(std::uint32_t node) {
    struct { std::uint32_t node, depth; } waiting[kDeepest];
    unsigned waits = 0;
    for (std::uint32_t depth = 1, longest = 1;; ++node) {
      if (depth > longest) longest = depth;
      if (nodes_[3 * node] >= 0) {
        if (waits == kDeepest) return 0;
        waiting[waits++] = {static_cast<std::uint32_t>(nodes_[3 * node + 2]), ++depth};
        continue;
      }
      if (waits == 0) return next_ = node + 1, longest;
      if (waiting[--waits].node != node + 1) return 0;
      depth = waiting[waits].depth;
    }
  }

  const std::int32_t* nodes_;
  std::uint32_t count_, next_ = 0;
};

WorkCount of_trees(const Layer& layer) {
  const std::uint32_t trees = layer.input_shape(2).size();
  LongestPaths paths(layer.input<std::int32_t>(1), layer.input_shape(1)[0]);
  WorkCount each = 0;
  for (std::uint32_t t = 0; t < trees; ++t)
    each += paths.of(static_cast<std::uint32_t>(layer.input<std::int32_t>(2)[t])) + layer.input_shape(4)[1];
  return limited_product(layer.input_shape(0)[0], each);
}

WorkCount of_packed_trees(const Layer& layer) {
  const auto& p = layer.parameters<parameters::PackedTrees>();
  const WorkCount asks = p.levels + p.steps + 1u, width = layer.input_shape(10)[1];
  const WorkCount each = layer.input_shape(1).size() + limited_product(layer.input_shape(9).size(), asks + width);
  return limited_product(layer.input_shape(0)[0], each);
}

/// Products of an element that a convolution writes.
WorkCount of_window(const Layer& layer, Operator op) {
  const Shape weights = layer.input_shape(1), y = layer.output_shape(0);
  if (op == Operator::conv_integer) return weights.size() / weights[0];
  if (op == Operator::depthwise_conv_2d)
    return layer.parameters<parameters::DepthwiseConv2D>().layout == Layout::dsp ? weights[1] * weights[2]
                                                                                 : weights.size() / y.last();
  const auto& p = layer.parameters<parameters::Conv2D>();
  return p.layout == Layout::dsp ? limited_product(std::uint32_t{p.kernel_h} * p.kernel_w, layer.input_shape(0).last())
                                 : weights.size() / y.last();
}

template <typename Pool>
WorkCount of_pool(const Layer& layer) {
  const auto& p = layer.parameters<Pool>();
  return std::uint32_t{p.kernel_h} * p.kernel_w;
}

/// Elements of each row go through a heap of k, twice where heaps are merged, and are sorted.
WorkCount of_neighbors(const Layer& layer) {
  const Shape x = layer.input_shape(0), bounds = layer.input_shape(1), y = layer.output_shape(0);
  const WorkCount k = y.last(), pushes = x.last() + k;
  const WorkCount row = limited_sum(limited_product(pushes, halvings(y.last())), bounds.last() + k * k);
  return limited_product(x.size() / x.last(), row);
}

/// Steps of a scan, and what each of them copies, in words of 4 bytes.
WorkCount of_copies(const Layer& layer) {
  WorkCount words = 0;
  for (unsigned i = 0; i < layer.temporaries(); ++i) words += layer.temporary_bytes(i) / 4 + 1;
  return limited_product(layer.input_shape(0)[1], words);
}

WorkCount elements_of_inputs(const Layer& layer) {
  WorkCount all = 0;
  for (unsigned i = 0; i < layer.inputs(); ++i)
    if (layer.has_input(i)) all += layer.input_shape(i).size();
  return all;
}

/// What a layer takes beside writing its outputs, without the layers of its body.
WorkCount of_layer(const Layer& layer, Operator op) {
  const Shape x = layer.input_shape(0);
  const WorkCount y = layer.output_shape(0).size();
  switch (op) {
    case Operator::conv_2d:
    case Operator::depthwise_conv_2d:
    case Operator::conv_integer: return limited_product(y, of_window(layer, op));
    case Operator::fully_connected:
    case Operator::matmul:
    case Operator::sparse_matmul: return limited_product(y, x.last());
    case Operator::max_pool_2d: return limited_product(y, of_pool<parameters::MaxPool2D>(layer));
    case Operator::average_pool_2d: return limited_product(y, of_pool<parameters::AveragePool2D>(layer));
    case Operator::lstm:
    case Operator::quantized_lstm:
      return limited_product(WorkCount{x[0]} * x[1],
                             WorkCount{layer.input_shape(1).size()} + layer.input_shape(2).size());
    case Operator::tree_ensemble: return of_trees(layer);
    case Operator::packed_trees: return of_packed_trees(layer);
    case Operator::map: return limited_product(y, layer.parameters<parameters::Map>().instructions);
    case Operator::top_k: return limited_product(x.size(), layer.output_shape(0).last());
    case Operator::neighbors: return of_neighbors(layer);
    case Operator::scan: return of_copies(layer);
    case Operator::rows: return 0;
    case Operator::gather: return layer.input_shape(1).size();
    case Operator::binary:
    case Operator::lookup_table:
    case Operator::requantize:
    case Operator::label_decode:
    case Operator::count_terms:  // of texts, whose length is the caller's
    case Operator::hash_terms: return y;
    case Operator::label_encode: return limited_product(y, halvings(layer.input_shape(1).size()));
    case Operator::find_text: return limited_product(y, halvings(layer.input_shape(2).size()));
    case Operator::scatter: return limited_product(x.size(), halvings(layer.output_shape(0).last()));
    default: return elements_of_inputs(layer);
  }
}

/// The body that the walk over the layers is in.
struct Body {
  unsigned first, end;
  WorkCount times;                 ///< that its layers run
  const rows::Growth* growth;  ///< of layers that run on some rows at a time: how each grows; else null
  std::int32_t steps;          ///< of these
};

/// The layer's images have so many rows in all, where the file has the shape of a buffer. What the buffer keeps of a
/// step is moved to its front in the next.
WorkCount of_whole_image(WorkCount strip, const Layer& layer, const rows::Growth& growth, std::int32_t steps,
                         bool is_last) {
  const Shape y = layer.output_shape(0);
  const WorkCount whole = limited_product(strip / y[1], static_cast<std::uint32_t>(growth.height));
  if (is_last) return whole;
  const WorkCount kept = limited_product(static_cast<std::uint32_t>(growth.first - growth.kept), y.size() / y[1]);
  return limited_sum(whole, limited_product(kept, static_cast<std::uint32_t>(steps)));
}

Body body_of(const Layer& layer, const Network& network, unsigned index, Operator op, WorkCount times) {
  Body body{index + 1, index + 1 + network.body(index), times, nullptr, 0};
  if (op == Operator::scan) body.times = limited_product(times, layer.input_shape(0)[1]);
  if (op != Operator::rows) return body;
  body.growth = reinterpret_cast<const rows::Growth*>(layer.input<std::int32_t>(layer.inputs() - 1));
  const rows::Growth& y = body.growth[network.body(index) - 1];
  body.steps = (y.height - y.first) / y.step + 2;
  return body;
}

}  // namespace

std::uint64_t operations(const Network& network) {
  Body bodies[kDeepestBody + 2] = {{0, network.layers(), 1, nullptr, 0}}, *body = bodies;
  WorkCount all = 0;
  for (unsigned index = 0; index < network.layers(); ++index) {
    while (index == body->end) --body;
    const Layer layer(network, index);
    const Operator op = network.kernel(index).name.op;
    WorkCount own = of_layer(layer, op);
    for (unsigned i = 0; i < layer.outputs(); ++i) own = limited_sum(own, layer.output_shape(i).size());
    if (body->growth != nullptr)
      own = of_whole_image(own, layer, body->growth[index - body->first], body->steps, index + 1 == body->end);
    all = limited_sum(all, limited_product(body->times, own));
    if (network.body(index) == 0) continue;
    const Body inner = body_of(layer, network, index, op, body->times);
    *++body = inner;
  }
  return all;
}

Status load_within(Span<const std::byte> model, Kernels kernels, Blocks blocks, std::uint64_t most, Network* network,
                   Digest digest, Place* place) {
  Network loaded;
  if (network == nullptr) return Status::null_argument;
  const Status status = load(model, kernels, blocks, &loaded, digest, place);
  if (status != Status::ok) return status;
  if (operations(loaded) > most) return Status::too_expensive;
  *network = loaded;
  return Status::ok;
}

}  // namespace nacre
