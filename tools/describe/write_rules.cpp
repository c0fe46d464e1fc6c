#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <regex>
#include <set>
#include <stdexcept>

#include "tools/describe/description.hpp"
#include "tools/describe/table.hpp"

namespace nacre::describe {
namespace {

constexpr const char* kRescale = "rescale";  // an argument: pairs of multiplier and shift; of dsp, any two words

constexpr const char* kHead = R"(// Written by nacre-describe from schema/operators/*.md. Change those.

#include "runtime/strict_float.hpp"  // first

#include <cstddef>

#include "loader/layer_check.hpp"
#include "loader/rescale_check.hpp"

namespace nacre {
)";

/// What distinguishes kernels whose layers are checked apart.
std::string variant_name(const Description& description, const Kernel& kernel) {
  return fmt::format("{}_{}_{}", description.word, kernel.activations, kernel.layout);
}

bool speaks_of(const Rule& rule, const Kernel& kernel) {
  return (rule.activations.empty() || rule.activations == kernel.activations) &&
         (rule.layout.empty() || rule.layout == kernel.layout);
}

/// `factor` times `length`, divided by `divisor` and rounded up.
struct Formula {
  unsigned factor;
  std::string length;
  unsigned divisor;
};

/// The formula that a cell states; none where it is something else.
std::optional<Formula> parse_formula(const std::string& text) {
  static const std::regex kForm(R"((?:(\d+) )?ceil\((\w+) / (\d+)\))");
  std::smatch match;
  if (!std::regex_match(text, match, kForm)) return {};
  const auto number = [](const std::string& digits) { return static_cast<unsigned>(std::stoul(digits)); };
  return Formula{match[1].matched ? number(match[1]) : 1, match[2], number(match[3])};
}

/// The statements that check one operator's layers: those of one kernel, or of all where they are alike.
class Check {
 public:
  Check(const Description& description, const Kernel* kernel, const std::vector<Description>& all)
      : description_(description), kernel_(kernel), all_(all) {}

  std::string text() {
    for (const Field& field : description_.fields) add_field(field);
    for (std::size_t i = 0; i < description_.arguments.size(); ++i)
      if (description_.arguments[i].is_of(kernel_)) add_argument(i);
    body_ += formulas_;
    if (kernel_ != nullptr && std::ranges::count(description_.checked_layouts, kernel_->layout) != 0)
      add("  checks::{}_{}(layer);", description_.word, kernel_->layout);
    else if (description_.has_check)
      add("  checks::{}(layer);", description_.word);
    std::string head = fmt::format("\nvoid check_{}(LayerCheck& layer) {{\n",
                                   kernel_ == nullptr ? description_.word : variant_name(description_, *kernel_));
    head += fmt::format("  using P = parameters::{};\n", description_.structure);
    if (body_.find("(p.") != std::string::npos)
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

  void refuse(const std::string& wrong, const std::string& what) {
    const std::string line = fmt::format("{}  if ({})", std::string(indent_, ' '), wrong),
                      end = fmt::format("return layer.refuse_{};\n", what);
    const bool fits = line.size() + 1 + end.size() <= 121;  // with the line's end
    body_ += line + (fits ? " " : "\n    " + std::string(indent_, ' ')) + end;
  }
  void refuse_parameter(const std::string& wrong, const Field& field) {
    refuse(wrong, fmt::format("parameter({})", place(field)));
  }
  void refuse_argument(const std::string& wrong, const std::string& i) {
    refuse(wrong, fmt::format("argument({})", i));
  }

  static std::string least_of_all(const Field& field) {
    if (field.type == "float") return "order(-__builtin_inff())";
    return field.type == "byte" ? "-128" : field.bytes < 4 ? "0" : "INT32_MIN";
  }
  static std::string most_of_all(const Field& field) {
    if (field.type == "float") return "order(__builtin_inff())";
    if (field.type == "byte") return "127";
    return field.bytes == 1 ? "255" : field.bytes == 2 ? "65535" : "INT32_MAX";
  }

  void add_range(const Field& field, const std::string& least, const std::string& most) {
    const bool real = field.type == "float", is_enum = field.bytes == 1 && !field.type.ends_with("byte");
    const std::string value = real      ? fmt::format("order(p.{})", field.name)
                              : is_enum ? fmt::format("static_cast<std::uint8_t>(p.{})", field.name)
                                        : "p." + field.name;
    if (!real && most == most_of_all(field)) return refuse_parameter(fmt::format("{} < {}", value, least), field);
    if (!real && least == least_of_all(field)) return refuse_parameter(fmt::format("{} > {}", value, most), field);
    refuse_parameter(fmt::format("!in_range({}, {}, {})", value, least, most), field);
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
    refuse(fmt::format("({}) != 0", words), fmt::format("feature({})", place(field)));
  }

  /// What a "legal" cell says; a bound that is a name is left to the operator's own check, unless it names a field.
  void add_field(const Field& field) {
    const bool real = field.type == "float";
    if (field.legal == "= 0") return add_zeros(field);
    if (field.type == "bool")  // as it lies in the file, whatever bool may hold
      return refuse_parameter(fmt::format("layer.parameters<std::uint8_t[{0}]>()[{1}] > 1", description_.bytes(),
                                          field.offset), field);
    if (field.legal == "= function of the kernel")
      return refuse_parameter(fmt::format("static_cast<std::uint8_t>(p.{}) != layer.function()", field.name), field);
    if (field.legal == "= activations of the kernel")
      return refuse_parameter(fmt::format("p.{} != layer.type()", field.name), field);
    if (field.legal == "= layout of the kernel")
      return refuse_parameter(
          fmt::format("p.{} != {}", field.name,
                      kernel_ == nullptr ? "layer.layout()" : "Layout::" + kernel_->layout), field);
    if (field.legal == "any" || field.legal.starts_with("= ")) return;
    if (field.legal.starts_with("one of ")) {
      unsigned mask = 0;
      for (const std::string& name : split(field.legal.substr(7), ","))
        mask |= 1u << static_cast<unsigned>(number_of(name, field.type, all_).value());
      return refuse_parameter(fmt::format("!one_of(static_cast<std::uint8_t>(p.{}), {:#x})", field.name, mask), field);
    }
    if (field.count > 1) return;  // as many count as the tensor has dimensions: the operator's own check
    const auto text = [&](double value) {
      if (real) return fmt::format("order({:.9e}f)", value);
      if (value == INT32_MAX) return std::string("INT32_MAX");
      return value == INT32_MIN ? std::string("INT32_MIN") : fmt::format("{}", static_cast<long long>(value));
    };
    for (const std::string& condition : split(field.legal, ",")) {
      const std::vector<std::string> bounds = split(condition, "…");
      if (bounds.size() == 2) {
        const auto least = number_of(bounds[0], field.type, all_), most = number_of(bounds[1], field.type, all_);
        const std::string from = least ? text(*least) : least_of_all(field),
                          to = most ? text(*most) : most_of_all(field);
        if (from != least_of_all(field) || to != most_of_all(field)) add_range(field, from, to);
        const bool is_signed = field.type == "int" || field.type == "byte";
        if (const Field* other = description_.field(bounds[1]); other != nullptr && is_signed)
          refuse_parameter(fmt::format("p.{} > p.{}", field.name, other->name), field);
      } else if (condition.starts_with("> ")) {
        add_range(field, text(std::stod(condition.substr(2))) + " + 1", most_of_all(field));
      } else if (condition.starts_with("< ")) {
        add_range(field, least_of_all(field), text(std::stod(condition.substr(2))) + " - 1");
      }
    }
  }

  bool is_integer() const { return kernel_->activations.find("int") != std::string::npos; }

  bool varies() const {  // whether layers have different numbers of inputs
    return std::ranges::any_of(description_.arguments, [this](const Argument& a) {
      return a.optional || a.repeats || (a.only_integers && !is_integer());
    });
  }

  /// The number of an argument, as C++ writes it.
  std::string number(std::size_t index) const {
    const unsigned inputs = description_.count("input");
    if (index < inputs || !varies()) return std::to_string(index);
    return index == inputs ? "layer.inputs()" : fmt::format("layer.inputs() + {}", index - inputs);
  }

  std::string type(const std::string& word) const {
    if (kernel_ == nullptr) {
      if (word == "activations") return "layer.type()";
      if (word == "weights") return "layer.weights_type()";
    } else {
      if (word == "activations") return "DataType::" + kernel_->activations;
      if (word == "weights") return "DataType::" + kernel_->weights;
      if (word == "sums") return "DataType::" + (is_integer() ? "int32" : kernel_->activations);
    }
    return "DataType::" + word;
  }

  void add_argument(std::size_t index) {
    const Argument& argument = description_.arguments[index];
    if (argument.repeats && argument.type == "any") return;  // the operator's own check
    if (argument.repeats) {
      add("  for (unsigned i = 0; i < layer.inputs(); ++i) {{");
      indent_ += 2;
      add_forms(argument, "i");
      indent_ -= 2;
      return add("  }}");
    }
    const std::string i = number(index);
    if (argument.only_integers && !is_integer()) return refuse_argument(fmt::format("layer.has_input({})", i), i);
    if (!argument.optional) {
      if (argument.only_integers) refuse_argument(fmt::format("!layer.has_input({})", i), i);
      return add_forms(argument, i);
    }
    add("  if (layer.has_input({})) {{", i);
    indent_ += 2;
    add_forms(argument, i);
    indent_ -= 2;
    add("  }}");
  }

  /// The form of an argument, of those that the description gives the one that speaks of the kernel.
  void add_forms(const Argument& argument, const std::string& i) {
    if (argument.constant) refuse_argument(fmt::format("!layer.is_constant({})", i), i);
    for (const Rule& rule : argument.rules)
      if (kernel_ == nullptr || speaks_of(rule, *kernel_)) {
        add_form(argument, rule, i);
        break;
      }
    const bool may_be_anything = kernel_ != nullptr && kernel_->layout == "dsp";
    if (argument.name == kRescale && !may_be_anything) add("  check_rescale(layer, {});", i);
  }

  void add_form(const Argument& argument, const Rule& rule, const std::string& i) {
    if (rule.form == Form::any) {
      if (argument.type != "any") refuse_argument(fmt::format("!layer.has_type({}, {})", i, type(argument.type)), i);
      return;
    }
    if (argument.type == "any" && rule.form != Form::elements)
      throw std::runtime_error(description_.word + ": " + argument.name + " has any type but a shape");
    if (rule.form == Form::like) {
      const auto like = std::ranges::find(description_.arguments, rule.like, &Argument::name);
      if (like == description_.arguments.end())
        throw std::runtime_error(description_.word + ": what is " + rule.like + "?");
      return refuse_argument(fmt::format("!layer.is_like({}, {}, {})", i, type(argument.type),
                                         number(static_cast<std::size_t>(like - description_.arguments.begin()))), i);
    }
    if (rule.form == Form::elements)
      return add_length(rule.dimensions[0],
                        argument.type == "any" ? fmt::format("layer.elements({})", i)
                                               : fmt::format("layer.elements({}, {})", i, type(argument.type)),
                        i);
    add_dimensions(argument, rule, i);
  }

  void add_dimensions(const Argument& argument, const Rule& rule, const std::string& i) {
    const char* call = rule.leads ? "leading" : rule.trails ? "trailing" : "dimensions";
    const std::size_t listed = rule.dimensions.size();
    const auto before = body_.size();
    for (std::size_t n = rule.leads ? 1 : 0; n < listed - (rule.trails ? 1 : 0); ++n)
      add_length(rule.dimensions[n], rule.leads ? fmt::format("{}.others[{}]", argument.name, n - 1)
                                                : fmt::format("{}[{}]", argument.name, n), i);
    if (rule.leads) add_length(rule.dimensions[0], argument.name + ".length", i);
    const std::string spoken = body_.substr(before) + formulas_;
    const bool used = spoken.find(argument.name + (rule.leads ? "." : "[")) != std::string::npos;
    if (rule.trails)
      add_length(rule.dimensions[listed - 1], fmt::format("layer.trailing_length({}, {})", i, listed), i);
    const std::string indent(indent_ + 2, ' '),
        dimensions = fmt::format("layer.{}({}, {}, {})", call, i, type(argument.type), listed);
    const std::string read =
        used ? fmt::format("{}const {} {} = {};\n", indent, rule.leads ? "auto" : "std::uint32_t* const", argument.name,
                           dimensions) : "";
    body_.insert(before, fmt::format("{}{}if ({}{} == nullptr) return;\n", read, indent,
                                     used ? argument.name : dimensions, rule.leads ? ".others" : ""));
  }

  /// A length with a name, a number, or something that a row cannot say.
  void add_length(const std::string& name, const std::string& value, const std::string& i) {
    if (add_formula(name, value, i) || name.find_first_of(" +-*/(") != std::string::npos) return;
    if (std::ranges::all_of(name, ::isdigit)) return refuse_argument(fmt::format("{} != {}", value, name), i);
    const std::string variable = "n_" + name;
    if (known_.insert(variable).second) {
      if (!is_needed(name)) return;
      if (indent_ == 0) return add("  const std::uint32_t {} = {};", variable, value);
      names_.push_back(variable);
      return add("  {} = {};", variable, value);
    }
    refuse_argument(fmt::format("{} != {}", value, variable), i);
  }

  /// A length that follows from another: "8 ceil(depth / 4)". Checked last, when all are known.
  bool add_formula(const std::string& name, const std::string& value, const std::string& i) {
    const auto formula = parse_formula(name);
    if (!formula) return false;
    formulas_ += fmt::format("  if (!is_multiple_of_ceil({}, {}, n_{}, {})) return layer.refuse_argument({});\n", value,
                             formula->factor, formula->length, formula->divisor, i);
    return true;
  }

  static bool mentions(const std::string& dimension, const std::string& name) {
    const auto formula = parse_formula(dimension);
    return dimension == name || (formula && formula->length == name);
  }

  /// Whether a name stands in more than one argument's shape.
  bool is_needed(const std::string& name) const {
    unsigned arguments = 0;
    for (const Argument& argument : description_.arguments)
      arguments += std::ranges::any_of(
          argument.rules, [&](const Rule& rule) {
            return (kernel_ == nullptr || speaks_of(rule, *kernel_)) &&
                   std::ranges::any_of(rule.dimensions, [&](const std::string& d) { return mentions(d, name); });
          });
    return arguments > 1;
  }

  const Description& description_;
  const Kernel* kernel_;  // null: what is checked is the same for all
  const std::vector<Description>& all_;
  std::string body_, formulas_;
  std::size_t indent_ = 0;
  std::vector<std::string> names_;  // of lengths that an argument has which may be absent
  std::set<std::string> known_;
};

/// Whether kernels of an operator are checked apart.
bool is_checked_by_kernel(const Description& description) {
  return std::ranges::any_of(description.arguments, [](const Argument& argument) {
    return argument.type == "sums" || argument.only_integers || argument.only_packed ||
           argument.rules.size() > 1;
  });
}

/// A form for each argument of each kernel: what none speaks of would go unchecked.
void require_forms(const Description& description) {
  for (const Kernel& kernel : description.kernels)
    for (const Argument& argument : description.arguments)
      if (!argument.only_integers && argument.is_of(&kernel) &&
          std::ranges::none_of(argument.rules, [&](const Rule& rule) { return speaks_of(rule, kernel); }))
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

bool works_in_place(const Description& description, const Kernel& kernel) {
  return description.in_place &&
         (description.in_place_layout.empty() || description.in_place_layout == kernel.layout);
}

std::string rule(const Description& description, const Kernel& kernel, const std::string& check) {
  const auto optional = std::ranges::count_if(description.arguments,
                                              [](const Argument& a) { return a.optional || a.only_integers; });
  const auto yes = [](bool holds) { return holds ? "true" : "false"; };
  const auto repeats = [&](const std::string& role) {
    return std::ranges::any_of(description.arguments, [&](const Argument& a) { return a.role == role && a.repeats; });
  };
  const auto count = [&](const std::string& role) {
    return std::ranges::count_if(description.arguments,
                                 [&](const Argument& a) { return a.role == role && a.is_of(&kernel); });
  };
  const unsigned repeated = (repeats("input") ? 1 : 0) | (repeats("output") ? 2 : 0) | (repeats("temporary") ? 4 : 0);
  return fmt::format("const OperatorRule {0} = {{\n"
                     "    check_{1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}, {9},\n    {10}, {11}, {12}}};\n",
                     variant_name(description, kernel), check, description.bytes(), optional, count("input"),
                     count("output"), count("temporary"), yes(works_in_place(description, kernel)),
                     repeated, weights_argument(description),
                     place_of(description, "function"), place_of(description, "layout"),
                     place_of(description, "unit"));
}

}  // namespace

std::string rules_text(const std::vector<Description>& all) {
  std::string checks, rules, declared;
  for (const Description& description : all) {
    if (description.kernels.empty()) continue;
    require_forms(description);
    for (const std::string& layout : description.checked_layouts)
      declared += fmt::format("void {}_{}(LayerCheck&);\n", description.word, layout);
    const bool apart = is_checked_by_kernel(description);
    if (!apart) checks += Check(description, nullptr, all).text();
    std::set<std::string> done;
    for (const Kernel& kernel : description.kernels) {
      const std::string name = variant_name(description, kernel);
      if (!done.insert(name).second) continue;
      if (apart) checks += Check(description, &kernel, all).text();
      rules += rule(description, kernel, apart ? name : description.word);
    }
  }
  return kHead + ("namespace checks {\n" + declared) + "}  // namespace checks\n\nnamespace {\n" + checks +
         "\n}  // namespace\n\nnamespace rules {\n\n" + rules +
         "\n}  // namespace rules\n}  // namespace nacre\n";
}

}  // namespace nacre::describe
