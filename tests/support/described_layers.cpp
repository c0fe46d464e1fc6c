#include "tests/support/described_layers.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <optional>
#include <stdexcept>

#include "loader/rules.hpp"
#include "tests/support/spec.hpp"

namespace nacre::test {
namespace {

using Cells = std::vector<std::string>;

bool take_end(std::string& text, const std::string& end) {
  if (text.size() < end.size() || text.compare(text.size() - end.size(), end.size(), end) != 0) return false;
  text.erase(text.size() - end.size());
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return true;
}

std::string name_of(DataType type) { return schema::EnumNameDataType(static_cast<schema::DataType>(type)); }

DataType type_named(const std::string& name) {
  for (unsigned number = 0; number <= static_cast<unsigned>(schema::DataType::MAX); ++number)
    if (name == name_of(static_cast<DataType>(number))) return static_cast<DataType>(number);
  throw std::runtime_error("no element type is called " + name);
}

std::uint32_t element_count(const Dimensions& shape) {
  return std::accumulate(shape.begin(), shape.end(), 1u, std::multiplies<>());
}

ModelBuilder with_initial_values(Operator op) {
  switch (op) {
#define NACRE_OPERATOR(word, Struct) \
  case Operator::word: return ModelBuilder(parameters::Struct{});
    NACRE_OPERATORS(NACRE_OPERATOR)
#undef NACRE_OPERATOR
  }
  throw std::runtime_error("no operator has this number");
}

/// The shapes of one layer's arguments: what has a name is as long wherever the name stands.
class Shapes {
 public:
  /// The shape of an argument; none where the cell does not give it in names and numbers.
  std::optional<Dimensions> add(const std::string& argument, const std::string& cell) {
    std::optional<Dimensions> shape = read(cell);
    if (shape) of_arguments_[argument] = *shape;
    return shape;
  }

 private:
  std::optional<Dimensions> read(std::string cell) {
    if (cell.rfind("like ", 0) == 0) {
      const auto other = of_arguments_.find(cell.substr(5));
      return other == of_arguments_.end() ? std::nullopt : std::optional(other->second);
    }
    if (take_end(cell, " elements")) {
      const auto lengths = lengths_of(cell, 1);
      if (!lengths) return std::nullopt;
      return Dimensions{element_count(*lengths)};
    }
    if (cell.size() < 2 || cell.front() != '[' || cell.back() != ']') return std::nullopt;
    std::vector<std::string> parts(1);
    for (const char c : cell.substr(1, cell.size() - 2)) {
      if (c == ',') parts.emplace_back();
      else if (c != ' ' || !parts.back().empty()) parts.back() += c;
    }
    Dimensions shape;
    for (std::string& part : parts) {
      const bool is_many = take_end(part, "…");
      const auto lengths = lengths_of(part, is_many && parts.size() == 1 ? 2 : 1);
      if (!lengths) return std::nullopt;
      shape.insert(shape.end(), lengths->begin(), lengths->end());
    }
    return shape;
  }

  /// The lengths that a name stands for, `count` of them where it is met for the first time; that of a number.
  std::optional<Dimensions> lengths_of(const std::string& text, unsigned count) {
    const auto is = [&](const char* characters) { return text.find_first_not_of(characters) == std::string::npos; };
    if (text.empty()) return std::nullopt;
    if (is("0123456789")) return Dimensions{static_cast<std::uint32_t>(std::stoul(text))};
    if (!is("abcdefghijklmnopqrstuvwxyz_")) return std::nullopt;
    constexpr std::uint32_t kFirst[] = {2, 3, 1};
    const auto [found, is_new] = lengths_.try_emplace(text);
    for (; is_new && count > 0; --count, ++next_) found->second.push_back(next_ < 3 ? kFirst[next_] : next_ + 1);
    return found->second;
  }

  std::map<std::string, Dimensions> of_arguments_, lengths_;
  std::uint32_t next_ = 0;
};

template <typename T>
std::vector<std::byte> counted_bytes(std::size_t count) {
  std::vector<T> values(count);
  std::iota(values.begin(), values.end(), T{1});
  std::vector<std::byte> bytes(count * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

std::vector<std::byte> counted_bytes(DataType type, std::size_t count) {
  switch (type) {
    case DataType::float32: return counted_bytes<float>(count);
    case DataType::float64: return counted_bytes<double>(count);
    case DataType::int64: return counted_bytes<std::int64_t>(count);
    case DataType::int32: return counted_bytes<std::int32_t>(count);
    case DataType::int16: return counted_bytes<std::int16_t>(count);
    case DataType::string: return {};
    default: return counted_bytes<std::int8_t>(count);
  }
}

/// A row of a table of kernels.
struct KernelRow {
  DataType activations, weights;
  bool is_integer() const { return activations >= DataType::int64 && activations <= DataType::uint8; }
  DataType type_of(const std::string& cell) const {
    if (cell == "activations") return activations;
    if (cell == "weights") return weights;
    if (cell == "sums") return is_integer() ? DataType::int32 : activations;
    return type_named(cell);
  }
};

/// Adds the arguments; false where the description does not say enough.
bool add_arguments(const SpecTable& table, const KernelRow& kernel, ModelBuilder& model) {
  Shapes shapes;
  for (const Cells& row : table.rows) {
    std::string name = table.cell(row, "argument");
    if (take_end(name, "(optional)") || (take_end(name, "(int8)") && !kernel.is_integer())) continue;
    if (take_end(name, "(packed)")) continue;  // these layers are portable
    if (table.cell(row, "type") == "any" || take_end(name, "…")) return false;
    const DataType type = kernel.type_of(table.cell(row, "type"));
    const std::optional<Dimensions> shape =
        shapes.add(name, part_for(table.cell(row, "shape"), name_of(kernel.activations), "portable"));
    if (!shape) return false;
    const std::string role = table.cell(row, "is"), memory = table.cell(row, "lies in");
    const bool is_input = role == "input";
    Argument argument{type, MemoryKind::activations, *shape, {}};
    if (memory == "state") argument.memory = MemoryKind::state;
    if (is_input && (memory == "weights" || model.inputs > 0)) argument.memory = MemoryKind::weights;
    if (is_input) argument.bytes = counted_bytes(type, element_count(*shape));
    model.arguments.push_back(std::move(argument));
    if (is_input) ++model.inputs;
    else ++(role == "output" ? model.outputs : model.temporaries);
  }
  return true;
}

/// The number of a kernel's function, which the type of the field `function` names.
std::byte function_number(const SpecSection& section, const std::string& function) {
  const SpecTable& fields = *section.table_with("initial");
  for (const Cells& field : fields.rows) {
    if (fields.cell(field, "field") != "function") continue;
    const SpecTable& values = spec_section(fields.cell(field, "type")).tables.at(0);
    for (const Cells& value : values.rows)
      if (values.cell(value, "name") == function) return static_cast<std::byte>(std::stoi(values.cell(value, "value")));
  }
  throw std::runtime_error(section.word + " has no function " + function);
}

void add_layers(const SpecSection& section, const OperatorRule& rule, std::vector<DescribedLayer>* layers) {
  const SpecTable& kernels = *section.table_with("kernel");
  for (const Cells& row : kernels.rows) {
    const std::string layout = kernels.cell(row, "layout"), weights = kernels.cell(row, "weights");
    if (kernels.cell(row, "in") != "reference" || (!layout.empty() && layout != "portable")) continue;
    const DataType activations = type_named(kernels.cell(row, "activations"));
    const KernelRow kernel{activations, weights.empty() ? activations : type_named(weights)};
    ModelBuilder model = with_initial_values(static_cast<Operator>(section.number));
    if (const std::string function = kernels.cell(row, "function"); !function.empty())
      model.bytes[rule.function] = function_number(section, function);
    if (add_arguments(*section.table_with("argument"), kernel, model))
      layers->push_back({section.name, kernels.cell(row, "kernel"), std::move(model)});
  }
}

}  // namespace

std::vector<DescribedLayer> described_layers() {
  std::vector<DescribedLayer> layers;
  for (const SpecSection& section : spec_sections())
    if (section.kind == "operator" && section.table_with("kernel") != nullptr)
      for (const Kernel& kernel : reference_kernels())
        if (kernel.name.op == static_cast<Operator>(section.number)) {
          add_layers(section, *kernel.rule, &layers);
          break;
        }
  const auto number = [](const DescribedLayer& layer) { return layer.model.op; };
  std::stable_sort(layers.begin(), layers.end(),
                   [&](const DescribedLayer& a, const DescribedLayer& b) { return number(a) < number(b); });
  return layers;
}

}  // namespace nacre::test
