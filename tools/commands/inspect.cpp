#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include "tools/commands/commands.hpp"
#include "tools/commands/fit.hpp"
#include "tools/commands/model_report.hpp"
#include "tools/commands/print_json.hpp"
#include "tools/common/message.hpp"
#include "tools/common/printable.hpp"
#include "tools/common/progress.hpp"
#include "tools/common/refusal.hpp"
#include "tools/compression/decompress.hpp"
#include "tools/convert/convert.hpp"
#include "tools/emit/emit.hpp"
#include "tools/format/contents.hpp"
#include "tools/lower/lower.hpp"
#include "tools/optimise/optimise.hpp"
#include "tools/pack/target.hpp"
#include "tools/pickle/describe.hpp"
#include "tools/pickle/read.hpp"

namespace nacre::tools {
namespace {

using Json = nlohmann::ordered_json;

/// The report of a file that is no Nacre model yet: as it would be converted.
Json report_saved(const InspectOptions& options, std::vector<std::string>* warnings) {
  Progress progress;
  progress.stage("reading " + options.file);
  Graph graph = read_model({options.file}, options.read, warnings);
  optimise(graph);
  lower(graph);
  const ModelBytes bytes = emit(graph, plan(graph), {file_stem(options.file), "", "not converted"}, {});
  return model_report(ModelFile(Buffer(nullptr, {bytes.data(), bytes.size()})));
}

/// The lines of `text`.
Json lines_of(const std::string& text) {
  Json lines = Json::array();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

/// The report of a pickle that does not convert: what it holds, and why it is refused.
Json report_refused(const std::string& path, const Buffer& file, const Refusal& refusal) {
  const SourceFile source = identify(path, file);
  return {{"format_version", nullptr},
          {"name", file_stem(path)},
          {"model_version", ""},
          {"rollback", nullptr},
          {"signature", nullptr},
          {"digest", nullptr},
          {"source", {{"file", source.file}, {"sha256", source.sha256}, {"library", ""}, {"library_version", ""}}},
          {"memory", nullptr},
          {"operations", nullptr},
          {"inputs", Json::array()},
          {"outputs", Json::array()},
          {"layers", Json::array()},
          {"refusal", refusal_json(refusal)},
          {"contents", lines_of(describe(read_pickle(file)))}};
}

/// What a file holds; `refused` receives why it does not convert, if it is a pickle that does not.
Json report_any(const InspectOptions& options, std::optional<Refusal>* refused) {
  const std::string& path = options.file;
  require_no_folder(path);
  const Buffer file = Buffer::map_file(path);
  if (recognise(file.bytes()) == Format::nacre) {
    const ReadOptions& read = options.read;
    if (!read.select.empty() || !read.signatures.empty() || !read.shapes.empty() || read.exact_weights)
      throw WrongUsage(path + " is a Nacre file, in which nothing is left to choose; leave out --select, --signature, "
                       "--shape and --exact-weights");
    return model_report(ModelFile(path));
  }
  std::vector<std::string> warnings;
  try {
    Json report = report_saved(options, &warnings);
    report["warnings"] = warnings;
    return report;
  } catch (const Refusal& refusal) {
    if (recognise(decompress(file).bytes()) != Format::pickle) throw;
    refused->emplace(refusal);
    return report_refused(path, file, refusal);
  }
}

bool is_converted(const InspectOptions& options) {
  return recognise(Buffer::map_file(options.file).bytes()) == Format::nacre;
}

/// The target for which a saved model is converted to see whether it fits a processor.
std::string target_for(const std::string& core) {
  const std::vector<std::string> known = target_names();
  return std::ranges::find(known, core) != known.end() ? core : ConvertOptions().target;
}

/// A model as `convert --target` gives it; a Nacre file as it is.
ModelFile model_for(const InspectOptions& options, const std::string& core) {
  if (is_converted(options)) return ModelFile(options.file);
  ConvertOptions convert;
  convert.files = {options.file};
  convert.read = options.read;
  convert.target = target_for(core);
  Progress progress;
  convert.on_stage = [&](const std::string& what) { progress.stage(what); };
  Conversion result;
  const auto bytes = std::make_shared<const ModelBytes>(make_model(convert, &result));
  return ModelFile(Buffer(bytes, {bytes->data(), bytes->size()}));
}

/// Whether it fits boards: a model of its own for each processor.
Json fits(const InspectOptions& options) {
  const std::vector<Board> asked = boards_of(options);
  std::map<std::string, Json> by_name;
  for (const Board& first : asked) {
    if (by_name.contains(first.name)) continue;
    const ModelFile model = model_for(options, first.core);
    for (const Board& board : asked)
      if (board.core == first.core) by_name[board.name] = fit_of(model, board);
  }
  Json list = Json::array();
  const bool is_saved = !is_converted(options);
  for (const Board& board : asked) {
    Json& fit = by_name[board.name];
    fit["target"] = is_saved ? Json(target_for(board.core)) : Json();
    list.push_back(fit);
  }
  return list;
}

}  // namespace

void inspect_file(const InspectOptions& options) try {
  if (options.all_boards || !options.board.empty() || options.flash > 0 || options.ram > 0) {
    boards_of(options);  // wrong names first
    std::optional<Refusal> refused;
    Json report = options.json ? report_any(options, &refused) : Json();
    if (refused) throw Refusal(*refused);
    const Json list = fits(options);
    report["fits"] = list;
    if (options.json) print_json("inspect", report);
    else print_fits(list);
    return require_fit(options.file, list);
  }
  std::optional<Refusal> refused;
  const Json report = report_any(options, &refused);
  for (const Json& warning : report.value("warnings", Json::array())) print_warning(warning.get<std::string>());
  if (refused) print_refusal(refused->in_file(options.file));  // first, before what may be long
  if (options.json) print_json("inspect", report);
  else if (!refused) print_report(report);
  else for (const Json& line : report["contents"]) fmt::print("{}\n", printable(line.get<std::string>()));
  if (refused) throw Reported();
} catch (const Refusal& refusal) {
  throw refusal.in_file(options.file);
}

}  // namespace nacre::tools
