#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/codegen/boards.hpp"
#include "tools/commands/commands.hpp"
#include "tools/session/model_file.hpp"

namespace nacre::tools {

/// Whether a model fits one board: {"board", "core", "mhz", "fits", "flash", "ram", "time", "peak", "problems"}. "fits"
/// is null where the size of the code on that processor is not known and nothing else is too much.
nlohmann::ordered_json fit_of(const ModelFile& model, const Board& board);

/// The boards that the options name. Throws WrongUsage for one that there is not.
std::vector<Board> boards_of(const InspectOptions& options);

/// One board in some lines, several as a table.
void print_fits(const nlohmann::ordered_json& fits);

/// Says on standard error what does not fit and by how much, and throws Reported, unless one of them fits.
void require_fit(const std::string& file, const nlohmann::ordered_json& fits);

}  // namespace nacre::tools
