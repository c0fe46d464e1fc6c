#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include "tools/describe/description.hpp"
#include "tools/describe/table.hpp"

namespace nacre::describe {
namespace {

constexpr const char* kHead = R"(// Written by nacre-describe from schema/operators/*.md. Change those.

#include "runtime/strict_float.hpp"  // first

#include <cstddef>

#include "loader/layer_check.hpp"

namespace nacre {
namespace {
)";

/// The statements that check one operator's layers.
class Check {
 public:
  Check(const Description& description, const std::vector<Description>& all) : description_(description), all_(all) {}

  std::string text() {
    for (const Field& field : description_.fields) add_field(field);
    for (std::size_t i = 0; i < description_.arguments.size(); ++i) add_argument(i);
    if (description_.has_check) add("  if (layer.ok()) checks::{}(layer);", description_.word);
    std::string head = fmt::format("\nvoid check_{}(LayerCheck& layer) {{\n", description_.word);
    head += fmt::format("  using P = parameters::{};\n", description_.structure);
    if (body_.find(" p.") != std::string::npos || body_.find("(p.") != std::string::npos)
      head += "  const auto& p = layer.parameters<P>();\n";
    for (const std::string& name : names_) head += fmt::format("  std::uint32_t {} = 0;\n", name);
    return head + body_ + "}\n";
  }

 private:
  template <typename... Parts>
  void add(fmt::format_string<Parts...> format, Parts&&... parts) {
    body_ += std::string(indent_, ' ') + fmt::format(format, std::forward<Parts>(parts)...) + "\n";
  }

  std::string place(const Field& field) const {
    return fmt::format("offsetof(P, {})", field.name);
  }

  void add_range(const Field& field, const std::string& least, const std::string& most) {
    const bool real = field.type == "float", is_enum = field.bytes == 1 && field.type != "ubyte";
    const std::string value = real      ? fmt::format("order(p.{})", field.name)
                              : is_enum ? fmt::format("static_cast<std::uint8_t>(p.{})", field.name)
                                        : "p." + field.name;
    add("  layer.in_range({}, {}, {}, {});", value, least, most, place(field));
  }

  /// Reserved bytes, word by word.
  void add_zeros(const Field& field) {
    std::string words;
    const unsigned end = field.offset + field.count;
    for (unsigned at = field.offset / 4 * 4; at < end; at += 4) {
      const std::string mask = at < field.offset ? fmt::format(" & bytes_from({})", field.offset - at) : "";
      words += (words.empty() ? "" : " | ") +
               (mask.empty() ? fmt::format("layer.word({})", at) : fmt::format("(layer.word({}){})", at, mask));
    }
    add("  layer.is_zero({}, {});", words, place(field));
  }

  /// What a "legal" cell says; a bound that is a name is left to the operator's own check, unless it names a field.
  void add_field(const Field& field) {
    const bool real = field.type == "float";
    if (field.legal == "= 0") return add_zeros(field);
    if (field.type == "bool")  // as it lies in the file, whatever bool may hold
      return add("  layer.in_range(layer.parameters<std::uint8_t[{0}]>()[{1}], 0, 1, {2});", description_.bytes(),
                 field.offset, place(field));
    if (field.legal == "= function of the kernel")
      return add("  layer.require_parameter(static_cast<std::uint8_t>(p.{0}) == layer.function(), {1});", field.name,
                 place(field));
    if (field.legal == "= layout of the kernel")
      return add("  layer.require_parameter(p.{} == layer.layout(), {});", field.name, place(field));
    if (field.legal == "any" || field.legal.starts_with("= ")) return;
    if (field.legal.starts_with("one of ")) {
      unsigned mask = 0;
      for (const std::string& name : split(field.legal.substr(7), ","))
        mask |= 1u << static_cast<unsigned>(number_of(name, field.type, all_).value());
      return add("  layer.one_of(static_cast<std::uint8_t>(p.{}), {:#x}, {});", field.name, mask, place(field));
    }
    if (field.count > 1) return;  // as many count as the tensor has dimensions: the operator's own check
    const std::string least_of_all = real ? "order(-__builtin_inff())" : field.bytes < 4 ? "0" : "INT32_MIN";
    const std::string most_of_all = real ? "order(__builtin_inff())" : field.bytes == 1 ? "255"
                                    : field.bytes == 2                                 ? "65535"
                                                                                       : "INT32_MAX";
    const auto text = [&](double value) {
      return real ? fmt::format("order({:.9e}f)", value) : fmt::format("{}", static_cast<long long>(value));
    };
    for (const std::string& condition : split(field.legal, ",")) {
      const std::vector<std::string> bounds = split(condition, "…");
      if (bounds.size() == 2) {
        const auto least = number_of(bounds[0], field.type, all_), most = number_of(bounds[1], field.type, all_);
        const std::string from = least ? text(*least) : least_of_all, to = most ? text(*most) : most_of_all;
        if (from != least_of_all || to != most_of_all) add_range(field, from, to);
        if (const Field* other = description_.field(bounds[1]); other != nullptr && field.type == "int")
          add("  layer.require_parameter(p.{} <= p.{}, {});", field.name, other->name, place(field));
      } else if (condition.starts_with("> ")) {
        add_range(field, text(std::stod(condition.substr(2))) + " + 1", most_of_all);
      } else if (condition.starts_with("< ")) {
        add_range(field, least_of_all, text(std::stod(condition.substr(2))) + " - 1");
      }
    }
  }

  bool varies() const {  // whether layers have different numbers of inputs
    return std::ranges::any_of(description_.arguments,
                               [](const Argument& a) { return a.optional || a.only_integers || a.repeats; });
  }

  /// The number of an argument, as C++ writes it.
  std::string number(std::size_t index) const {
    const unsigned inputs = description_.count("input");
    if (index < inputs || !varies()) return std::to_string(index);
    return index == inputs ? "layer.inputs()" : fmt::format("layer.inputs() + {}", index - inputs);
  }

  std::string type(const std::string& word) const {
    if (word == "activations") return "layer.type()";
    if (word == "weights") return "layer.weights_type()";
    if (word == "sums") return "layer.sums_type()";
    return "DataType::" + word;
  }

  void add_argument(std::size_t index) {
    const Argument& argument = description_.arguments[index];
    if (argument.repeats) {
      add("  for (unsigned i = 0; i < layer.inputs(); ++i) {{");
      indent_ += 2;
      add_forms(argument, "i");
      indent_ -= 2;
      return add("  }}");
    }
    const std::string i = number(index);
    if (!argument.optional && !argument.only_integers) return add_forms(argument, i);
    if (argument.only_integers)
      add("  layer.require_argument({1}, {0});", i,
          argument.optional ? fmt::format("!layer.has_input({}) || layer.is_integer()", i)
                            : fmt::format("layer.has_input({}) == layer.is_integer()", i));
    add("  if (layer.has_input({})) {{", i);
    indent_ += 2;
    add_forms(argument, i);
    indent_ -= 2;
    add("  }}");
  }

  /// The forms of an argument, each for the kernels that it speaks of.
  void add_forms(const Argument& argument, const std::string& i) {
    if (argument.constant) add("  layer.is_constant({});", i);
    if (argument.rules.size() == 1 && argument.rules[0].activations.empty())
      return add_form(argument, argument.rules[0], i);
    const std::set<std::string> before = known_;
    std::map<std::string, std::size_t> in_branches;
    for (std::size_t n = 0; n < argument.rules.size(); ++n) {
      const Rule& rule = argument.rules[n];
      std::string when = fmt::format("layer.type() == DataType::{}", rule.activations);
      if (!rule.layout.empty()) when += fmt::format(" && layer.layout() == Layout::{}", rule.layout);
      add("  {}if ({}) {{", n == 0 ? "" : "} else ", when);
      indent_ += 2;
      known_ = before;
      add_form(argument, rule, i);
      indent_ -= 2;
      for (const std::string& name : known_) ++in_branches[name];
    }
    add("  }}");
    for (const auto& [name, branches] : in_branches)
      if (branches != argument.rules.size()) unsure_.insert(name);
  }

  void add_form(const Argument& argument, const Rule& rule, const std::string& i) {
    if (rule.form == Form::any) {
      if (argument.type != "any") add("  layer.has_type({}, {});", i, type(argument.type));
      return;
    }
    if (argument.type == "any" && rule.form != Form::elements)
      throw std::runtime_error(description_.word + ": " + argument.name + " has any type but a shape");
    if (rule.form == Form::like) {
      const auto like = std::ranges::find(description_.arguments, rule.like, &Argument::name);
      if (like == description_.arguments.end())
        throw std::runtime_error(description_.word + ": what is " + rule.like + "?");
      return add("  layer.is_like({}, {}, {});", i, type(argument.type),
                 number(static_cast<std::size_t>(like - description_.arguments.begin())));
    }
    if (rule.form == Form::elements)
      return add_length(rule.dimensions[0],
                        argument.type == "any" ? fmt::format("layer.elements({})", i)
                                               : fmt::format("layer.elements({}, {})", i, type(argument.type)),
                        i);
    add("  {{");
    indent_ += 2;
    const char* call = rule.leads ? "leading" : rule.trails ? "trailing" : "dimensions";
    const bool many = rule.leads || rule.trails;
    if (many) add("  std::uint32_t many = 0;");
    const std::size_t listed = rule.dimensions.size();
    std::string dimensions;
    const auto before = body_.size();
    for (std::size_t n = rule.leads ? 1 : 0; n < listed - (rule.trails ? 1 : 0); ++n)
      add_length(rule.dimensions[n], fmt::format("d[{}]", rule.leads ? n - 1 : n), i);
    if (many) add_length(rule.dimensions[rule.leads ? 0 : listed - 1], "many", i);
    const bool used = body_.find("d[", before) != std::string::npos;
    body_.insert(before, fmt::format("{}  {}layer.{}({}, {}, {}{});\n", std::string(indent_, ' '),
                                     used ? "const std::uint32_t* const d = " : "", call, i, type(argument.type),
                                     listed, many ? ", &many" : ""));
    indent_ -= 2;
    add("  }}");
  }

  /// A length with a name, a number, or something that a row cannot say.
  void add_length(const std::string& name, const std::string& value, const std::string& i) {
    if (name.find_first_of(" +-*/(") != std::string::npos) return;
    if (std::ranges::all_of(name, ::isdigit)) return add("  layer.same({}, {}, {});", value, name, i);
    const std::string variable = "n_" + name;
    if (unsure_.erase(variable) != 0) {
      known_.insert(variable);
      return add("  {0} = layer.same_if_met({0}, {1}, {2});", variable, value, i);
    }
    if (known_.insert(variable).second) {
      if (!is_needed(name)) return;
      if (std::ranges::find(names_, variable) == names_.end()) names_.push_back(variable);
      return add("  {} = {};", variable, value);
    }
    add("  layer.same({}, {}, {});", value, variable, i);
  }

  /// Whether a name stands in more than one argument's shape.
  bool is_needed(const std::string& name) const {
    unsigned arguments = 0;
    for (const Argument& argument : description_.arguments)
      arguments += std::ranges::any_of(
          argument.rules, [&](const Rule& rule) { return std::ranges::count(rule.dimensions, name) != 0; });
    return arguments > 1;
  }

  const Description& description_;
  const std::vector<Description>& all_;
  std::string body_;
  std::size_t indent_ = 0;
  std::vector<std::string> names_;  // of lengths, as variables
  std::set<std::string> known_;   // met for every kernel
  std::set<std::string> unsure_;  // met for some: 0 for the others
};

/// A form for each argument of each kernel: what none speaks of would go unchecked.
void require_forms(const Description& description) {
  for (const Kernel& kernel : description.kernels)
    for (const Argument& argument : description.arguments)
      if (!argument.only_integers && std::ranges::none_of(argument.rules, [&](const Rule& rule) {
            return (rule.activations.empty() || rule.activations == kernel.activations) &&
                   (rule.layout.empty() || rule.layout == kernel.layout);
          }))
        throw std::runtime_error(
            fmt::format("{}: says nothing of {} for {}", description.word, argument.name, kernel.function));
}

std::string place_of(const Description& description, const char* name) {
  const Field* field = description.field(name);
  return field == nullptr ? "OperatorRule::kNone" : std::to_string(field->offset);
}

std::ptrdiff_t weights_argument(const Description& description) {
  const auto found = std::ranges::find(description.arguments, std::string("weights"), &Argument::type);
  return found == description.arguments.end() ? 0 : found - description.arguments.begin();
}

std::string rule(const Description& description) {
  const auto optional = std::ranges::count_if(description.arguments,
                                              [](const Argument& a) { return a.optional || a.only_integers; });
  const auto yes = [](bool holds) { return holds ? "true" : "false"; };
  return fmt::format("const OperatorRule {0} = {{\n"
                     "    check_{0}, {1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}, {9}, {10}}};\n",
                     description.word, description.bytes(), description.count("input"), optional,
                     description.count("output"), description.count("temporary"), yes(description.in_place),
                     yes(description.arguments.front().repeats), weights_argument(description),
                     place_of(description, "function"), place_of(description, "layout"));
}

}  // namespace

std::string rules_text(const std::vector<Description>& all) {
  std::string checks, rules;
  for (const Description& description : all) {
    if (description.kernels.empty()) continue;
    require_forms(description);
    checks += Check(description, all).text();
    rules += rule(description);
  }
  return kHead + checks + "\n}  // namespace\n\nnamespace rules {\n\n" + rules +
         "\n}  // namespace rules\n}  // namespace nacre\n";
}

}  // namespace nacre::describe
