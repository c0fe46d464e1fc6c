#include "tools/compare/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <variant>

#include "tools/graph/fields.hpp"

namespace nacre::tools {
namespace {

std::string quoted(const std::string& text) { return text.empty() ? "nothing" : "\"" + text + "\""; }

std::string text_of(const FieldValue& value) {
  return std::visit([](const auto& held) { return fmt::format("{}", held); }, value);
}

/// Whether two numbers are the same: NaN is NaN, and an infinity only itself.
bool is_same(double a, double b, double tolerance) {
  return a == b || (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= tolerance;
}

class Comparer {
 public:
  Comparer(const Graph& a, const Graph& b, double tolerance, std::string place, GraphComparison& found)
      : a_(a), b_(b), tolerance_(tolerance), place_(std::move(place)), found_(found) {}

  void compare() {
    if (!same_count("inputs", a_.inputs.size(), b_.inputs.size())) return;
    for (std::size_t i = 0; i < a_.inputs.size(); ++i) {
      pair(a_.inputs[i].value, b_.inputs[i].value);
      compare_port("input", i, a_.inputs[i], b_.inputs[i]);
    }
    for (std::size_t i = 0; i < std::min(a_.nodes.size(), b_.nodes.size()) && !found_.is_structure; ++i)
      compare_node(a_.nodes[i], b_.nodes[i]);
    if (found_.is_structure || !same_count("layers", a_.nodes.size(), b_.nodes.size()) ||
        !same_count("outputs", a_.outputs.size(), b_.outputs.size()))
      return;
    for (std::size_t i = 0; i < a_.outputs.size(); ++i) {
      compare_port("output", i, a_.outputs[i], b_.outputs[i]);
      compare_value(place_ + "output " + a_.outputs[i].name, a_.outputs[i].value, b_.outputs[i].value);
    }
  }

 private:
  /// Notes a difference of structure, behind which nothing can be compared; the first one is shown.
  void differ(const std::string& where, const std::string& what) {
    if (!found_.first) found_.first = Difference{where, what};
    found_.is_structure = true;
  }

  bool same_count(const char* what, std::size_t a, std::size_t b) {
    if (a != b) differ(place_, fmt::format("{} {} against {}", a, what, b));
    return a == b;
  }

  void pair(ValueId a, ValueId b) { partner_.insert_or_assign(a, b); }

  void compare_port(const char* kind, std::size_t index, const Port& a, const Port& b) {
    const std::string where = fmt::format("{}{} {}", place_, kind, a.name.empty() ? std::to_string(index) : a.name);
    if (a.name != b.name) differ(where, "is called " + quoted(a.name) + " against " + quoted(b.name));
    if (!(a_.type(a.value) == b_.type(b.value)))
      differ(where, to_string(a_.type(a.value)) + " against " + to_string(b_.type(b.value)));
    compare_texts(where, "feature", a.features, b.features);
    compare_texts(where, "label", a.labels, b.labels);
    if (a.refuses_missing != b.refuses_missing || a.refuses_infinite != b.refuses_infinite)
      differ(where, "one model takes missing or infinite values that the other refuses");
    if (a.missing != b.missing) differ(where, "missing values were others in training");
    if (!std::ranges::equal(a.categories, b.categories, [](const Categories& x, const Categories& y) {
          return x.column == y.column && x.texts == y.texts && x.refuses_others == y.refuses_others;
        }))
      differ(where, "other categories");
  }

  void compare_texts(const std::string& where, const char* what, const std::vector<std::string>& a,
                     const std::vector<std::string>& b) {
    for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i)
      if (i >= a.size() || i >= b.size() || a[i] != b[i])
        return differ(where, fmt::format("{} {} is {} against {}", what, i, quoted(i < a.size() ? a[i] : ""),
                                         quoted(i < b.size() ? b[i] : "")));
  }

  void compare_node(const Node& a, const Node& b) {
    const std::string where = place_ + "layer " + a.name;
    if (a.op() != b.op())
      return differ(where, fmt::format("{} against {}", name(a.op()), name(b.op())));
    compare_fields(where, a, b);
    compare_program(where, a, b);
    if (a.inputs.size() != b.inputs.size() || a.outputs.size() != b.outputs.size() || !a.body != !b.body)
      return differ(where, "other numbers of inputs or outputs");
    for (std::size_t i = 0; i < a.inputs.size(); ++i)
      compare_value(fmt::format("{}, input {}", where, i), a.inputs[i], b.inputs[i]);
    compare_steps(where, a, b);
    for (std::size_t i = 0; i < a.outputs.size(); ++i) pair(a.outputs[i], b.outputs[i]);
    if (a.body) Comparer(*a.body, *b.body, tolerance_, where + ": ", found_).compare();
  }

  void compare_fields(const std::string& where, const Node& a, const Node& b) {
    if (a.parameters == b.parameters) return;
    for (const StructField& field : fields())
      for (std::size_t i = 0; field.op == a.op() && i < field.elements; ++i) {
        const std::size_t at = field.offset + i * field.element_bytes;
        const FieldValue x = field.read(a.parameters.bytes().data() + at);
        const FieldValue y = field.read(b.parameters.bytes().data() + at);
        if (text_of(x) != text_of(y))
          return differ(where, fmt::format("{} is {} against {}", field.name, text_of(x), text_of(y)));
      }
    differ(where, "other parameters");
  }

  void compare_program(const std::string& where, const Node& a, const Node& b) {
    const auto same = [](const Instruction& x, const Instruction& y) {
      return x.function == y.function && x.from == y.from && x.to == y.to && x.operands == y.operands;
    };
    if (!std::ranges::equal(a.program.instructions, b.program.instructions, same) ||
        a.program.literals.size() != b.program.literals.size())
      return differ(where, "another program of functions");
    for (std::size_t i = 0; i < a.program.literals.size(); ++i)
      compare_number(fmt::format("{}, literal {}", where, i), a.program.literals[i].value, b.program.literals[i].value);
  }

  /// How the library computes an affine layer, in float64: its constants say more digits than the layer's.
  void compare_steps(const std::string& where, const Node& a, const Node& b) {
    const auto same = [](const ScalerStep& x, const ScalerStep& y) {
      return x.kind == y.kind && x.narrows == y.narrows && x.operands.size() == y.operands.size();
    };
    if (!std::ranges::equal(a.steps, b.steps, same)) return differ(where, "is computed in other steps");
    for (std::size_t i = 0; i < a.steps.size(); ++i)
      for (std::size_t k = 0; k < a.steps[i].operands.size(); ++k)
        compare_number(fmt::format("{}, step {}, element {}", where, i, k), a.steps[i].operands[k],
                       b.steps[i].operands[k]);
  }

  /// What a layer takes, or a model gives: the same constant, or what the same layer has made.
  void compare_value(const std::string& where, ValueId a, ValueId b) {
    const GraphValue &x = a_.values[a], &y = b_.values[b];
    if (x.constant.has_value() != y.constant.has_value()) return differ(where, "is constant in one model alone");
    if (!(x.type == y.type)) return differ(where, to_string(x.type) + " against " + to_string(y.type));
    if (x.quantization.scale != y.quantization.scale || x.quantization.zero_point != y.quantization.zero_point)
      return differ(where, "is quantised in another way");
    if (x.constant) return compare_constants(where, *x.constant, *y.constant);
    const auto found = partner_.find(a);
    if (found == partner_.end() || found->second != b) differ(where, "comes from another layer");
  }

  void compare_constants(const std::string& where, const Array& a, const Array& b) {
    if (a.size() != b.size() || (a.type() == ElementType::string) != (b.type() == ElementType::string))
      return differ(where, "another array");
    if (a.type() == ElementType::string) return compare_texts(where, "element", a.strings(), b.strings());
    if (a.type() == b.type() && std::ranges::equal(a.bytes().bytes(), b.bytes().bytes())) {
      found_.elements += a.size();
      return;
    }
    const std::vector<double> x = a.to<double>(), y = b.to<double>();
    for (std::size_t i = 0; i < x.size(); ++i) compare_number(fmt::format("{}, element {}", where, i), x[i], y[i]);
  }

  void compare_number(const std::string& where, double a, double b) {
    ++found_.elements;
    if (a == b) return;
    if (const double difference = std::abs(a - b); difference > found_.largest) found_.largest = difference;
    if (is_same(a, b, tolerance_)) return;
    ++found_.differing;
    if (!found_.first) found_.first = Difference{where, fmt::format("{} against {}", a, b)};
  }

  const Graph& a_;
  const Graph& b_;
  double tolerance_;
  std::string place_;
  GraphComparison& found_;
  std::map<ValueId, ValueId> partner_;  ///< of the values of `a`, those of `b` that came about in the same way
};

}  // namespace

GraphComparison compare_graphs(const Graph& a, const Graph& b, double tolerance) {
  GraphComparison found;
  Comparer(a, b, tolerance, "", found).compare();
  return found;
}

}  // namespace nacre::tools
