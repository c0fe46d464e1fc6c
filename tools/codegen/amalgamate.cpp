#include "tools/codegen/amalgamate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <regex>

#include "nacre/version.h"
#include "tools/codegen/device_source.hpp"
#include "tools/codegen/embedded.hpp"
#include "tools/codegen/prune.hpp"

namespace nacre::tools {
namespace {

/// The header with which each source begins.
constexpr const char* kFirst = "runtime/strict_float.hpp";

constexpr std::string_view kNothing = "\1";  // which no text has

constexpr std::string_view kNeeds =
    R"(#if defined(__AVR__)
#error "Nacre does not run on AVR: there is no <cstdint>, flash is not in the data space, and double has 32 bits"
#endif
#if __cplusplus < 201703L && !defined(_MSVC_LANG)
#error "Nacre needs C++17: add -std=c++17, or in Arduino --build-property compiler.cpp.extra_flags=-std=gnu++17"
#endif
)";

/// Headers that only who writes FlatBuffers needs.
const std::set<std::string> kWriting = {"flatbuffers/detached_buffer.h", "flatbuffers/flatbuffer_builder.h",
                                        "flatbuffers/vector_downward.h"};

bool is_schema(const std::string& path) { return path.starts_with("schema/"); }

/// Collects sources and what they include, each once.
class Amalgamation {
 public:
  explicit Amalgamation(const std::vector<KernelRow>& rows);

  std::string text(const std::string& prefix) const;

 private:
  struct Header {
    std::string path, condition;
  };

  void add(const std::string& source);
  void add_definition(const std::string& name);
  void add_callees();
  void follow(const std::string& path, const std::string& condition);
  bool is_source(const std::string& path) const;
  std::string needed_text(const std::string& path) const;
  std::string body(const std::string& path) const;
  std::string declarations() const;
  std::string row_lists() const;
  std::string schema() const;
  Words schema_names() const;

  const std::vector<KernelRow>& rows_;
  std::vector<std::string> sources_;
  std::vector<Header> headers_;                ///< each behind those that it includes
  std::map<std::string, std::string> system_;  ///< headers of the compiler, each with its condition
};

Amalgamation::Amalgamation(const std::vector<KernelRow>& rows) : rows_(rows) {
  for (const std::string& path : embedded_names())
    if (is_source(path)) add(path);
  for (const KernelRow& row : rows) add_definition(row.space + "::" + row.function);
  add_callees();
}

/// Whether each model needs a source: all of the runtime and the loader but the lists of every kernel.
bool Amalgamation::is_source(const std::string& path) const {
  static const std::set<std::string> kFolders = {"runtime", "loader", "loader/c"};
  const std::size_t slash = path.rfind('/');
  return path.ends_with(".cpp") && slash != std::string::npos && kFolders.contains(path.substr(0, slash)) &&
         path != "loader/kernels.cpp" && path != "loader/c/all_kernels.cpp";
}

void Amalgamation::add(const std::string& source) {
  if (std::find(sources_.begin(), sources_.end(), source) != sources_.end()) return;
  sources_.push_back(source);
  follow(source, "");
}

void Amalgamation::add_definition(const std::string& name) {
  const auto found = definers().find(name);
  if (found == definers().end()) return;
  for (const std::string& source : found->second) add(source);
}

/// Adds the sources of what is called, until all is there.
void Amalgamation::add_callees() {
  for (std::size_t source = 0, header = 0; source < sources_.size() || header < headers_.size();) {
    const std::string path = source < sources_.size() ? sources_[source++] : headers_[header++].path;
    for (const std::string& name : called_in(needed_text(path), own_namespace(path))) add_definition(name);
  }
}

/// Adds the headers that a file includes. What is included under a condition stays under it, unless another file
/// includes it without one.
void Amalgamation::follow(const std::string& path, const std::string& condition) {
  for_each_line(embedded_text(path), [&](const std::string&, const std::string& name, const std::string& inner) {
    if (name.empty() || name == "nacre/nacre.h" || name == "nacre/version.h") return;
    const std::string header = find_header(name), here = inner.empty() ? condition : inner;
    if (kWriting.contains(header) || (header.empty() && path.starts_with("flatbuffers/"))) return;
    if (header.empty()) {
      const auto known = system_.try_emplace(name, here).first;
      if (here.empty()) known->second.clear();
      return;
    }
    const auto known =
        std::find_if(headers_.begin(), headers_.end(), [&](const Header& h) { return h.path == header; });
    if (known == headers_.end()) {
      follow(header, here);
      headers_.push_back({header, here});
    } else if (here.empty() && !known->condition.empty()) {
      known->condition.clear();
      follow(header, "");
    }
  });
}

/// What this model leaves of a file.
std::string Amalgamation::needed_text(const std::string& path) const {
  const std::string& text = embedded_text(path);
  if (path == "loader/rules.cpp") {
    Words wanted;
    for (const KernelRow& row : rows_) wanted.insert(row.rule);
    return pruned(text, wanted, kNothing);
  }
  return text;
}

/// The same without its #includes, but for FlatBuffers' of the compiler.
std::string Amalgamation::body(const std::string& path) const {
  const bool is_library = path.starts_with("flatbuffers/");
  if (path == "runtime/kernels/reference.hpp") return declarations();
  std::string body = fmt::format("\n// ---- {}\n\n", path);
  for_each_line(needed_text(path), [&](const std::string& line, const std::string& name, const std::string&) {
    if (line == "#pragma once" || (!name.empty() && (!is_library || !find_header(name).empty()))) return;
    // The loader walks the root table itself; this would bring every operator's struct.
    if (path == "schema/model_generated.h" && line.find("VerifyOperatorVector") != std::string::npos) return;
    if (!line.empty() || !body.ends_with("\n\n")) body += line + "\n";
  });
  return path == "runtime/include/nacre/operators.hpp" ? body + row_lists() : body;
}

/// What kernels for one instruction set leave to others, in place of the header that declares every reference kernel.
std::string Amalgamation::declarations() const {
  std::string text = "\n// ---- Reference kernels\n\nnamespace nacre::reference {\n";
  for (const KernelRow& row : all_kernel_rows()) {
    const auto found = definers().find("reference::" + row.function);
    if (row.list != "NACRE_KERNELS_OF_reference" || found == definers().end()) continue;
    if (std::find(sources_.begin(), sources_.end(), found->second.front()) != sources_.end())
      text += fmt::format("Status {}(const Layer&);\n", row.function);
  }
  return text + "}  // namespace nacre::reference\n";
}

/// The lists of nacre/operators.hpp once more, with this model's kernels alone.
std::string Amalgamation::row_lists() const {
  std::string text = "\n// The kernels of this model.\n";
  for (const char* list :
       {"NACRE_KERNELS_OF_reference", "NACRE_KERNELS_OF_dsp", "NACRE_KERNELS_OF_mve", "NACRE_FUNCTIONS"}) {
    text += fmt::format("#undef {0}\n#define {0}(ROW)", list);
    for (const KernelRow& row : rows_)
      if (row.list == list) text += fmt::format(" \\\n  ROW({}, {})", row.function, row.fields);
    text += "\n";
  }
  return text;
}

/// What the loader uses of the schema's headers.
std::string Amalgamation::schema() const {
  std::string text;
  for (const Header& header : headers_)
    if (is_schema(header.path)) text += body(header.path);
  return pruned(text, schema_names(), "FlatBufferBuilder");
}

/// What the sources name of the schema.
Words Amalgamation::schema_names() const {
  static const std::regex kName(R"(\bschema::(\w+))");
  Words names;
  const auto collect = [&](const std::string& path) {
    if (is_schema(path)) return;
    const std::string& text = embedded_text(path);
    for (std::sregex_iterator match(text.begin(), text.end(), kName), end; match != end; ++match)
      names.insert((*match)[1]);
  };
  for (const std::string& path : sources_) collect(path);
  for (const Header& header : headers_) collect(header.path);
  return names;
}

/// Whether a file stands inside of the namespace without a name. Outside: FlatBuffers, which includes headers of the
/// compiler; what must come first; and the C interface, which others call.
bool is_internal(const std::string& path) {
  return !path.starts_with("flatbuffers/") && path != kFirst &&
         !(path.starts_with("loader/c/") && path.ends_with(".cpp"));
}

std::string under(const std::string& condition, const std::string& text) {
  return condition.empty() ? text : condition + "\n" + text + "#endif\n";
}

/// `#pragma weak` for each function of nacre.h.
std::string weak_functions() {
  static const std::regex kFunction(R"(^\w[\w ]*[ *]+(nacre_\w+)\(.*)");
  std::string text;
  for_each_line(embedded_text("loader/include/nacre/nacre.h"), [&](const std::string& line, auto&&...) {
    std::smatch match;
    if (!line.starts_with("typedef") && std::regex_match(line, match, kFunction))
      text += fmt::format("#pragma weak {}\n", match[1].str());
  });
  return text;
}

std::string Amalgamation::text(const std::string& prefix) const {
  std::string includes = "#include <functional>\n", library, internal, external;  // which FlatBuffers' builder has
  for (const auto& [name, condition] : system_) includes += under(condition, fmt::format("#include <{}>\n", name));
  for (const auto& [path, condition] : headers_) {
    if (path == kFirst || is_schema(path)) continue;
    (is_internal(path) ? internal : library) += under(condition, body(path));
  }
  for (const std::string& path : sources_) (is_internal(path) ? internal : external) += body(path);
  std::string rows;
  for (const KernelRow& row : rows_) rows += fmt::format("    nacre::kernels::{},\n", row.name());
  return fmt::format(R"(// Nacre {version}: runtime, loader and the kernels of one model, put together by nacre codegen.
// Compile as C++17 or later; -ffunction-sections with -Wl,--gc-sections leaves out what is not called.
// Contains FlatBuffers, Copyright Google Inc. Both are under the Apache License 2.0, see LICENSE.

{needs}
{first}
{includes}
#include "nacre.h"

// Another model's source may have the same functions.
{weak}
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wunused-const-variable"
#endif

#define FLATBUFFERS_ASSERT(condition) ((void)0)
#define flatbuffers nacre_flatbuffers  // whatever FlatBuffers the firmware has besides
{library}

namespace {{
{schema}{internal}
}}  // namespace
{external}
#pragma GCC diagnostic pop

// ---- The kernels of the model

namespace {{
constexpr nacre::Kernel kKernels[] = {{
{rows}}};
}}  // namespace

extern "C" const nacre_kernels {prefix}_kernels;
const nacre_kernels {prefix}_kernels = {{kKernels, sizeof kKernels / sizeof kKernels[0]}};
)",
                     fmt::arg("version", NACRE_VERSION), fmt::arg("needs", kNeeds), fmt::arg("first", body(kFirst)),
                     fmt::arg("includes", includes), fmt::arg("library", library), fmt::arg("weak", weak_functions()),
                     fmt::arg("schema", schema()), fmt::arg("internal", internal), fmt::arg("external", external),
                     fmt::arg("rows", rows),
                     fmt::arg("prefix", prefix));
}

}  // namespace

std::string amalgamate(const std::vector<KernelRow>& rows, const std::string& prefix) {
  return Amalgamation(rows).text(prefix);
}

std::string standalone_header() {
  std::string text =
      "/* In this folder there are no nacre_map, nacre_unmap and nacre_all_kernels: models have kernels of their own. "
      "*/\n";
  for_each_line(embedded_text("loader/include/nacre/nacre.h"),
                [&](const std::string& line, const std::string& name, const std::string&) {
                  text += name == "nacre/version.h" ? embedded_text("runtime/include/nacre/version.h") : line + "\n";
                });
  return text;
}

std::string standalone_source(const std::string& path) {
  std::string text;
  for_each_line(embedded_text(path), [&](const std::string& line, const std::string& name, const std::string&) {
    if (name == "nacre/nacre.h") text += "#include \"nacre.h\"\n";
    else if (name == "nacre/serve.h") text += "#include \"nacre_serve.h\"\n";
    else text += line + "\n";
  });
  return text;
}

}  // namespace nacre::tools
