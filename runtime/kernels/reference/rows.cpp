#include "runtime/strict_float.hpp"  // first

#include "runtime/kernels/rows.hpp"

#include <cstring>

#include "nacre/network.hpp"

namespace nacre {

/// The layers of a body while they are run on rows. Each run is one of a network that has this layer alone, on images
/// that are the rows at hand: so no kernel knows of rows.
class RowsRun {
 public:
  explicit RowsRun(const Layer& layer)
      : network_(layer.network_),
        part_(layer.network_),
        first_(static_cast<unsigned>(&layer.record_ - network_.layers_) + 1),
        count_(layer.record_.body),
        growth_(reinterpret_cast<const rows::Growth*>(layer.input<std::int32_t>(layer.inputs() - 1))) {
    part_.tensors_ = own_.arguments.tensors;
    part_.shapes_ = own_.arguments.shapes;
    part_.arguments_ = rows::OwnArguments::kNumbers;
    part_.layers_ = &own_.record;
    part_.parameters_ = &own_.offset;
    own_.offset = offsetof(rows::OwnLayer, parameters) - offsetof(rows::OwnLayer, offset);
  }

  Status run() {
    const rows::Growth& y = growth_[count_ - 1];
    for (std::int32_t t = 0; y.done(t - 1) != y.height; ++t)
      for (unsigned i = 0; i < count_; ++i)
        if (const Status status = run_layer(i, t); status != Status::ok) return status;
    return Status::ok;
  }

 private:
  const std::uint32_t* arguments(unsigned i) const { return network_.arguments_ + layer(i).arguments; }
  const LayerRecord& layer(unsigned i) const { return network_.layers_[first_ + i]; }

  Status run_layer(unsigned i, std::int32_t t) {
    const rows::Growth& growth = growth_[i];
    const std::int32_t from = growth.done(t - 1), to = growth.done(t);
    const unsigned output = layer(i).inputs;
    own_.copy_layer(layer(i), arguments(i), network_.tensors_, network_.shapes_);
    std::int32_t base = 0;
    if (i + 1 != count_) {
      base = growth.base(t);
      move_up(output, growth.base(t - 1), base, from);
    }
    if (from == to) return Status::ok;
    own_.arguments.take(output, static_cast<std::uint32_t>(from - base), static_cast<std::uint32_t>(to - from));
    const Kernel& kernel = network_.kernel(first_ + i);
    const rows::Sliding sliding = rows::Sliding::of(kernel.name.op);
    const std::uint32_t* const offset = network_.parameters_ + first_ + i;
    memcpy(own_.parameters, reinterpret_cast<const std::byte*>(offset) + *offset, sliding.bytes);
    for (unsigned k = 0; k < output; ++k)
      if (network_.memory_records_[own_.arguments.tensors[k].memory].kind != MemoryKind::weights)
        take_input(i, k, t, sliding, from, to);
    return kernel.run(Layer(part_, 0));
  }

  /// The rows that the buffer keeps come to its front.
  void move_up(unsigned output, std::int32_t from, std::int32_t to, std::int32_t end) {
    const std::uint32_t bytes = own_.arguments.row_bytes(output);
    auto* left = network_.memories_[own_.arguments.tensors[output].memory] + own_.arguments.tensors[output].offset;
    if (to != from && end > to)
      memmove(left, left + static_cast<std::uint32_t>(to - from) * bytes, static_cast<std::uint32_t>(end - to) * bytes);
  }

  /// Argument `k` of layer `i` becomes the rows that lie under the windows of rows `from` … `to` - 1.
  void take_input(unsigned i, unsigned k, std::int32_t t, const rows::Sliding& sliding, std::int32_t from,
                  std::int32_t to) {
    std::int32_t base = 0, end = static_cast<std::int32_t>(own_.arguments.height(k));
    const std::uint32_t tensor = arguments(i)[k];
    for (unsigned other = 0; other < i; ++other)
      if (arguments(other)[layer(other).inputs] == tensor) base = growth_[other].base(t), end = growth_[other].done(t);
    if (sliding.stride == 0) {
      own_.arguments.take(k, static_cast<std::uint32_t>(from - base), static_cast<std::uint32_t>(to - from));
      return;
    }
    const std::int32_t begin = from * own_.number(sliding.stride) - own_.number(sliding.pad_top);
    const std::int32_t inside = begin < 0 ? 0 : begin;
    own_.arguments.take(k, static_cast<std::uint32_t>(inside - base), static_cast<std::uint32_t>(end - inside));
    own_.set_number(sliding.pad_top, inside - begin);
  }

  const Network& network_;
  Network part_;
  rows::OwnLayer own_;
  const unsigned first_, count_;
  const rows::Growth* const growth_;
};

namespace reference {

Status rows_f32(const Layer& layer) { return RowsRun(layer).run(); }
Status rows_i8(const Layer& layer) { return rows_f32(layer); }

}  // namespace reference
}  // namespace nacre
