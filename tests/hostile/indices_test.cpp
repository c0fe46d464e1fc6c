#include <doctest/doctest.h>

#include "tests/support/attack.hpp"
#include "tests/support/every_operator.hpp"
#include "tests/support/spec.hpp"

namespace nacre::test {
namespace {

/// The indices that an attacker writes where `count` things can be meant: -1, the first two that are too
/// large, and the largest.
template <typename T>
std::vector<T> bad_indices(std::size_t count) {
  return {static_cast<T>(-1), static_cast<T>(count), static_cast<T>(count + 1), std::numeric_limits<T>::max()};
}

/// Writes word `word` of constant `argument`, which load() must then refuse because of that argument.
void check_bad_word(const char* name, unsigned argument, unsigned word, std::int32_t value) {
  CAPTURE(name);
  CAPTURE(argument);
  CAPTURE(word);
  CAPTURE(value);
  ModelBuilder layer = small_layer(name);
  std::memcpy(layer.argument(argument).bytes.data() + word * sizeof value, &value, sizeof value);
  Place place;
  CHECK(layer.load_status(&place) == Status::bad_weights);
  CHECK(place.part == Part::weights);
  CHECK(place.field == argument);
  CHECK(place.index == 0);
}

/// Whether the description of the model's operator calls its input `i` optional.
bool is_described_as_optional(const SmallModel& model, unsigned i) {
  for (const SpecSection& section : spec_sections()) {
    if (section.kind != "operator" || section.number != static_cast<unsigned>(model.op())) continue;
    const SpecTable& table = *section.table_with("argument");
    return i < table.rows.size() && table.cell(table.rows[i], "argument").ends_with("(optional)");
  }
  return false;
}

/// What loading ends with where the layer lacks input `i`; some layers have other forms without it.
Status without_input(const SmallModel& model, unsigned i) {
  const Operator op = model.op();
  if (i >= model.layer.inputs) return Status::bad_index;
  if ((op == Operator::conv_2d || op == Operator::depthwise_conv_2d) && i == 3)
    return Status::bad_arguments;  // a layer of int8 whose outputs are not rescaled
  if (!is_described_as_optional(model, i)) return Status::bad_index;
  const bool has_texts = op == Operator::label_decode || op == Operator::label_encode;  // whose bytes they are
  return has_texts ? Status::bad_arguments : Status::ok;
}

TEST_SUITE("hostile model files") {
  TEST_CASE("L5: a kernel, tensor or port that does not exist is a bad index that names its place, for any operator") {
    for (const SmallModel& small_model : every_operator()) {
      CAPTURE(small_model.name);
      Attack attack(small_model.layer.file());
      schema::Model& model = attack.model();
      const auto check = [&](auto* index, std::size_t count, Part part, unsigned field, unsigned element,
                             const void* at) {
        using T = std::remove_pointer_t<decltype(index)>;
        for (const T bad : bad_indices<T>(count)) {
          if (part == Part::arguments && bad == kAbsent && without_input(small_model, field) != Status::bad_index)
            continue;
          CAPTURE(bad);
          Place place;
          CHECK(attack.load_changed([&] { *index = bad; }, &place) == Status::bad_index);
          CHECK(place.part == part);
          CHECK(place.field == field);
          CHECK(place.index == element);
          CHECK(place.offset == attack.offset_of(at));
        }
      };
      const std::size_t tensors = model.tensors()->size();
      auto* const layer = &attack.layer(0);
      auto* const kernel = reinterpret_cast<std::uint16_t*>(reinterpret_cast<std::uint8_t*>(layer) + 4);
      check(kernel, model.kernels()->size(), Part::layers, 1, 0, layer);
      std::uint32_t* const arguments = attack.arguments();
      for (unsigned n = 0; n < model.layers()->size(); ++n) {
        const unsigned first = attack.layer(n).arguments();
        const unsigned end =
            n + 1 < model.layers()->size() ? attack.layer(n + 1).arguments() : model.arguments()->size();
        for (unsigned i = first; i < end; ++i)
          check(arguments + i, tensors, Part::arguments, i - first, n, arguments + i);
      }
      for (const auto& [ports, part] :
           {std::pair{model.inputs(), Part::inputs}, std::pair{model.outputs(), Part::outputs}})
        for (unsigned i = 0; i < ports->size(); ++i) {
          auto* const port = reinterpret_cast<std::uint32_t*>(const_cast<schema::Port*>(ports->Get(i)));
          check(port, tensors, part, 0, i, port);
        }
    }
  }

  TEST_CASE("L5: no input may be absent but one that the operator's description calls optional") {
    for (const SmallModel& small_model : every_operator()) {
      CAPTURE(small_model.name);
      Attack attack(small_model.layer.file());
      for (unsigned i = 1; i < small_model.layer.inputs; ++i) {
        CAPTURE(i);
        const Status expected = without_input(small_model, i);
        Place place;
        CHECK(attack.load_changed([&] { attack.arguments()[i] = kAbsent; }, &place) == expected);
        if (expected != Status::ok) CHECK(place.part == Part::arguments);
      }
    }
  }

  TEST_CASE("L5: an input that the operator has, and not with these types, is refused") {
    constexpr const char* kModels[] = {"fully_connected_f32", "fully_connected_f64", "conv_2d_f32",
                                       "depthwise_conv_2d_f32", "matmul_f32", "matmul_f64 transposed"};
    for (const char* name : kModels) {
      CAPTURE(name);
      ModelBuilder layer = small_layer(name);
      layer.arguments.insert(layer.arguments.begin() + layer.inputs++,
                             {DataType::int32, MemoryKind::weights, {1, 2}, std::vector<std::byte>(8)});
      Place place;
      CHECK(layer.load_status(&place) == Status::bad_arguments);
      CHECK(place.part == Part::arguments);
      CHECK(place.field == layer.inputs - 1u);
    }
    ModelBuilder zeros = small_layer("matmul_i32");
    zeros.arguments.insert(zeros.arguments.begin() + 2, {DataType::int32, MemoryKind::weights, {1}, {4, std::byte{0}}});
    ++zeros.inputs;
    CHECK(zeros.load_status() == Status::ok);
    zeros.argument(2).type = DataType::float32;
    CHECK(zeros.load_status() == Status::bad_arguments);
  }

  TEST_CASE("L5: a shape that does not exist is refused for any tensor of any operator") {
    for (const SmallModel& small_model : every_operator()) {
      CAPTURE(small_model.name);
      Attack attack(small_model.layer.file());
      const std::uint32_t shapes = attack.model().shapes()->size();
      for (unsigned i = 0; i < attack.model().tensors()->size(); ++i) {
        schema::Tensor& tensor = attack.tensor(i);
        for (const std::uint32_t bad : bad_indices<std::uint32_t>(shapes - tensor.rank() + 1)) {
          Place place;
          CHECK(attack.load_changed([&] { tensor.mutate_shape(bad); }, &place) == Status::bad_tensor);
          CHECK(place.part == Part::tensors);
          CHECK(place.index == i);
          CHECK(place.offset == attack.offset_of(&tensor));
        }
      }
    }
  }

  TEST_CASE("L5: an operator of another type, or whose struct lies elsewhere, is malformed, for any operator") {
    for (const SmallModel& small_model : every_operator()) {
      CAPTURE(small_model.name);
      Attack attack(small_model.layer.file());
      auto* const type = const_cast<std::uint8_t*>(attack.model().operators_type()->Data());
      auto* const offset = reinterpret_cast<std::uint8_t*>(attack.model().mutable_operators()->Data());
      for (unsigned bad = 0; bad < 256; ++bad) {
        if (bad == static_cast<unsigned>(small_model.op())) continue;
        CHECK(attack.load_changed([&] { *type = static_cast<std::uint8_t>(bad); }) == Status::malformed);
      }
      const auto room = static_cast<std::uint32_t>(attack.file().size()) - attack.offset_of(offset);
      for (const std::uint32_t bad : {room - 3, room, room + 1, 1u, 2u, 3u, 0x7fffffffu, 0x80000000u, 0xffffffffu}) {
        CAPTURE(bad);
        Place place;
        CHECK(attack.load_changed([&] { std::memcpy(offset, &bad, sizeof bad); }, &place) == Status::malformed);
        CHECK(place.part == Part::operators);
        CHECK(place.index == 0);
      }
    }
  }

  TEST_CASE("L5: operators whose offsets lie behind the begin of the sections are malformed") {
    unsigned tried = 0;
    for (const SmallModel& small_model : every_operator()) {
      CAPTURE(small_model.name);
      Attack attack(small_model.layer.file());
      const std::uint32_t begin = attack.offset_of(attack.model().operators()->Data()) / 64 * 64;
      if (begin < attack.offset_of(&attack.header()) || begin >= attack.section(0).offset()) continue;
      ++tried;
      Place place;
      const auto move_sections = [&] {
        schema::Section& first = attack.section(0);
        first.mutate_size(first.size() + first.offset() - begin);
        first.mutate_offset(begin);
      };
      CHECK(attack.load_changed(move_sections, &place) == Status::malformed);
      CHECK(place.part == Part::operators);
    }
    CHECK(tried > 20);
  }

  TEST_CASE(
      "L5: a node, root, target, leaf, column or text that does not exist is refused with the number of its input") {
    for (const char* tree : {"tree_ensemble_f32", "tree_ensemble_f32 missing left"}) {
      for (const std::int32_t bad : {2, 3, 0x3fffffff, (1 << 30) | 2, std::numeric_limits<std::int32_t>::max()})
        check_bad_word(tree, 1, 0, bad);  // feature
      for (const std::int32_t bad : bad_indices<std::int32_t>(5))
        check_bad_word(tree, 1, 2, bad), check_bad_word(tree, 2, 0, bad);                           // child, root
      for (const std::int32_t bad : bad_indices<std::int32_t>(3)) check_bad_word(tree, 1, 8, bad);  // leaf
      for (const std::int32_t bad : bad_indices<std::int32_t>(2)) check_bad_word(tree, 3, 1, bad);  // target
    }
    for (const char* packed : {"packed_trees_plain_f32", "packed_trees_plain_f64", "packed_trees_shares_i32"}) {
      for (const std::int32_t bad : {2, 1 << 29, 1 << 30 | 2, -1}) check_bad_word(packed, 1, 0, bad);  // column
      for (unsigned field = 0; field < 3; ++field)                                                     // of a group
        for (const std::int32_t bad : {0, 7, 65537, 1 << 30, std::numeric_limits<std::int32_t>::max(), -1})
          check_bad_word(packed, 8, field, bad);
      for (const std::int32_t bad : {2, std::numeric_limits<std::int32_t>::max(), -1})
        check_bad_word(packed, 9, 1, bad);  // target
    }
    for (const char* selection : {"gather_i8 constant", "gather_i32 constant", "gather_i64 constant"})
      for (unsigned word = 0; word < 2; ++word)
        for (const std::int32_t bad : bad_indices<std::int32_t>(3)) check_bad_word(selection, 1, word, bad);
    for (const char* text : {"label_decode of text", "label_encode_string"})
      for (unsigned word = 0; word < 4; ++word)
        for (const std::int32_t bad : {-1, 5, 6, std::numeric_limits<std::int32_t>::max()})
          check_bad_word(text, 1, word, bad);
    for (const std::int32_t bad : {-1, 5, std::numeric_limits<std::int32_t>::max()})
      check_bad_word("count_terms", 3, 0, bad), check_bad_word("count_terms", 5, 1, bad),
          check_bad_word("hash_terms", 3, 0, bad);
    check_bad_word("count_terms numbered", 7, 1, -1);
  }

  TEST_CASE("L5: an axis or a place along it that does not exist is refused by its name") {
    const auto check = [](const char* name, std::size_t field, auto change) {
      ModelBuilder layer = small_layer(name);
      change(layer);
      Place place;
      CHECK(layer.load_status(&place) == Status::bad_parameter);
      CHECK(place.part == Part::operators);
      CHECK(place.field == field);
      CHECK(place.index == 0);
    };
    for (const std::uint8_t bad : {0x00, 0x08, 0x0a, 0x80, 0xff})
      check("reduce_sum_f32", offsetof(parameters::Reduce, axes),
            [bad](ModelBuilder& layer) { layer.parameters<parameters::Reduce>().axes = bad; });
    for (const auto bad : bad_indices<std::int32_t>(6))
      for (const char* moved : {"take_i8", "put_i64 filled", "take_string"})
        check(moved, offsetof(parameters::Move, start),
              [bad](ModelBuilder& layer) { layer.parameters<parameters::Move>().start = bad; });
  }

  TEST_CASE("L5: an index that is data is checked by every run") {
    for (const char* name : {"gather_i8", "gather_i16", "gather_i32", "gather_i64", "label_decode",
                             "label_decode of float64", "label_decode of text"}) {
      CAPTURE(name);
      const unsigned indices = name[0] == 'g' ? 1 : 0;
      for (const std::int32_t bad : bad_indices<std::int32_t>(3)) {
        CAPTURE(bad);
        ModelBuilder layer = small_layer(name);
        std::memcpy(layer.argument(indices).bytes.data() + sizeof bad, &bad, sizeof bad);
        CHECK(layer.try_run<std::byte>().status == Status::index_out_of_range);
      }
    }
  }
}

}  // namespace
}  // namespace nacre::test
