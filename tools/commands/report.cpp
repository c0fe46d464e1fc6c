// A page about a model, for people: one file that needs nothing else.

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "nacre/self_test.hpp"
#include "schema/golden_generated.h"
#include "tools/codegen/costs.hpp"
#include "tools/commands/commands.hpp"
#include "tools/commands/drawings.hpp"
#include "tools/commands/fit.hpp"
#include "tools/commands/html.hpp"
#include "tools/commands/memory_map.hpp"
#include "tools/commands/model_report.hpp"
#include "tools/commands/print_json.hpp"
#include "tools/commands/report_style.hpp"
#include "tools/common/message.hpp"
#include "tools/common/output_file.hpp"
#include "tools/common/progress.hpp"
#include "tools/codegen/footprint.hpp"
#include "tools/format/contents.hpp"
#include "tools/format/format.hpp"
#include "tools/pack/target.hpp"

namespace nacre::tools {
namespace {

using Json = nlohmann::ordered_json;

/// A model, and what its conversion found where it was converted for this page.
struct Subject {
  std::unique_ptr<ModelFile> model;
  std::optional<SelfCheck> check;
};

Subject subject_of(const ReportOptions& options, const std::string& target) {
  if (recognise(Buffer::map_file(options.file).bytes()) == Format::nacre)
    return {std::make_unique<ModelFile>(options.file), {}};
  ConvertOptions convert;
  convert.files = {options.file};
  convert.read = options.read;
  convert.target = target;
  Progress progress;
  convert.on_stage = [&](const std::string& what) { progress.stage(what); };
  Conversion result;
  const auto bytes = std::make_shared<const ModelBytes>(make_model(convert, &result));
  if (target == "portable")
    for (const std::string& warning : result.warnings) print_warning(warning);
  return {std::make_unique<ModelFile>(Buffer(bytes, {bytes->data(), bytes->size()})), result.check};
}

std::string field(const std::string& name, const std::string& value) {
  return fmt::format("<dt>{}</dt><dd>{}</dd>\n", name, value);
}

std::string code(const std::string& text) { return "<code>" + html(text) + "</code>"; }

std::string identity(const Json& report) {
  std::string list = "<section aria-labelledby=\"identity\"><h2 id=\"identity\">Identity</h2><dl>\n";
  list += field("Digest (SHA-256)", code(report["digest"].get<std::string>()));
  if (report["model_version"] != "") list += field("Version", html(report["model_version"].get<std::string>()));
  list += field("Rollback number", report["rollback"].dump());
  list += field("Converter", html(report["converter"].get<std::string>()));
  const Json sources = report["source"].is_array() ? report["source"] : Json::array({report["source"]});
  for (const Json& source : sources)
    list += field("Source", fmt::format("{} ({} {}), SHA-256 {}", html(source["file"].get<std::string>()),
                                        html(source["library"].get<std::string>()),
                                        html(source["library_version"].get<std::string>()),
                                        code(source["sha256"].get<std::string>())));
  return list + "</dl></section>\n";
}

std::string joined(const Json& port, const char* key) {
  std::string all;
  for (const Json& one : port.value(key, Json::array()))
    all += (all.empty() ? "" : ", ") + html(one.get<std::string>());
  return all;
}

/// A table that scrolls by itself where the page is narrow; the keyboard reaches it.
std::string table(const std::string& caption, const std::vector<std::string>& heads, const std::string& rows) {
  std::string head;
  for (const std::string& name : heads) head += "<th scope=\"col\">" + name + "</th>";
  return fmt::format(
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\"><table><caption>{0}</caption>"
      "<thead><tr>{1}"
      "</tr></thead><tbody>\n{2}</tbody></table></div>\n",
      caption, head, rows);
}

std::string row(const std::string& head, const std::vector<std::string>& cells) {
  std::string all;
  for (const std::string& cell : cells) all += "<td>" + cell + "</td>";
  return "<tr><th scope=\"row\">" + head + "</th>" + all + "</tr>\n";
}

std::string ports(const Json& report) {
  std::string rows;
  for (const char* side : {"inputs", "outputs"})
    for (const Json& port : report[side]) {
      std::string more = joined(port, "features") + joined(port, "labels") + joined(port, "columns");
      if (port.contains("refuses")) more += (more.empty() ? "refuses " : "; refuses ") + joined(port, "refuses");
      if (port.contains("scale"))
        more += fmt::format("{}scale {}, zero point {}", more.empty() ? "" : "; ", port["scale"].dump(),
                            port["zero_point"].dump());
      rows += row(html(port["name"].get<std::string>()), {side == std::string("inputs") ? "input" : "output",
                  html(port["dtype"].get<std::string>()), html(port["shape"].dump()), more});
    }
  return "<section aria-labelledby=\"ports\"><h2 id=\"ports\">Inputs and outputs</h2>\n" +
         table("Inputs and outputs", {"Name", "Side", "Type", "Shape", "More"}, rows) + "</section>\n";
}

/// A number with a bar, as a share of the largest one.
std::string barred(double value, double largest) {
  return fmt::format("<span class=\"bar\" style=\"width:{:.0f}%\"></span>{:.0f}",
                     largest > 0 ? 100 * value / largest : 0,
                     value);
}

std::string layers(const ModelFile& model, const Json& report) {
  const Json& all = report["layers"];
  const std::vector<KernelRow> rows_of = kernel_rows(model);
  const Estimate estimate =
      estimate_of(work_of(model, rows_of), model.network().layers(), footprint_target(model, rows_of));
  const bool has_cycles = !estimate.measured_on.empty() && estimate.unknown.empty();
  double most_weights = 0, most_macs = 0, most_cycles = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    most_weights = std::max(most_weights, all[i]["parameters"].get<double>());
    most_macs = std::max(most_macs, all[i]["macs"].get<double>());
    most_cycles = std::max(most_cycles, estimate.layers[i]);
  }
  std::string rows;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Json& layer = all[i];
    std::vector<std::string> cells = {html(layer["op"].get<std::string>()), html(layer["output_shape"].dump()),
                                      barred(layer["parameters"].get<double>(), most_weights),
                                      barred(layer["macs"].get<double>(), most_macs)};
    if (has_cycles) cells.push_back(barred(estimate.layers[i], most_cycles));
    rows += row(html(layer["name"].get<std::string>()), cells);
  }
  std::vector<std::string> heads = {"Layer", "Operator", "Output", "Weights", "Multiply-accumulates"};
  if (has_cycles) heads.push_back("Cycles");
  const std::string note = !has_cycles ? "" : fmt::format(
      "<p>Cycles are estimated as on a {} at -O3, from memory without wait states. Layers that another one runs count "
      "in that one.</p>\n", html(estimate.measured_on));
  return "<section aria-labelledby=\"layers\"><h2 id=\"layers\">Layers</h2>\n" + note +
         table("Layers", heads, rows) +
         "</section>\n<section aria-labelledby=\"graph\"><h2 id=\"graph\">Graph</h2>\n" + graph_drawing(model, all) +
         "</section>\n";
}

std::string memory(const ModelFile& model) {
  std::string rows;
  for (const Placement& one : placements(model))
    rows += row(html(one.holder), {std::to_string(one.offset), std::to_string(one.bytes),
                                   std::to_string(one.first_layer + 1), std::to_string(one.last_layer + 1)});
  return "<section aria-labelledby=\"memory\"><h2 id=\"memory\">Memory over time</h2>\n" + memory_drawing(model) +
         "<details><summary>All ranges</summary>\n" +
         table("Ranges of the activations", {"Holds", "Offset", "Bytes", "From layer", "To layer"}, rows) +
         "</details></section>\n";
}

std::string cell(const Json& bytes) { return bytes.is_null() ? "–" : html(size_text(bytes.get<std::uint64_t>())); }

/// Flash, RAM and time by processor, and the boards that have as much.
std::string targets(const ReportOptions& options, const ModelFile& portable) {
  const bool is_converted = recognise(Buffer::map_file(options.file).bytes()) != Format::nacre;
  std::string rows, fitting;
  for (const std::string& target : target_names()) {
    if (!has_footprint(target)) continue;
    const Subject own = is_converted ? subject_of(options, target) : Subject();
    const ModelFile& model = is_converted ? *own.model : portable;
    const Json fit = fit_of(model, {"", target, 0, 0, 0, ""});
    const Json& time = fit["time"];
    const std::string cycles = time.is_null() ? "–" : fmt::format("{}{:.3g} million",
        time["unknown_kernels"].empty() ? "" : "more than ", time["cycles"].get<double>() / 1e6);
    rows += row(html(target), {cell(fit["flash"]["code_bytes"]), cell(fit["flash"]["model_bytes"]),
                               cell(fit["ram"]["memory_bytes"]), cell(fit["ram"]["stack_bytes"]), cycles});
    for (const Board& board : boards())
      if (board.core == target && fit_of(model, board)["fits"] == true)
        fitting += (fitting.empty() ? "" : ", ") + html(board.name);
  }
  return "<section aria-labelledby=\"targets\"><h2 id=\"targets\">Will it fit?</h2>\n" +
         table("Flash, RAM and time by processor", {"Processor", "Flash: code", "Flash: model", "RAM: block",
               "RAM: stack", "Cycles of a run"}, rows) +
         "<p>Code is that of loading and running at -Os. " +
         (is_converted ? "Each row is of the model converted with --target and the processor. " : "") +
         "Boards that it fits: " +
         (fitting.empty() ? "none of those that Nacre knows" : fitting) + ".</p></section>\n";
}

std::string proof(const Subject& subject) {
  const ModelFile& model = *subject.model;
  std::string list = "<section aria-labelledby=\"proof\"><h2 id=\"proof\">Checks</h2><dl>\n";
  if (subject.check) {
    const SelfCheck& check = *subject.check;
    list += field("Error against float64",
                  fmt::format("at most {:.2g} on {} rows, {:.1g} of the largest answer of its output; {:.2g} was "
                              "allowed. "
                              "No element uses more than {:.0f} % of its bound; {} are undecided.",
                              check.largest_error, check.rows, check.of_largest, check.bound, 100 * check.of_bound,
                              check.undecided));
  } else {
    list += field("Error against float64", "found when the model was converted, and not kept in the file: make the "
                                           "report of the saved model to see it");
  }
  std::uint32_t failed = 0;
  const Status status = self_test(model.view(), model.network(), &failed);
  const schema::Section* section = model.section(schema::SectionKind::golden);
  std::string golden = "none";
  if (section != nullptr) {
    const auto cases = flatbuffers::GetRoot<schema::GoldenVectors>(model.bytes().data() + section->offset())->cases();
    golden = status == Status::ok
                 ? fmt::format("{}; this machine gives every bit of their outputs", cases->size())
                 : fmt::format("{}; the one of index {} ends with {}", cases->size(), failed, html(name(status)));
  }
  return list + field("Golden vectors", golden) + "</dl></section>\n";
}

std::string page(const ReportOptions& options) {
  const Subject subject = subject_of(options, "portable");
  const ModelFile& model = *subject.model;
  const Json report = model_report(model);
  const std::string name = report["name"] == "" ? "model" : html(report["name"].get<std::string>());
  const Json& memory_of = report["memory"];
  std::string result = fmt::format(
      "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head><meta charset=\"utf-8\"/>"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>"
      "<title>{0} – Nacre report</title>\n<style>{1}</style></head>\n<body><header><h1>{0}</h1><p>{2} layers, weights "
      "{3}; RAM {4}, flash {5} with code.</p></header>\n<main>\n",
      name, kReportStyle, report["layers"].size(), size_text(memory_of["weights_bytes"].get<std::uint64_t>()),
      size_text(memory_of["ram_bytes"].get<std::uint64_t>()), size_text(memory_of["flash_bytes"].get<std::uint64_t>()));
  result += identity(report) + ports(report) + targets(options, model) + memory(model) + layers(model, report) +
            proof(subject);
  return result +
         "</main>\n<footer><p>Written by nacre report. The page asks for nothing from any network.</p></footer>"
                  "</body>\n</html>\n";
}

}  // namespace

void write_report(const ReportOptions& options) try {
  check_output(options.output, {options.file});
  if (!has_ending(options.output, {".html", ".htm", ".xhtml"}))
    throw WrongUsage("-o " + options.output + ": the page is HTML, in a file; end its name with .html");
  require_no_folder(options.file);
  const std::string text = page(options);
  write_atomically(options.output, std::as_bytes(std::span(text)));
  if (options.json) print_json("report", {{"file", options.output}, {"bytes", text.size()}});
  else fmt::print("{}\n", printable(options.output));
} catch (const Refusal& refusal) {
  throw refusal.in_file(options.file);
}

}  // namespace nacre::tools
