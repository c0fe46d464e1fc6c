#include <fmt/format.h>

#include <cstring>

#include "nacre/self_test.hpp"
#include "tools/commands/commands.hpp"
#include "tools/commands/device_rows.hpp"
#include "tools/commands/print_json.hpp"
#include "tools/commands/signatures.hpp"
#include "tools/common/printable.hpp"
#include "tools/common/refusal.hpp"
#include "tools/emit/sign.hpp"
#include "tools/session/model_file.hpp"

namespace nacre::tools {
namespace {

/// "golden", or the number of a kind that this release does not know.
std::string kind_of(const schema::Section& section) {
  const std::string name = schema::EnumNameSectionKind(static_cast<schema::SectionKind>(section.kind()));
  return name.empty() ? std::to_string(section.kind()) : name;
}

void check_section(const ModelFile& model, const schema::Section& section) {
  if (section.size() == 0 || section.offset() >= model.bytes().size()) return;  // stripped
  const Sha256Digest digest = digest_of(model.bytes(), section);
  if (std::memcmp(digest.data(), &section.digest(), digest.size()) != 0)
    throw Refusal(fmt::format("byte {}", section.offset()),
                  fmt::format("the bytes of the section {} have changed", kind_of(section)), "convert the model again");
}

}  // namespace

void check_sections(const ModelFile& model) {
  for (const schema::Section* section : *model.model().sections()) check_section(model, *section);
}

namespace {

struct Checked {
  bool is_complete;  // nothing that only people read was cut off
  bool has_golden;
  std::optional<Signed> signature;
};

/// Golden rows are rows: none may hold what the model refuses.
void check_golden_inputs(const ModelFile& model) {
  Golden golden;
  if (Golden::open(model.view(), model.network(), &golden) != Status::ok) return;
  for (std::uint32_t i = 0; i < golden.cases(); ++i) {
    InputPlace place{};
    golden.feed(i);
    if (model.network().check_inputs(&place) != Status::not_finite) continue;
    throw Refusal(
        fmt::format("golden vector {}, input {}, element {}", i, model.input_name(place.input), place.element),
        "the value is missing or infinite, for which the library raises an error",
        "convert the model again with other golden rows");
  }
}

/// Throws Refusal at the first thing that is wrong.
Checked check(const ModelFile& model, const std::vector<std::string>& keys) {
  const std::optional<Signed> signature = signed_by(model, keys);
  check_sections(model);
  const bool complete = model.bytes().size() == model.model().header()->file_size();
  flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(model.bytes().data()), model.bytes().size(), 64,
                                 1 << 24);
  if (complete && !schema::VerifyModelBuffer(verifier))
    throw Refusal("", "a part that only people read is malformed", "convert the model again");
  std::uint32_t failed = 0;
  const Status status = self_test(model.view(), model.network(), &failed);
  if (status != Status::ok && status != Status::golden_missing)
    throw Refusal(fmt::format("golden vector {}", failed), name(status), "do not use this file on this machine");
  check_golden_inputs(model);
  return {complete, status == Status::ok, signature};
}

/// ", signed by 0123456789abcdef (rollback 7)"; nothing of a file that is not.
std::string signature_text(const std::optional<Signed>& signature) {
  if (!signature) return "";
  return fmt::format(", signed by {} (rollback {}{})", signature->key, signature->rollback,
                     signature->is_checked ? "" : "; not checked: give its public key as --key");
}

nlohmann::ordered_json signature_json(const std::optional<Signed>& signature) {
  if (!signature) return nullptr;
  return {{"key", signature->key}, {"rollback", signature->rollback}, {"checked", signature->is_checked}};
}

/// Runs the golden vectors on a board. Throws Refusal at the first that differs.
std::string check_on_device(const DeviceOptions& options, const ModelFile& model) {
  const auto device = DeviceRows::open(options, model);
  Golden golden;
  if (const Status status = Golden::open(model.view(), model.network(), &golden); status != Status::ok)
    throw Refusal("", fmt::format("there are no golden vectors to run on the board ({})", name(status)),
                  "give rows to nacre run --device");
  for (std::uint32_t i = 0; i < golden.cases(); ++i) {
    golden.feed(i);
    device->fed(model.network());
    if (const Status status = model.network().run(); status != Status::ok)
      throw Refusal(fmt::format("golden vector {}", i), name(status), "do not use this file on this machine");
    device->compare("golden vector", model.network(), i, true);
  }
  return device->summary();
}

}  // namespace

void verify_model(const VerifyOptions& options) try {
  const ModelFile model(options.model);
  const Checked checked = check(model, options.keys);
  const std::string on_device = options.device.port.empty() ? "" : check_on_device(options.device, model);
  if (options.json) {
    nlohmann::ordered_json report{
        {"ok", true}, {"complete", checked.is_complete}, {"golden_vectors", checked.has_golden},
        {"signature", signature_json(checked.signature)}};
    if (!on_device.empty()) report["device"] = on_device;
    print_json("verify", report);
    return;
  }
  fmt::print("{}: {}, valid, {}{}\n", printable(options.model),
             checked.is_complete ? "whole" : "stripped for a device",
             checked.has_golden ? "golden vectors bit for bit" : "no golden vectors",
             signature_text(checked.signature));
  if (!on_device.empty()) fmt::print("{}\n", on_device);
} catch (const Refusal& refusal) {
  throw refusal.in_file(options.model);
}

}  // namespace nacre::tools
