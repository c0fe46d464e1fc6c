#include <doctest/doctest.h>
#include <pthread.h>

#include "tests/support/attack.hpp"
#include "tests/support/every_operator.hpp"
#include "tools/emit/emit.hpp"
#include "tools/lower/lower.hpp"
#include "tools/plan/plan.hpp"

// L7: what would loop or recurse without end, or be read before it is written.

namespace nacre::test {
namespace {

ModelBuilder tree(const std::vector<std::int32_t>& nodes) {
  ModelBuilder layer{parameters::TreeEnsemble{}};
  layer.input<float>({1, 1}, {0})
      .constant({static_cast<std::uint32_t>(nodes.size() / 3), 3}, nodes)
      .constant<std::int32_t>({1}, {0})
      .constant<std::int32_t>({1}, {0});
  layer.constant<float>({1, 1}, {7}).constant<float>({1}, {0}).output<float>({1, 1});
  return layer;
}

/// A tree of which every left child is the next node, as deep as it has splits.
std::vector<std::int32_t> chain(std::int32_t splits) {
  std::vector<std::int32_t> nodes;
  for (std::int32_t i = 0; i < splits; ++i) nodes.insert(nodes.end(), {0, 0, splits});
  nodes.insert(nodes.end(), {-1, 0, 0});
  return nodes;
}

/// Runs `task()` on a stack of 128 KiB.
template <typename Task>
void on_a_small_stack(Task task) {
  pthread_attr_t attributes;
  REQUIRE(pthread_attr_init(&attributes) == 0);
  REQUIRE(pthread_attr_setstacksize(&attributes, 128 << 10) == 0);
  pthread_t thread;
  const auto run = [](void* that) -> void* { return (*static_cast<Task*>(that))(), nullptr; };
  REQUIRE(pthread_create(&thread, &attributes, run, &task) == 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

std::vector<std::byte> emitted(tools::Graph& graph, tools::ValueId output) {
  graph.add_output("y", output);
  tools::lower(graph);
  const tools::ModelBytes file = tools::emit(graph, tools::plan(graph), {"test", "", "test"}, {});
  return {file.data(), file.data() + file.size()};
}

/// Text that is copied twice.
std::vector<std::byte> two_copies() {
  tools::Graph graph;
  const tools::ValueId x = graph.add_input("x", {DataType::string, {1, 2}});
  return emitted(graph, graph.add(parameters::Copy{}, {graph.add(parameters::Copy{}, {x})}));
}

/// Layers one after the other, by one kernel.
std::vector<std::byte> three_norms() {
  tools::Graph graph;
  tools::ValueId x = graph.add_input("x", {DataType::float32, {1, 3}});
  for (int i = 0; i < 3; ++i) {
    parameters::Normalize table;
    table.norm = static_cast<Norm>(i);
    x = graph.add(std::move(table), {x});
  }
  return emitted(graph, x);
}

/// Exchanges the arguments of layers `a` and `b`, which have two each.
void exchange(Attack& attack, unsigned a, unsigned b) {
  std::uint32_t* const arguments = attack.arguments();
  std::swap_ranges(arguments + 2 * a, arguments + 2 * a + 2, arguments + 2 * b);
}

TEST_SUITE("hostile model files") {
  TEST_CASE("L7: a child that is its parent, an ancestor or any node before is refused, wherever it is in the tree") {
    const std::vector<std::int32_t> sound = chain(12);
    REQUIRE(tree(sound).run<float>() == std::vector<float>{7});
    for (std::int32_t node = 0; node < 12; ++node)
      for (std::int32_t child = 0; child <= node; ++child) {
        CAPTURE(node);
        CAPTURE(child);
        std::vector<std::int32_t> nodes = sound;
        nodes[static_cast<std::size_t>(3 * node + 2)] = child;
        CHECK(tree(nodes).load_status() == Status::bad_weights);
      }
  }

  TEST_CASE("L7: a tree of a million levels loads and runs on a small stack") {
    Attack attack(tree(chain(1000000)).file());
    Status status = Status::not_loaded;
    on_a_small_stack([&] { status = attack.run(); });
    CHECK(status == Status::ok);
  }

  TEST_CASE("L7: text that a layer would read before it is written, left over from an earlier run, is refused") {
    Attack attack(two_copies());
    REQUIRE(attack.model().layers()->size() == 2);
    REQUIRE(attack.run() == Status::ok);
    const std::uint32_t between = attack.model().arguments()->Get(1);
    Place place;
    CHECK(attack.load_changed([&] { exchange(attack, 0, 1); }, &place) == Status::bad_plan);
    CHECK(place.part == Part::arguments);
    CHECK(place.field == 0);
    CHECK(place.index == 0);
    // A layer that copies text to where it lies.
    CHECK(attack.load_changed([&] { attack.arguments()[0] = between; }) == Status::bad_plan);
  }

  TEST_CASE("L7: numbers that a layer would read before they are written are refused, in any order of layers") {
    Attack attack(three_norms());
    REQUIRE(attack.model().layers()->size() == 3);
    for (unsigned a = 0; a < 3; ++a)
      for (unsigned b = 0; b < 3; ++b)
        CHECK(attack.load_changed([&] { exchange(attack, a, b); }) == (a == b ? Status::ok : Status::bad_plan));
  }

  TEST_CASE("L2: any value of any byte of layers that are alike is refused or stays within bounds") {
    Attack attack(three_norms());
    REQUIRE(attack.run() == Status::ok);
    unsigned refused = 0;
    for (std::byte& byte : attack.file()) {
      const std::byte before = byte;
      for (unsigned change = 1; change < 256; ++change) {
        byte = before ^ static_cast<std::byte>(change);
        refused += attack.run() != Status::ok;
      }
      byte = before;
    }
    CHECK(refused > 0);
    CHECK(attack.is_sound());
  }
}

}  // namespace
}  // namespace nacre::test
