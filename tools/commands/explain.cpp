// What a status of the loader or of a run means, and what to do about it.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <span>
#include <string>

#include "nacre/status.hpp"
#include "tools/commands/commands.hpp"
#include "tools/common/refusal.hpp"
#include "tools/common/suggest.hpp"

namespace nacre::tools {
namespace {

struct Explanation {
  Status status;
  const char* meaning;
  const char* cure;
};

constexpr Explanation kCall[] = {
    {Status::not_loaded, "a run or self-test before the network was loaded",
     "look at what load() returned, and run only where it is ok"},
    {Status::memory_too_small, "the block of memory is smaller than the model states",
     "give as many bytes as memory_needs() says, or the generated MEMORY_BYTES"},
    {Status::memory_misaligned, "the block's address is no multiple of the alignment that the model states",
     "declare it with alignas, or _Alignas in C"},
    {Status::model_misaligned, "the model's address is no multiple of 64",
     "keep the alignment of the generated array, or align the model's section in the linker script"},
    {Status::kernel_missing, "the list of kernels lacks one that the model asks for",
     "use the list that nacre codegen wrote for this model, and write it anew with the model"},
    {Status::null_argument, "a pointer that must not be null is null", "look for it in the call"},
    {Status::file_unreadable, "the file cannot be opened or mapped",
     "errno says why: path, permissions, an empty file"},
    {Status::bad_geometry, "slots overlap, or the flash cannot hold their record",
     "give multiples of a block, and at least two pages for the record (nacre/slots.h)"},
    {Status::slot_too_small, "an update has more bytes than were announced, or than a slot has",
     "announce the model's length, and give slots that are as long as the longest model"},
    {Status::unconfirmed, "an update while the new model is on trial and the old one still needed",
     "confirm the model that runs, or restart to go back to the old one"},
    {Status::rolled_back, "a model is older than one that was confirmed, or than the firmware allows",
     "send a model whose rollback counter is at least as large (nacre sign --rollback)"},
    {Status::too_expensive, "a run may take more operations than the caller allows",
     "allow as many as nacre inspect states, or convert a smaller model"},
};
constexpr Explanation kFile[] = {
    {Status::truncated, "the file is shorter than its header says", "copy or download it again, as binary"},
    {Status::trailing_bytes, "the file is longer than its header says",
     "give the length of the model, without what the image pads it with"},
    {Status::bad_magic, "the bytes are no Nacre model",
     "look at the address or path; a saved model must first go through nacre convert"},
    {Status::version_too_new, "the file was written for a newer reader", "update the library on the device, or convert "
     "the model with the converter of its release"},
    {Status::version_too_old, "the file has a format that this reader no longer knows", "convert the model again"},
    {Status::feature_unknown, "the file has a section or feature that this reader does not know",
     "update the library on the device, or convert the model with the converter of its release"},
    {Status::digest_mismatch, "the bytes are not those that were written", "flash or copy the model again; where that "
     "does not help, suspect the memory"},
    {Status::malformed, "an offset, length or table inside the file is wrong", "copy or convert the model again"},
    {Status::bad_section, "sections overlap, leave a gap or are misaligned", "copy or convert the model again"},
    {Status::bad_tensor, "type, rank, shape or place of a tensor is wrong", "copy or convert the model again"},
    {Status::bad_index, "an index points past what it indexes", "copy or convert the model again"},
    {Status::bad_arguments, "a layer's arguments do not fit its operator", "copy or convert the model again"},
    {Status::bad_parameter, "a parameter of an operator is outside its range", "copy or convert the model again"},
    {Status::bad_memory_size, "the file states other memory than it needs", "copy or convert the model again"},
    {Status::bad_weights, "numbers among the weights would make a kernel read outside",
     "copy or convert the model again"},
    {Status::bad_port, "an input or output is no tensor that can be one", "copy or convert the model again"},
    {Status::bad_plan, "a layer would read bytes that hold something else by then", "copy or convert the model again"},
    {Status::golden_missing, "a self-test of a model without golden vectors",
     "convert it with --golden rows.csv, or leave the self-test out"},
    {Status::description_missing, "names were asked of a model without its description", "convert the model again"},
    {Status::other_byte_order, "the file is for processors of the other byte order",
     "convert the model with --byte-order big or little"},
    {Status::signature_missing, "a firmware that takes signed models alone was given one without a signature",
     "sign it with nacre sign, and cut no more off than what lies behind the signature"},
    {Status::key_unknown, "the model is signed with none of the keys that the firmware has",
     "compare the key that nacre inspect shows with those of the firmware"},
    {Status::bad_signature, "the header or the table of sections is not what was signed",
     "sign the model again, last of all; where that does not help, look at the function that verifies signatures"},
};
constexpr Explanation kData[] = {
    {Status::index_out_of_range, "an index of a row lies outside its table",
     "give indices and categories that the model has seen in training"},
    {Status::unknown_label, "a text or category that training had not",
     "give one of those that nacre inspect lists, or train with handle_unknown=\"ignore\""},
    {Status::not_finite, "an input that must be a number is missing or infinite",
     "fill it in before, or train with an imputer in the pipeline"},
    {Status::bad_text, "a text is not UTF-8", "decode it before, or cut it at the border of a character"},
    {Status::too_many_terms, "a text has more different terms than the model has room for",
     "convert with a larger --max-features-per-row, or cut the text"},
};
constexpr Explanation kDevice[] = {
    {Status::golden_mismatch, "a golden vector gave other bits than on the workstation",
     "do not trust this device: look at compiler flags (-ffast-math), at the unit for floats, at its memory"},
    {Status::flash_failed, "a function of nacre_flash failed", "look at what the driver says; begin the update again"},
    {Status::no_model, "neither slot holds a model that may run", "install one with nacre_slots_begin"},
};

struct Group {
  const char* title;
  std::span<const Explanation> rows;
};
constexpr Group kGroups[] = {{"The call", kCall}, {"The file", kFile}, {"The data", kData}, {"The device", kDevice}};

/// NACRE_BAD_MAGIC, bad_magic, 0x22 and 34 name one status.
bool is_called(Status status, std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (text.starts_with("nacre_")) text.erase(0, 6);
  if (text == name(status)) return true;
  const bool is_hex = text.starts_with("0x");
  unsigned number = 0;
  const char* const begin = text.data() + (is_hex ? 2 : 0);
  const auto [end, error] = std::from_chars(begin, text.data() + text.size(), number, is_hex ? 16 : 10);
  return error == std::errc() && end == text.data() + text.size() && number == static_cast<unsigned>(status);
}

void print_all() {
  fmt::print("# What a status means\n\n`nacre explain` prints this, `nacre explain STATUS` one row: by name, or by its "
             "number.\n");
  for (const Group& group : kGroups) {
    fmt::print("\n## {}\n\n", group.title);
    for (const auto& [status, meaning, cure] : group.rows)
      fmt::print("- `{}` ({:#04x}): {};\n  {}.\n", name(status), static_cast<unsigned>(status), meaning, cure);
  }
}

}  // namespace

void explain_status(const std::string& text) {
  if (text.empty()) return print_all();
  for (const Group& group : kGroups)
    for (const auto& [status, meaning, cure] : group.rows)
      if (is_called(status, text)) return fmt::print("{} ({:#04x}): {}; {}\n", name(status),
                                                     static_cast<unsigned>(status), meaning, cure);
  if (is_called(Status::ok, text)) return fmt::print("ok (0x00): all went well\n");
  std::vector<std::string> known;
  for (const Group& group : kGroups)
    for (const Explanation& row : group.rows) known.emplace_back(name(row.status));
  const std::vector<std::string> meant = nearest(text.substr(text.starts_with("NACRE_") ? 6 : 0), known);
  throw Refusal("", "there is no status " + text,
                meant.empty() ? "nacre explain lists them all"
                              : fmt::format("did you mean {}?", fmt::join(meant, " or ")));
}

}  // namespace nacre::tools
