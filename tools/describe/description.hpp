#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nacre::describe {

/// A kernel: a function of runtime/kernels/<isa>, and what a file asks for when it needs it.
struct Kernel {
  std::string function, isa;
  std::string activations, weights;  ///< element types; weights: as activations where the operator has none
  std::string layout;
  std::string name;  ///< enumerator of the operator's `function` field; empty where it has none
};

/// The forms that a shape may have.
enum class Form : std::uint8_t { any, dimensions, elements, like };

/// What an argument must be where the layer's kernel has these activations and this layout; empty: whatever it has.
struct Rule {
  std::string activations, layout;
  Form form = Form::any;
  bool leads = false, trails = false;   ///< the first, or the last, dimension stands for any number of them
  std::vector<std::string> dimensions;  ///< a name, a number, or something else: not checked by the rule
  std::string like;                     ///< of Form::like, the argument
};

struct Argument {
  std::string name, role;  ///< role: input, output or temporary
  std::string type;        ///< an element type; activations, weights, sums or any
  bool optional = false, only_integers = false, repeats = false, constant = false;
  bool only_packed = false;  ///< kernels of the layout `portable` lack it
  std::vector<Rule> rules = {};

  /// Whether the layers of a kernel have it; null: of any kernel.
  bool is_of(const Kernel* kernel) const {
    return !only_packed || (kernel != nullptr && kernel->layout != "portable");
  }
};

struct Field {
  std::string name, type, initial, legal, meaning;
  unsigned count = 1;  ///< elements of an array
  unsigned offset = 0, bytes = 0;
};

struct Enumerator {
  int value;
  std::string name, meaning;
};

struct Enum {
  std::string name;
  std::vector<Enumerator> enumerators;
};

/// A function that the operator's programs may call, and the types that it has: operands and result.
struct Function {
  std::string name;
  int number = 0;
  unsigned operands = 0;
  std::vector<std::pair<std::string, std::string>> types;
  bool has_vectors = false;  ///< of float32, in the folders of runtime/kernels for processors with vectors of floats
  std::string meaning;

  /// The kernel of two of its types: "add_f32", "cast_f32_i32".
  std::string kernel(const std::pair<std::string, std::string>& type) const;
};

/// One file of schema/operators.
struct Description {
  std::string word;     ///< "fully_connected"
  std::string structure;  ///< "FullyConnected"
  int number = 0;
  bool in_place = false;        ///< output 0 may lie where input 0 lies,
  std::string in_place_layout;  ///< of layers of this layout alone, where it names one
  bool has_check = false;  ///< loader/operators/<word>.cpp checks what rules cannot say
  std::vector<std::string> checked_layouts;  ///< of their layers loader/operators/<word>_<layout>.cpp does instead
  std::vector<Kernel> kernels;
  std::vector<Argument> arguments;
  std::vector<Field> fields;
  std::vector<Enum> enums;
  std::vector<Function> functions;

  unsigned count(const std::string& role) const;
  unsigned bytes() const { return fields.back().offset + fields.back().count * fields.back().bytes; }
  const Field* field(const std::string& name) const;
};

/// Reads a description. Throws std::runtime_error that names the file and the line's text where it is not one.
Description read_description(const std::filesystem::path& file);

/// All descriptions of a folder, by number. Throws where two have one number or word.
std::vector<Description> read_descriptions(const std::filesystem::path& folder);

/// The number that a bound or an initial value stands for: a literal, an infinity, nan, or an enumerator of the
/// field's type. None for anything else.
std::optional<double> number_of(const std::string& text, const std::string& type, const std::vector<Description>& all);

std::string schema_text(const std::vector<Description>& all);  ///< schema/operators.fbs
std::string header_text(const std::vector<Description>& all);  ///< runtime/include/nacre/operators.hpp
std::string rules_text(const std::vector<Description>& all);   ///< loader/rules.cpp

}  // namespace nacre::describe
