// Compares two models. Two saved ones as they are read, with all the digits they hold; where they are built
// differently, or one is a Nacre file, as Nacre files, which a saved one becomes in memory.

#include <fmt/format.h>

#include <memory>
#include <optional>

#include "tools/commands/commands.hpp"
#include "tools/commands/print_json.hpp"
#include "tools/common/message.hpp"
#include "tools/common/printable.hpp"
#include "tools/common/refusal.hpp"
#include "tools/compare/compare.hpp"
#include "tools/format/contents.hpp"
#include "tools/rows/rebuild.hpp"

namespace nacre::tools {
namespace {

/// A Nacre file, or what a saved model becomes; its graph refers to its bytes.
struct Compared {
  ModelBytes bytes;
  std::optional<ModelFile> model;
  Graph graph;
};

bool is_nacre_file(const std::string& path) try {
  require_no_folder(path);
  return recognise(Buffer::map_file(path).bytes()) == Format::nacre;
} catch (const Refusal& refusal) {
  throw refusal.in_file(path);
}

/// A target for which the file might have been made: one whose kernels it has.
std::string target_of(const ModelFile& file) {
  bool is_fused = false;
  for (const schema::Kernel* kernel : *file.model().kernels()) {
    const std::string layout = schema::EnumNameLayout(kernel->layout());
    if (layout.starts_with("dsp")) return "cortex-m4";
    if (layout.starts_with("mve")) return "cortex-m55";
    is_fused = is_fused || static_cast<Operator>(kernel->operator_()) == Operator::rows;
  }
  return is_fused ? "cortex-m3" : "portable";
}

/// The conversion that made `file`, of another model.
ConvertOptions options_like(const ModelFile& file, const std::string& saved) {
  ConvertOptions options;
  options.files = {saved};
  options.target = target_of(file);
  options.input_precision = file.description()->input_precision();
  for (unsigned i = 0; i < file.network().outputs(); ++i) options.outputs.push_back(file.output_name(i));
  return options;
}

/// The graph of a Nacre file, with the names that its description has.
Graph graph_of(const ModelFile& file) {
  Graph graph = rebuild(file, Questions::of_float64);
  const auto name_ports = [](std::vector<Port>& ports, const auto& described) {
    for (unsigned i = 0; i < ports.size(); ++i) {
      const schema::PortDescription& port = *described.Get(i);
      ports[i].name = port.name()->str();
      if (port.features() != nullptr)
        for (const auto* feature : *port.features()) ports[i].features.push_back(feature->str());
      if (port.labels() != nullptr)
        for (const auto* label : *port.labels()) ports[i].labels.push_back(label->str());
      if (port.missing() != nullptr)
        for (const schema::Missing* missing : *port.missing())
          ports[i].missing[missing->element()] =
              missing->kind() == schema::MissingKind::none ? MissingKind::none : MissingKind::empty_text;
    }
  };
  name_ports(graph.inputs, *file.description()->inputs());
  name_ports(graph.outputs, *file.description()->outputs());
  return graph;
}

void open_file(Compared& compared, const std::string& path) {
  compared.model.emplace(path);
  if (compared.model->description() == nullptr)
    throw Refusal("", "is stripped for a device, and its layers have no names", "compare the file as it was converted");
  compared.graph = graph_of(*compared.model);
}

void open_saved(Compared& compared, const ConvertOptions& options) {
  Conversion result;
  compared.bytes = make_model(options, &result);
  compared.model.emplace(Buffer(nullptr, {compared.bytes.data(), compared.bytes.size()}));
  compared.graph = graph_of(*compared.model);
}

/// Two saved models as they are read. Where they are built differently, as by an export that folded normalisations,
/// they are the same if the files that they become are.
GraphComparison compare_saved(const std::vector<std::string>& files, double tolerance) {
  const GraphComparison read =
      compare_graphs(read_model({files[0]}, {}, nullptr), read_model({files[1]}, {}, nullptr), tolerance);
  if (!read.is_structure) return read;
  Compared compared[2];
  try {
    for (int i : {0, 1}) {
      ConvertOptions options;
      options.files = {files[static_cast<std::size_t>(i)]};
      open_saved(compared[i], options);
    }
  } catch (const Refusal&) {
    return read;
  }
  const GraphComparison converted = compare_graphs(compared[0].graph, compared[1].graph, tolerance);
  return converted.first ? read : converted;
}

GraphComparison compare_files(const std::vector<std::string>& files, double tolerance) {
  const bool is_file[] = {is_nacre_file(files[0]), is_nacre_file(files[1])};
  if (!is_file[0] && !is_file[1]) return compare_saved(files, tolerance);
  Compared compared[2];
  for (int i : {0, 1})
    if (is_file[i]) try {
        open_file(compared[i], files[i]);
      } catch (const Refusal& refusal) {
        throw refusal.in_file(files[i]);
      }
  for (int i : {0, 1})
    if (!is_file[i]) open_saved(compared[i], options_like(*compared[1 - i].model, files[i]));
  return compare_graphs(compared[0].graph, compared[1].graph, tolerance);
}

/// Throws Refusal at the first difference.
void refuse_difference(const std::string& file, const std::string& other, const GraphComparison& found) {
  if (!found.first) return;
  std::string what = found.first->what;
  if (!found.is_structure)
    what += fmt::format(" ({} of {} weights differ, by up to {:.3g})", found.differing, found.elements, found.largest);
  throw Refusal(printable(found.first->where), printable(what),
                "this is where it differs from " + other + "; --tolerance allows weights to differ").in_file(file);
}

}  // namespace

void diff_models(const DiffOptions& options) {
  const GraphComparison found = compare_files(options.files, options.tolerance);
  refuse_difference(options.files[0], options.files[1], found);
  if (options.json)
    print_json("diff", {{"ok", true}, {"weights", found.elements}, {"largest_difference", found.largest}});
  else if (found.largest > 0)
    fmt::print("same structure, {} weights differ by at most {:.3g}\n", found.elements, found.largest);
  else fmt::print("same structure, {} weights equal\n", found.elements);
}

}  // namespace nacre::tools
