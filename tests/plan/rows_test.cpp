#include "tools/plan/fuse.hpp"

#include <doctest/doctest.h>

#include "tests/support/graphs.hpp"
#include "tests/support/loaded_model.hpp"
#include "tools/emit/emit.hpp"
#include "tools/lower/lower.hpp"
#include "tools/pack/pack.hpp"

// Chains that run on rows, against the same layers one after the other.

namespace nacre::tools::test {
namespace rows_plan_test {

using nacre::test::LoadedModel, nacre::test::Random;

/// Int8 nets of windows of all kinds, sums with what was there before, and functions.
class RandomNet {
 public:
  explicit RandomNet(std::uint32_t seed, std::int32_t height = 20, std::int32_t width = 6) : random_(seed) {
    const std::int32_t least = height > 20 ? height / 2 : 1;
    std::vector<ValueId> images{graph_.add_input(
        "x", {DataType::int8, {1, random_.integer(least, height), random_.integer(1, width), random_.integer(1, 9)}})};
    for (std::uint32_t layers = random_.size(1, 7); layers > 0; --layers) images.push_back(add(images));
    graph_.add_output("y", images.back());
    lower(graph_);
  }

  const Graph& graph() const { return graph_; }
  Graph packed() const {
    Graph graph = graph_;
    pack(graph, "cortex-m4");
    return graph;
  }

 private:
  ValueId add(const std::vector<ValueId>& images) {
    const ValueId x = images.back();
    switch (random_.integer(0, 6)) {
      case 0: return add_convolution(x);
      case 1: return add_depthwise(x);
      case 2: return add_pool<parameters::MaxPool2D>(x);
      case 3: return add_pool<parameters::AveragePool2D>(x);
      case 4:
        return graph_.add(parameters::LookupTable{},
                          {x, integers(graph_, {256}, random_.integers<std::int32_t>(256, -128, 127), DataType::int8)});
      default:
        for (const ValueId other : images)
          if (other != x && graph_.type(other) == graph_.type(x)) return add_sum(other, x);
        return add_convolution(x);
    }
  }

  template <typename Table>
  void set_window(Table& table, ValueId x, std::int64_t kernel_h, std::int64_t kernel_w, std::int64_t dilation) {
    const auto narrow = [](std::int64_t number) { return static_cast<std::uint16_t>(number); };
    const std::int64_t reach_h = (kernel_h - 1) * dilation + 1, reach_w = (kernel_w - 1) * dilation + 1;
    table.stride_h = narrow(random_.integer(1, 3)), table.stride_w = narrow(random_.integer(1, 2));
    const auto pad = [&](std::int64_t kernel, std::int64_t reach, std::int64_t length, auto& before, auto& after) {
      before = narrow(random_.integer(0, static_cast<std::int32_t>(kernel) - 1));
      after = narrow(random_.integer(0, static_cast<std::int32_t>(kernel) - 1));
      if (length + before + after < reach) before = after = narrow(reach - 1);
    };
    pad(kernel_h, reach_h, graph_.shape(x)[1], table.pad_top, table.pad_bottom);
    pad(kernel_w, reach_w, graph_.shape(x)[2], table.pad_left, table.pad_right);
  }

  template <typename Table>
  ValueId add_pool(ValueId x) {
    Table table;
    table.kernel_h = static_cast<std::uint16_t>(random_.integer(1, 4));
    table.kernel_w = static_cast<std::uint16_t>(random_.integer(1, 3));
    if (graph_.shape(x)[1] < table.kernel_h) table.kernel_h = 1;
    if (graph_.shape(x)[2] < table.kernel_w) table.kernel_w = 1;
    set_window(table, x, table.kernel_h, table.kernel_w, 1);
    return graph_.add(std::move(table), {x});
  }

  template <typename Table>
  ValueId add_windows(ValueId x, Table table, const Dimensions& weights, std::int64_t outputs, std::int64_t kernel_h,
                      std::int64_t kernel_w) {
    const std::int64_t dilation = random_.integer(1, 2);
    table.dilation_h = table.dilation_w = static_cast<std::uint16_t>(dilation);
    set_window(table, x, kernel_h, kernel_w, dilation);
    table.input_zero_point = random_.integer(-128, 127), table.output_zero_point = random_.integer(-20, 20);
    std::vector<std::int32_t> rescale;
    for (std::int64_t i = 0; i < outputs; ++i)
      rescale.insert(rescale.end(), {random_.integer(1 << 30, 0x7fffffff), random_.integer(-9, -6)});
    const auto count = static_cast<std::size_t>(TensorType{DataType::int8, weights}.size());
    return graph_.add(std::move(table),
                      {x, integers(graph_, weights, random_.integers<std::int32_t>(count, -127, 127), DataType::int8),
                       integers(graph_, {outputs}, random_.integers<std::int32_t>(outputs, -9000, 9000)),
                       integers(graph_, {outputs, 2}, rescale)});
  }
  ValueId add_convolution(ValueId x) {
    const std::int64_t outputs = random_.integer(1, 9), h = random_.integer(1, 5), w = random_.integer(1, 3);
    return add_windows(x, parameters::Conv2D{}, {outputs, h, w, graph_.type(x).last()}, outputs, h, w);
  }
  ValueId add_depthwise(ValueId x) {
    const std::int64_t outputs = graph_.type(x).last(), h = random_.integer(1, 5), w = random_.integer(1, 3);
    return add_windows(x, parameters::DepthwiseConv2D{}, {h, w, outputs}, outputs, h, w);
  }
  ValueId add_sum(ValueId a, ValueId b) {
    parameters::Binary sum;
    sum.left_shift = 20, sum.output_multiplier = 1 << 30, sum.output_shift = -19;
    sum.a_multiplier = sum.b_multiplier = 1 << 30;
    return graph_.add(std::move(sum), {a, b});
  }

  Random random_;
  Graph graph_;
};

std::vector<std::int8_t> answer(const Graph& graph, const Plan& plan) {
  const ModelBytes file = emit(graph, plan, {"rows", "", "the tests"}, {});
  const LoadedModel loaded({file.data(), file.data() + file.size()});
  REQUIRE(loaded.status == Status::ok);
  Random random(7);
  for (std::int8_t& x : loaded.network.input<std::int8_t>(0)) x = static_cast<std::int8_t>(random.integer(-128, 127));
  REQUIRE(loaded.network.run() == Status::ok);
  const Span<const std::int8_t> y = loaded.network.output<std::int8_t>(0);
  return {y.begin(), y.end()};
}

/// Fuses every chain of a net, alone, with each number of rows. Returns how many.
unsigned check_all_chains(const Graph& graph) {
  const PlanSteps all(graph);
  const auto steps = static_cast<std::uint32_t>(all.steps.size());
  const std::vector<std::int8_t> expected = answer(graph, plan(graph));
  unsigned checked = 0;
  for (std::uint32_t first = 0; first < steps; ++first)
    for (std::uint32_t count = 1; first + count <= steps; ++count)
      for (std::int64_t rows = 1; rows <= 5; ++rows) {
        const Chain chain{first, count, rows};
        if (!can_be_fused(graph, all, chain) ||
            rows > all.values[all.steps[chain.end() - 1].outputs[0]]->type.shape[1])
          continue;
        CAPTURE(first);
        CAPTURE(count);
        CAPTURE(rows);
        CHECK(answer(graph, plan(graph, {chain})) == expected);
        ++checked;
      }
  return checked;
}

TEST_SUITE("chains on rows") {
  TEST_CASE("chains of random layers give the same on any number of rows, packed or not, and load") {
    unsigned checked = 0, packed = 0;
    for (std::uint32_t seed = 1; seed <= 120; ++seed) {
      CAPTURE(seed);
      const RandomNet net(seed);
      checked += check_all_chains(net.graph());
      packed += check_all_chains(net.packed());
    }
    CHECK(checked > 1000);
    CHECK(packed > 1000);
  }

  TEST_CASE("chains that are chosen lower the arena, and give the same") {
    unsigned lowered = 0;
    for (std::uint32_t seed = 1; seed <= 40; ++seed) {
      CAPTURE(seed);
      const Graph graph = RandomNet(seed, 64, 32).packed();
      const Plan whole = plan(graph), fused = plan(graph, Fusion::rows);
      CHECK(fused.activations_bytes <= whole.activations_bytes);
      if (fused.fused.empty()) continue;
      ++lowered;
      CHECK(answer(graph, fused) == answer(graph, whole));
    }
    CHECK(lowered > 5);
  }
}

}  // namespace rows_plan_test
}  // namespace nacre::tools::test
