#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>
#include <string>

#include "tools/commands/commands.hpp"
#include "tools/convert/convert.hpp"
#include "tools/data/csv.hpp"

// Options that several commands have.

namespace nacre::tools {

/// An option that may be given several times, with one value each: it takes no word after that, which
/// is a file.
inline CLI::Option* repeatable(CLI::Option* option) { return option->expected(1)->take_all()->allow_extra_args(false); }

/// A name becomes its value. CLI::CheckedTransformer says both in the help and in errors, and values that are bytes as
/// characters, of which a zero ends the message.
template <typename Value>
CLI::Validator one_of(std::map<std::string, Value> values) {
  return {[values](std::string& text) {
            if (values.contains(text)) return CLI::CheckedTransformer(values)(text);
            std::string names;
            for (const auto& [name, value] : values) names += (names.empty() ? "" : ",") + name;
            return fmt::format("{} not in {{{}}}", text, names);
          },
          ""};
}

/// Takes no empty value, as an unset variable of a shell gives, where that would mean something else than was asked.
void refuse_empty_values(CLI::App& app);
/// By how much numbers may differ: of a NaN all would.
void add_tolerance(CLI::App& parser, double& tolerance, const char* description);
/// What to read where a file leaves something open.
void add_choices(CLI::App& parser, ReadOptions& read);
/// How the rows of CSV files are read.
void add_csv(CLI::App& parser, CsvOptions& csv);
/// How to convert, for commands that make a Nacre file or go on from one.
void add_conversion(CLI::App& parser, ConvertOptions& options);
/// A board on a serial port that runs the model too.
void add_device(CLI::App& parser, DeviceOptions& device);
void add_kernels(CLI::App& parser, std::string& kernels);
/// "512K" becomes bytes.
void add_size(CLI::App& parser, const char* name, std::uint64_t& bytes, const char* description);

}  // namespace nacre::tools
