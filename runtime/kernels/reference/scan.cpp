#include "runtime/strict_float.hpp"  // first

#include <cstring>

#include "nacre/network.hpp"

namespace nacre::reference {
namespace {

/// Copies the rows of a batch, of `bytes` each, between tensors in which they begin so many bytes apart.
void copy_rows(const std::byte* from, std::uint32_t from_stride, std::byte* to, std::uint32_t to_stride,
               std::uint32_t bytes, std::uint32_t batch) {
  for (std::uint32_t n = 0; n < batch; ++n, from += from_stride, to += to_stride) memcpy(to, from, bytes);
}

/// Copies a whole tensor, which may be where it is copied to already.
void copy_bytes(const std::byte* from, std::byte* to, std::uint32_t bytes) {
  if (from != to) memcpy(to, from, bytes);
}

/// A scan while it runs: the numbers of its temporaries.
class Steps {
 public:
  explicit Steps(const Layer& layer)
      : layer_(layer),
        p_(layer.parameters<parameters::Scan>()),
        batch_(layer.input_shape(0)[0]),
        time_(layer.input_shape(0)[1]),
        steps_(p_.counted ? counted(layer.input<std::int32_t>(layer.inputs() - 1u)[0]) : time_),
        states_((layer.temporaries() - p_.sequences - layer.outputs()) / 2) {}

  Status run() const {
    begin();
    for (std::uint32_t step = 0; step < steps_; ++step) {
      take(p_.go_backwards ? time_ - 1 - step : step);
      if (const Status status = layer_.run_body(); status != Status::ok) return status;
      give(step);
    }
    for (unsigned i = 0; p_.counted && i < layer_.outputs(); ++i)
      memcpy(layer_.output<std::byte>(i), inside(i), layer_.temporary_bytes(i));
    return Status::ok;
  }

 private:
  std::uint32_t counted(std::int32_t steps) const {
    return steps < 0 ? 0 : static_cast<std::uint32_t>(steps) < time_ ? static_cast<std::uint32_t>(steps) : time_;
  }

  std::byte* inside(unsigned i) const { return layer_.temporary<std::byte>(i); }

  void begin() const {
    for (unsigned i = 0; i < states_ && !p_.stateful; ++i) {
      const std::uint32_t bytes = layer_.temporary_bytes(i);
      if (layer_.inputs() == p_.sequences) memset(inside(i), 0, bytes);
      else copy_bytes(layer_.input<std::byte>(p_.sequences + i), inside(i), bytes);
    }
  }

  void take(std::uint32_t time) const {
    for (unsigned i = 0; i < p_.sequences; ++i) {
      const std::uint32_t bytes = layer_.temporary_bytes(states_ + i) / batch_;
      copy_rows(layer_.input<std::byte>(i) + time * bytes, time_ * bytes, inside(states_ + i), bytes, bytes, batch_);
    }
  }

  void give(std::uint32_t step) const {
    const unsigned next = states_ + p_.sequences, results = next + states_;
    for (unsigned i = 0; !p_.counted && i < layer_.outputs(); ++i) {
      const bool is_whole = i < p_.whole;
      if (!is_whole && step + 1 != time_) continue;
      const std::uint32_t all = layer_.temporary_bytes(results + i), bytes = all / batch_;
      std::byte* const y = layer_.output<std::byte>(i);
      if (is_whole) copy_rows(inside(results + i), bytes, y + step * bytes, time_ * bytes, bytes, batch_);
      else copy_bytes(inside(results + i), y, all);
    }
    for (unsigned i = 0; i < states_; ++i) copy_bytes(inside(next + i), inside(i), layer_.temporary_bytes(i));
  }

  const Layer& layer_;
  const parameters::Scan& p_;
  const std::uint32_t batch_, time_, steps_;
  const unsigned states_;
};

}  // namespace

Status scan_f32(const Layer& layer) { return Steps(layer).run(); }

}  // namespace nacre::reference
