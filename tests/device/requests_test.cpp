#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>

#include "nacre/serve.h"
#include "tests/support/every_operator.hpp"
#include "tests/support/models.hpp"
#include "tools/device/packet.hpp"
#include "tools/session/model_file.hpp"

// What nacre_serve answers to single requests, of firmware that the command nacre does not meet every day.

namespace nacre::tools::test {
namespace requests_test {

/// The requests of a session, and the answers to them.
struct Session {
  std::vector<std::byte> requests;
  PacketReader answers;
  std::size_t read = 0;

  static int give(void* session, unsigned char* to, std::size_t bytes) {
    auto& self = *static_cast<Session*>(session);
    const std::size_t got = std::min(bytes, self.requests.size() - self.read);
    if (got == 0) return -1;
    std::memcpy(to, self.requests.data() + self.read, got);
    self.read += got;
    return static_cast<int>(got);
  }
  static int take(void* session, const unsigned char* from, std::size_t bytes) {
    static_cast<Session*>(session)->answers.add(std::as_bytes(std::span(from, bytes)));
    return 0;
  }
};

/// A board with this model, without a clock and memory for texts, unless they are added.
struct Board {
  explicit Board(Buffer file, std::size_t buffer_bytes = NACRE_SERVE_BUFFER_BYTES)
      : model(std::move(file), reference_kernels(), Digest::decline), buffer(buffer_bytes) {
    line.read = Session::give, line.write = Session::take;
    line.buffer = buffer.data(), line.buffer_bytes = buffer.size();
  }

  /// The answer to a request: its first numbers, and what follows them.
  Packet ask(Request kind, std::vector<std::uint32_t> numbers, const std::vector<std::byte>& data = {}) {
    Packet packet{static_cast<std::uint8_t>(kind), 0, 1, {}};
    numbers.resize(4);
    for (const std::uint32_t number : numbers) put_number(&packet.payload, number, 4);
    packet.payload.insert(packet.payload.end(), data.begin(), data.end());
    Session session;
    session.requests = encode(packet);
    line.context = &session;
    nacre_network network;
    std::memcpy(&network, &model.network(), sizeof model.network());
    CHECK(nacre_serve(model.view().data(), model.view().size(), &network, &line) == NACRE_OK);
    const std::optional<Packet> answer = session.answers.next();
    REQUIRE(answer);
    CHECK(answer->kind == (packet.kind | kAnswer));
    return *answer;
  }

  ModelFile model;
  std::vector<unsigned char> buffer;
  nacre_line line{};
};

Board board_with(const char* layer, std::size_t buffer_bytes = NACRE_SERVE_BUFFER_BYTES) {
  return Board(aligned_copy(nacre::test::small_layer(layer).file()), buffer_bytes);
}

std::uint32_t number(const Packet& answer, std::size_t at, unsigned bytes = 4) {
  std::uint32_t value = 0;
  REQUIRE(answer.payload.size() >= at + bytes);
  std::memcpy(&value, answer.payload.data() + at, bytes);  // this machine's order is the line's
  return value;
}

TEST_SUITE("nacre_serve") {
  TEST_CASE("a board without a clock and memory for texts says so, and measures nothing") {
    Board board(converted({"linear.joblib"}));
    const Packet hello = board.ask(Request::hello, {});
    CHECK(number(hello, 16) == 0);
    CHECK(number(hello, 24) == 0);
    CHECK(number(board.ask(Request::run, {}), 0) == 0);
  }

  TEST_CASE("a buffer larger than any packet is used as far as a packet goes") {
    Board board(converted({"linear.joblib"}), 1 << 17);
    CHECK(number(board.ask(Request::hello, {}), 2, 2) == kLargestPayload);
  }

  TEST_CASE("a text that no run has written is empty") {
    Board board = board_with("label_decode of text");
    const Packet answer = board.ask(Request::read_text, {0, 1});
    CHECK(answer.status == NACRE_OK);
    CHECK(answer.payload.size() == 4);
    CHECK(number(answer, 0) == 0);
    CHECK(board.ask(Request::read_text, {0, 1, 0, 1}).status == NACRE_INDEX_OUT_OF_RANGE);
    CHECK(board.ask(Request::read_text, {0, 2}).status == NACRE_INDEX_OUT_OF_RANGE);
  }

  TEST_CASE("more bytes of an output than a packet holds are not read") {
    constexpr std::uint32_t kElements = 64, kLargest = NACRE_SERVE_BUFFER_BYTES - 12;
    nacre::test::ModelBuilder wide{parameters::Softmax{}};
    wide.input<float>({1, kElements}, std::vector<float>(kElements)).output<float>({1, kElements});
    Board board(aligned_copy(wide.file()));
    CHECK(board.ask(Request::read, {0, 0, kLargest}).payload.size() == kLargest);
    CHECK(board.ask(Request::read, {0, 0, kLargest + 1}).status == NACRE_INDEX_OUT_OF_RANGE);
    CHECK(board.ask(Request::read, {0, 4 * kElements - 1, 1}).status == NACRE_OK);
    CHECK(board.ask(Request::read, {0, 4 * kElements - 1, 2}).status == NACRE_INDEX_OUT_OF_RANGE);
  }

  TEST_CASE("whatever the line brings, a bool is false or true") {
    const auto& layers = nacre::test::every_operator();
    const auto layer = std::find_if(layers.begin(), layers.end(), [](const nacre::test::SmallModel& small) {
      return small.layer.arguments[0].type == DataType::boolean && small.layer.inputs > 0;
    });
    REQUIRE(layer != layers.end());
    Board board(aligned_copy(layer->layer.file()));
    for (const unsigned byte : {0xffu, 0x02u}) {
      CHECK(board.ask(Request::write, {0, 0}, {static_cast<std::byte>(byte)}).status == NACRE_OK);
      CHECK(std::to_integer<unsigned>(board.model.network().input_bytes(0)[0]) == (byte & 1));
    }
  }
}

}  // namespace requests_test
}  // namespace nacre::tools::test
