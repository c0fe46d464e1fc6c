#include "tools/commands/device_rows.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

#include "tools/common/printable.hpp"
#include "tools/common/refusal.hpp"
#include "tools/session/answer_text.hpp"

namespace nacre::tools {
namespace {

/// Equal bits, or two NaNs: their payload is no part of an answer.
template <typename Real>
bool same_real(const std::byte* a, const std::byte* b) {
  Real x, y;
  std::memcpy(&x, a, sizeof x);
  std::memcpy(&y, b, sizeof y);
  return std::memcmp(a, b, sizeof x) == 0 || (std::isnan(x) && std::isnan(y));
}

bool same_element(DataType type, const std::byte* a, const std::byte* b) {
  if (type == DataType::float32) return same_real<float>(a, b);
  if (type == DataType::float64) return same_real<double>(a, b);
  return std::memcmp(a, b, element_bytes(type)) == 0;
}

struct Unequal {
  std::size_t element;
  std::string here, there;
};

std::optional<Unequal> first_unequal(const Network& network, unsigned output, const TensorData& board) {
  const DataType type = network.output_type(output);
  if (type == DataType::string) {
    const Span<const String> texts = network.output<String>(output);
    for (std::size_t i = 0; i < texts.size(); ++i)
      if (std::string here(texts[i].data, texts[i].size); here != board.text[i])
        return Unequal{i, std::move(here), board.text[i]};
    return {};
  }
  const Span<const std::byte> bytes = network.output_bytes(output);
  const std::size_t item = element_bytes(type);
  for (std::size_t at = 0; at < bytes.size(); at += item)
    if (const std::byte *here = bytes.data() + at, *there = board.bytes.data() + at; !same_element(type, here, there))
      return Unequal{at / item, element_text(type, here), element_text(type, there)};
  return {};
}

}  // namespace

std::unique_ptr<DeviceRows> DeviceRows::open(const DeviceOptions& options, const ModelFile& model) {
  return std::unique_ptr<DeviceRows>(options.port.empty() ? nullptr : new DeviceRows(options, model));
}

DeviceRows::DeviceRows(const DeviceOptions& options, const ModelFile& model)
    : model_(model),
      port_(open_port(options.port, options.baud)),
      board_(*port_, options.port, options.timeout_seconds) {
  board_.require_model(model);
}

void DeviceRows::compare(const std::string& what, const Network& network, std::uint64_t row, bool resets) {
  // The state of a network that was loaded now is zero; what ran on the board before is not known.
  const Status status = board_.run(resets || rows_ == 0);
  ++rows_;
  const std::string place = fmt::format("{} {}", what, row);
  if (status != Status::ok)
    throw Refusal(place, fmt::format("the board does not predict it ({})", name(status)),
                  "see nacre explain " + std::string(name(status)))
        .in_file(board_.name());
  const std::vector<TensorData> outputs = board_.outputs(network);
  for (unsigned i = 0; i < network.outputs(); ++i)
    if (const auto found = first_unequal(network, i, outputs[i]))
      throw Refusal(fmt::format("{}, output {}, element {}", place, model_.output_name(i), found->element),
                    fmt::format("the board gives {}, and this machine {}", printable(found->there),
                                printable(found->here)),
                    "do not trust this firmware: check its compiler's flags and that nothing writes into its memory")
          .in_file(board_.name());
}

std::string DeviceRows::summary() const {
  std::string text = fmt::format("{} ({}): {} rows with the bits of this machine", printable(board_.name()),
                                 printable(board_.facts().architecture), rows_);
  if (board_.repeated() + board_.damaged() > 0)
    text += fmt::format("; {} packets sent again, {} came damaged", board_.repeated(), board_.damaged());
  return text;
}

}  // namespace nacre::tools
