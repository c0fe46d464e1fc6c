// Whether a model fits a board, before there is one on the desk.

#include "tools/commands/fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tools/codegen/costs.hpp"
#include "tools/codegen/footprint.hpp"
#include "tools/commands/memory_map.hpp"
#include "tools/common/message.hpp"
#include "tools/common/printable.hpp"
#include "tools/pack/target.hpp"

namespace nacre::tools {
namespace {

using Json = nlohmann::ordered_json;

/// The layer during which most bytes hold something.
Json peak_of(const ModelFile& model) {
  const unsigned layers = model.network().layers();
  const std::vector<std::uint32_t> live = live_bytes(placements(model), layers);
  if (live.empty()) return nullptr;
  const auto layer = static_cast<unsigned>(std::ranges::max_element(live) - live.begin());
  return {{"layer", layer}, {"name", layer_name(model, layer)}, {"layers", layers}, {"bytes", live[layer]}};
}

/// How long a run takes; null where nothing was measured that suits the processor.
Json time_of(const ModelFile& model, const std::vector<KernelRow>& rows, const Board& board) {
  const std::vector<Work> work = work_of(model, rows);
  const Estimate estimate = estimate_of(work, model.network().layers(), board.core);
  if (estimate.measured_on.empty()) return nullptr;
  Json time{{"milliseconds", board.mhz > 0 ? Json(estimate.cycles / board.mhz / 1000) : Json()},
            {"instructions", std::llround(estimate.instructions)},
            {"most_instructions", std::llround(estimate.most_instructions)},
            {"cycles", std::llround(estimate.cycles)},
            {"measured_on", estimate.measured_on},
            {"error",
             {{"mlperf_tiny", estimate.error},
              {"unseen_median", estimate.unseen},
              {"unseen_largest", estimate.unseen_most}}},
            {"unknown_kernels", estimate.unknown},
            {"work", Json::array()}};
  for (const Work& one : work)
    time["work"].push_back({{"layer", one.layer},
                            {"kernel", one.kernel},
                            {"products", one.products},
                            {"reads", one.reads},
                            {"elements", one.elements},
                            {"runs", one.runs}});
  return time;
}

/// Adds a problem where more is needed than there is; of flash or RAM.
void compare(Json& fit, const char* what, const char* name) {
  const auto needed = fit[what]["needed_bytes"].get<std::uint64_t>(),
             available = fit[what]["available_bytes"].get<std::uint64_t>();
  if (needed <= available) return;
  fit["fits"] = false;
  fit["problems"].push_back(fmt::format("{} is {} too small ({} of {})", name, size_text(needed - available),
                                        size_text(needed), size_text(available)));
}

std::string shown(const Json& value) { return printable(value.get<std::string>()); }
std::string size_of(const Json& value) { return size_text(value.get<std::uint64_t>()); }

std::string verdict(const Json& fit) {
  if (fit["fits"].is_null()) return "unknown";
  return fit["fits"].get<bool>() ? "fits" : "does not fit";
}

/// "47 ms", of a number of milliseconds.
std::string duration(double milliseconds) {
  if (milliseconds >= 1000) return fmt::format("{:.3g} s", milliseconds / 1000);
  return milliseconds >= 1 ? fmt::format("{:.3g} ms", milliseconds) : fmt::format("{:.3g} µs", milliseconds * 1000);
}

/// "unknown" where there is no figure; "more than 3 ms" where some kernels have none.
std::string short_time(const Json& fit) {
  const Json& time = fit["time"];
  if (time.is_null() || time["milliseconds"].is_null()) return "–";
  return (time["unknown_kernels"].empty() ? "" : "> ") + duration(time["milliseconds"].get<double>());
}

void print_time(const Json& fit) {
  const Json& time = fit["time"];
  if (time.is_null()) {
    fmt::print("time     no figures for {}\n", shown(fit["core"]));
    return;
  }
  fmt::print("time     {}: {:.3g} M cycles of {:.3g} M instructions at -O3, from memory without wait states\n",
             time["milliseconds"].is_null() ? "–" : short_time(fit), time["cycles"].get<double>() / 1e6,
             time["instructions"].get<double>() / 1e6);
  const auto percent = [&](const char* which) { return 100 * time["error"][which].get<double>(); };
  fmt::print(
      "         a sum over layers, measured on an emulated {}{}: MLPerf Tiny within {:.0f} %; models it had not seen "
      "{:.0f} % off (median), {:.0f} % at most\n",
      shown(time["measured_on"]), time["measured_on"] == fit["core"] ? "" : " (this processor is faster in some)",
      percent("mlperf_tiny"), percent("unseen_median"), percent("unseen_largest"));
  fmt::print("         of each kernel: a products + b elements of windows + c elements written + d runs, with a to d "
             "of its own\n");
  fmt::print("         worst case {:.3g} M instructions: each kernel as dear as in the dearest layer measured\n",
             time["most_instructions"].get<double>() / 1e6);
  std::string kernels;
  for (const Json& kernel : time["unknown_kernels"]) kernels += (kernels.empty() ? "" : ", ") + shown(kernel);
  if (!kernels.empty()) fmt::print("         without {}: no figures\n", kernels);
}

void print_one(const Json& fit) {
  fmt::print("{} ({}{})\n", shown(fit["board"]), shown(fit["core"]),
             fit["mhz"].is_null() ? "" : fmt::format(", {:g} MHz", fit["mhz"].get<double>()));
  const Json &flash = fit["flash"], &ram = fit["ram"];
  fmt::print("flash    {} of {}: ", size_of(flash["needed_bytes"]), size_of(flash["available_bytes"]));
  if (flash["code_bytes"].is_null()) fmt::print("the model; there is no figure for code on {}\n", shown(fit["core"]));
  else fmt::print("code {} at -Os, model {}\n", size_of(flash["code_bytes"]), size_of(flash["model_bytes"]));
  fmt::print("RAM      {} of {}: block {}, stack {}{}\n", size_of(ram["needed_bytes"]),
             size_of(ram["available_bytes"]), size_of(ram["memory_bytes"]), size_of(ram["stack_bytes"]),
             ram["stack_measured_on"] == fit["core"] ? "" : " as on a " + shown(ram["stack_measured_on"]));
  print_time(fit);
  if (!fit["peak"].is_null())
    fmt::print("peak     {}, layer {} of {}: {} of activations\n", shown(fit["peak"]["name"]),
               fit["peak"]["layer"].get<unsigned>() + 1, fit["peak"]["layers"].dump(), size_of(fit["peak"]["bytes"]));
  if (fit["target"].is_string() && fit["target"] != "portable")
    fmt::print("if       converted with --target {}, as by nacre convert or nacre codegen\n", shown(fit["target"]));
  fmt::print("{}\n", verdict(fit));
}

void print_table(const Json& fits) {
  constexpr const char* kRow = "{:<20} {:<11} {:>5} {:>11} {:>11} {:>11} {:>11} {:>11}  {}\n";
  fmt::print(kRow, "board", "core", "MHz", "flash", "of", "RAM", "of", "time", "");
  for (const Json& fit : fits) {
    const Json &flash = fit["flash"], &ram = fit["ram"];
    fmt::print(kRow, shown(fit["board"]), shown(fit["core"]), fmt::format("{:g}", fit["mhz"].get<double>()),
               size_of(flash["needed_bytes"]), size_of(flash["available_bytes"]), size_of(ram["needed_bytes"]),
               size_of(ram["available_bytes"]), short_time(fit), verdict(fit));
  }
  if (std::ranges::any_of(fits, [](const Json& fit) { return fit["fits"].is_null(); }))
    fmt::print("unknown: nothing was measured of code on that core; flash is that of the model alone\n");
  if (std::ranges::any_of(fits, [](const Json& fit) { return fit["target"].is_string(); }))
    fmt::print("Each is for the model converted with --target CORE, as by nacre convert or nacre codegen.\n");
}

}  // namespace

Json fit_of(const ModelFile& model, const Board& board) {
  const std::vector<KernelRow> rows = kernel_rows(model);
  const bool is_known = has_footprint(board.core);
  const Footprint footprint = footprint_of(model, rows, is_known ? board.core : footprint_target(model, rows));
  const std::uint64_t code = is_known ? footprint.code_bytes : 0;
  Json fit{{"board", board.name},
           {"core", board.core},
           {"mhz", board.mhz > 0 ? Json(board.mhz) : Json()},
           {"fits", is_known ? Json(true) : Json()},
           {"flash",
            {{"needed_bytes", code + footprint.model_bytes},
             {"code_bytes", is_known ? Json(code) : Json()},
             {"model_bytes", footprint.model_bytes},
             {"available_bytes", board.flash}}},
           {"ram",
            {{"needed_bytes", footprint.memory_bytes + footprint.stack_bytes},
             {"memory_bytes", footprint.memory_bytes},
             {"stack_bytes", footprint.stack_bytes},
             {"stack_measured_on", footprint.stack_of},
             {"available_bytes", board.ram}}},
           {"time", time_of(model, rows, board)},
           {"peak", peak_of(model)},
           {"problems", Json::array()}};
  compare(fit, "flash", "flash");
  compare(fit, "ram", "RAM");
  return fit;
}

std::vector<Board> boards_of(const InspectOptions& options) {
  if (options.all_boards) return boards();
  if (options.flash > 0 || options.ram > 0) {
    if (options.flash == 0 || options.ram == 0) throw WrongUsage("--flash and --ram go together; give both");
    return {{"the given sizes", options.target, options.flash, options.ram, options.mhz, ""}};
  }
  if (const Board* board = find_board(options.board)) return {*board};
  const std::string near = nearest_board(options.board);
  std::string names;
  for (const Board& board : boards()) names += (names.empty() ? "" : ", ") + board.name;
  throw WrongUsage(fmt::format("there is no board {}; {}choose among {}, or give --flash, --ram and --mhz",
                               printable(options.board), near.empty() ? "" : "did you mean " + near + "? ", names));
}

void print_fits(const Json& fits) {
  if (fits.size() == 1) print_one(fits[0]);
  else print_table(fits);
}

void require_fit(const std::string& file, const Json& fits) {
  const auto is_refused = [](const Json& fit) { return fit["fits"].is_boolean() && !fit["fits"].get<bool>(); };
  if (!std::ranges::all_of(fits, is_refused)) return;
  for (const Json& fit : fits)
    for (const Json& problem : fit["problems"])
      print_message(fmt::format("{}: does not fit {}: {}", file, shown(fit["board"]), shown(problem)));
  throw Reported();
}

}  // namespace nacre::tools
