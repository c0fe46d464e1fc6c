#include "tools/device/device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "tools/common/printable.hpp"
#include "tools/common/refusal.hpp"
#include "tools/common/stopwatch.hpp"

namespace nacre::tools {
namespace {

constexpr std::uint32_t kProtocol = 1;
constexpr unsigned kTextMemory = 0xffff;
constexpr unsigned kSilence = 500;  // milliseconds after which an answer counts as lost
constexpr std::size_t kFewestPayload = 96;
constexpr std::size_t kHelloBytes = 60;
constexpr const char* kTooShort = "an answer of the board is too short";
constexpr const char* kSameRelease = "use nacre and a firmware of the same release";

/// Elements between this machine's byte order and the line's, which has the lowest byte first.
void order_bytes(std::vector<std::byte>* bytes, std::size_t item) {
  if constexpr (std::endian::native == std::endian::big)
    for (auto at = bytes->begin(); at != bytes->end(); at += static_cast<std::ptrdiff_t>(item))
      std::reverse(at, at + static_cast<std::ptrdiff_t>(item));
  else
    (void)bytes, (void)item;
}

std::vector<std::byte> elements_of(const Network& network, unsigned input) {
  const Span<const std::byte> bytes = network.input_bytes(input);
  std::vector<std::byte> elements(bytes.begin(), bytes.end());
  order_bytes(&elements, element_bytes(network.input_type(input)));
  return elements;
}

}  // namespace

Device::Device(SerialLine& port, std::string name, unsigned patience_seconds)
    : port_(port), name_(std::move(name)), patience_seconds_(patience_seconds) {
  facts_.largest_payload = kFewestPayload;
  Fields version;
  version.flag = kProtocol;
  const std::vector<std::byte> said = ask_for(Request::hello, version, 2);
  const auto number = [&](std::size_t at, unsigned bytes) { return get_number(said.data() + at, bytes); };
  if (number(0, 2) != kProtocol)
    refuse(fmt::format("the board speaks version {} of the protocol, and this nacre version {}", number(0, 2),
                       kProtocol),
           kSameRelease);
  if (said.size() < kHelloBytes) refuse(kTooShort, kSameRelease);
  facts_ = {number(2, 2), number(4, 4), number(8, 4), number(12, 4), number(16, 4), number(20, 2), number(22, 2),
            number(24, 2) != 0, {}, std::string(reinterpret_cast<const char*>(said.data()) + kHelloBytes,
                                                said.size() - kHelloBytes)};
  std::memcpy(facts_.digest.data(), said.data() + 28, facts_.digest.size());
  if (facts_.largest_payload < kFewestPayload)
    refuse(fmt::format("its packets hold {} bytes, and {} are the fewest", facts_.largest_payload, kFewestPayload),
           "give nacre_serve a larger buffer");
}

void Device::refuse(const std::string& what, const std::string& advice) const {
  throw Refusal("", what, advice).in_file(name_);
}

void Device::refuse_silence() const {
  if (answers_ > 0)
    refuse(fmt::format("the board no longer answers ({} s; {} packets sent again, {} came damaged)", patience_seconds_,
                       repeated_, damaged()),
           "check the cable, reset the board, or wait longer with --timeout");
  refuse(fmt::format("no answer in {} s", patience_seconds_) +
             (damaged() > 0 ? fmt::format(" ({} packets came damaged)", damaged()) : std::string()),
         "check that the firmware calls nacre_serve, the speed (--baud), and that TX and RX are not swapped");
}

Packet Device::request(Request kind, const Fields& fields, std::span<const std::byte> bytes) {
  Packet packet{static_cast<std::uint8_t>(kind), 0, ++sequence_, {}};
  put_number(&packet.payload, fields.flag, 2);
  put_number(&packet.payload, fields.index, 2);
  for (const std::uint32_t value : {fields.at, fields.length, fields.offset}) put_number(&packet.payload, value, 4);
  packet.payload.insert(packet.payload.end(), bytes.begin(), bytes.end());
  return packet;
}

/// The answer, unless the line falls silent or brings nothing but noise.
std::optional<Packet> Device::await(const Packet& asked, unsigned milliseconds) {
  const auto is_answer = [&](const Packet& p) {
    return p.kind == (asked.kind | kAnswer) && p.sequence == asked.sequence;
  };
  std::size_t most = 8 * kLargestPayload;
  for (;;) {
    const std::vector<std::byte> bytes = port_.read(milliseconds);
    reader_.add(bytes);
    const bool is_over = bytes.empty() || bytes.size() > most;
    while (auto packet = is_over ? reader_.next_of_rest() : reader_.next())
      if (is_answer(*packet)) {
        ++answers_;
        return packet;
      }
    if (is_over) return {};
    most -= bytes.size();
  }
}

Packet Device::ask(Request kind, const Fields& fields, std::span<const std::byte> bytes) {
  const Packet packet = request(kind, fields, bytes);
  const std::vector<std::byte> encoded = encode(packet);
  const unsigned pause = kSilence + 2 * port_.milliseconds_of(encoded.size());
  const unsigned attempts = std::max(2u, 1000 * patience_seconds_ / pause);
  for (unsigned attempt = 0; attempt < attempts; ++attempt) {
    if (attempt > 0 && answers_ > 0) ++repeated_;  // the first may come before the board is awake
    port_.write(encoded);
    if (auto answer = await(packet, pause)) return std::move(*answer);
  }
  refuse_silence();
}

std::vector<std::byte> Device::ask_for(Request kind, const Fields& fields, std::size_t fewest,
                                      std::span<const std::byte> bytes) {
  Packet answer = ask(kind, fields, bytes);
  if (answer.status != 0)
    refuse(fmt::format("the board refuses a request ({})", nacre::name(static_cast<Status>(answer.status))),
           kSameRelease);
  if (answer.payload.size() < fewest)
    refuse(kTooShort, kSameRelease);
  return std::move(answer.payload);
}

void Device::require_model(const ModelFile& model) {
  Sha256Digest stated;
  std::memcpy(stated.data(), model.model().header()->digest().sha256()->Data(), stated.size());
  if (stated != facts_.digest)
    refuse(fmt::format("the board has another model: its digest is {}, that of the file {}", hexadecimal(facts_.digest),
                       hexadecimal(stated)),
           "flash a firmware with this model, or name the file that the firmware was made from");
  const Network& network = model.network();
  std::size_t texts = 0;
  for (unsigned i = 0; i < network.inputs(); ++i) texts += network.input_type(i) == DataType::string ? 1 : 0;
  if (texts > 0 && facts_.text_bytes == 0)
    refuse("the model takes texts, for which the firmware has no memory", "set `text` of the firmware's nacre_line");
}

void Device::write(unsigned index, std::span<const std::byte> bytes) {
  const std::size_t most = facts_.largest_payload - kRequestBytes;
  for (std::size_t at = 0; at < bytes.size(); at += most) {
    Fields fields;
    fields.index = index;
    fields.at = static_cast<std::uint32_t>(at);
    ask_for(Request::write, fields, 0, bytes.subspan(at, std::min(most, bytes.size() - at)));
  }
}

void Device::write_inputs(const Network& network) {
  std::vector<std::byte> texts;
  std::vector<Fields> places;
  for (unsigned i = 0; i < network.inputs(); ++i) {
    if (network.input_type(i) != DataType::string) {
      write(i, elements_of(network, i));
      continue;
    }
    const Span<const String> elements = network.input<String>(i);
    for (std::uint32_t element = 0; element < elements.size(); ++element) {
      const auto* const text = reinterpret_cast<const std::byte*>(elements[element].data);
      places.push_back({0, i, element, elements[element].size, static_cast<std::uint32_t>(texts.size())});
      texts.insert(texts.end(), text, text + elements[element].size);
    }
  }
  if (texts.size() > facts_.text_bytes && !places.empty())
    refuse(fmt::format("the texts of a row have {} bytes, and the firmware has room for {}", texts.size(),
                       facts_.text_bytes),
           "give a larger `text` in the firmware's nacre_line");
  write(kTextMemory, texts);
  for (const Fields& place : places) ask_for(Request::text, place, 0);
}

Status Device::run(bool resets) {
  Fields fields;
  fields.flag = resets ? 1 : 0;
  const Packet answer = ask(Request::run, fields);
  if (answer.payload.size() >= 4) ticks_ = get_number(answer.payload.data(), 4);
  return static_cast<Status>(answer.status);
}

std::vector<TensorData> Device::outputs(const Network& network) {
  std::vector<TensorData> all(network.outputs());
  for (unsigned i = 0; i < network.outputs(); ++i) {
    Fields fields;
    fields.index = i;
    if (network.output_type(i) == DataType::string) {
      for (std::uint32_t element = 0; element < network.output_shape(i).size(); ++element) {
        fields.at = element;
        std::string text;
        std::uint32_t bytes = 0;
        do {
          fields.offset = static_cast<std::uint32_t>(text.size());
          const std::vector<std::byte> part = ask_for(Request::read_text, fields, 4);
          bytes = get_number(part.data(), 4);
          text.append(reinterpret_cast<const char*>(part.data()) + 4, part.size() - 4);
          if (part.size() == 4 && text.size() < bytes)
            refuse(kTooShort, kSameRelease);
        } while (text.size() < bytes);
        all[i].text.push_back(std::move(text));
      }
      continue;
    }
    const std::size_t size = network.output_bytes(i).size();
    while (all[i].bytes.size() < size) {
      fields.at = static_cast<std::uint32_t>(all[i].bytes.size());
      fields.length = static_cast<std::uint32_t>(
          std::min<std::size_t>(facts_.largest_payload, size - all[i].bytes.size()));
      const std::vector<std::byte> part = ask_for(Request::read, fields, fields.length);
      all[i].bytes.insert(all[i].bytes.end(), part.begin(), part.end());
    }
    order_bytes(&all[i].bytes, element_bytes(network.output_type(i)));
  }
  return all;
}

/// Empty where an answer was lost: computing again needs the inputs again.
std::optional<DeviceProfile> Device::profile_once(const Network& network, unsigned milliseconds) {
  DeviceProfile profile{};
  std::uint32_t layers = 0;
  do {
    write_inputs(network);
    Fields fields;
    fields.flag = 1;
    fields.index = static_cast<std::uint32_t>(profile.layers.size());
    const Packet packet = request(Request::profile, fields);
    port_.write(encode(packet));
    const auto answer = await(packet, milliseconds);
    if (!answer) return {};
    if (answer->status != 0)
      refuse(fmt::format("the board refuses the row ({})", nacre::name(static_cast<Status>(answer->status))),
             "measure with rows of your own");
    if (answer->payload.size() < 8)
      refuse(kTooShort, kSameRelease);
    profile.ticks = get_number(answer->payload.data(), 4);
    layers = get_number(answer->payload.data() + 4, 4);
    for (std::size_t at = 8; at + 4 <= answer->payload.size(); at += 4)
      profile.layers.push_back(get_number(answer->payload.data() + at, 4));
    if (answer->payload.size() == 8) break;
  } while (profile.layers.size() < layers);
  return profile;
}

DeviceProfile Device::profile(const Network& network) {
  write_inputs(network);
  Stopwatch watch;
  if (const Status status = run(true); status != Status::ok)
    refuse(fmt::format("the board refuses the row ({})", nacre::name(status)), "measure with rows of your own");
  const auto milliseconds = static_cast<unsigned>(1000 + 4000 * watch.lap());
  constexpr unsigned kAttempts = 5;
  for (unsigned attempt = 0; attempt < kAttempts; ++attempt) {
    if (auto profile = profile_once(network, milliseconds)) return *profile;
    ++repeated_;
  }
  refuse_silence();
}

void Device::bye() noexcept {
  try {
    const Packet packet = request(Request::bye, {});
    port_.write(encode(packet));
    await(packet, kSilence);
  } catch (...) {  // the session is over in either case
  }
}

}  // namespace nacre::tools
