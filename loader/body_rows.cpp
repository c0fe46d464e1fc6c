// What load() proves of a layer that runs others on a few rows of their images at a time.

#include "runtime/strict_float.hpp"  // first

#include "loader/body_rows.hpp"

#include "loader/plan_check.hpp"
#include "runtime/kernels/rows.hpp"

namespace nacre {

bool LayerCheck::finish_as(const rows::OwnLayer& layer) {
  const std::uint32_t* const arguments = arguments_;
  const TensorRecord* const tensors = tensors_;
  const std::uint32_t* const shapes = shapes_;
  arguments_ = layer.arguments, tensors_ = layer.tensors, shapes_ = layer.shapes;
  const bool sound = finish();
  arguments_ = arguments, tensors_ = tensors, shapes_ = shapes;
  return sound;
}

/// Walks the body once, in the order of a step. Its functions are compiled for size: they run once for each fused
/// layer.
class RowsWalk {
 public:
  RowsWalk(Loader& loader, LayerCheck& check, PlanCheck& plan, std::uint32_t index)
      : loader_(loader), check_(check), plan_(plan), index_(index), own_(loader.layers_[index]), body_(&own_ + 1),
        count_(own_.body), y_(arguments(own_)[own_.inputs]),
        growth_(reinterpret_cast<const rows::Growth*>(
            loader.bytes_of_weights(loader.tensors_[arguments(own_)[own_.inputs - 1]]))) {}

  /// Moves `*index` behind the body.
  [[gnu::cold]] bool run(std::uint32_t* index) {
    *index += 1 + count_;
    if (count_ > loader_.layers_.size() - index_ - 1)
      return loader_.fail(Status::bad_arguments, Part::layers, 5, &own_);
    for (unsigned i = 0; i < count_; ++i)
      if (!has_growth(growth_[i])) return refuse(own_, own_.inputs - 1u);
    for (unsigned i = 0; i < count_; ++i)
      if (!verify(i)) return false;
    return keeps_values();
  }

 private:
  const std::uint32_t* arguments(const LayerRecord& layer) const { return loader_.arguments_.data() + layer.arguments; }
  const TensorRecord& tensor(std::uint32_t index) const { return loader_.tensors_[index]; }
  std::uint32_t output_of(unsigned i) const { return arguments(body_[i])[body_[i].inputs]; }
  /// How the rows become more of what input `tensor` of layer `i` is; null where it is an input of all.
  const rows::Growth* source(unsigned i, std::uint32_t tensor) const {
    while (i > 0)
      if (output_of(--i) == tensor) return &growth_[i];
    return nullptr;
  }
  [[gnu::cold, gnu::noinline]] bool refuse(const LayerRecord& layer, unsigned argument,
                                           Status status = Status::bad_plan) {
    loader_.layer_ = &layer;
    return loader_.fail(status, Part::arguments, argument, arguments(layer) + argument);
  }

  /// Numbers small enough that strides of 16 bits times these stay below 2^30.
  static bool has_growth(const rows::Growth& growth) {
    constexpr std::int32_t kMost = 1 << 14;
    return growth.height > 0 && growth.height < kMost && growth.step > 0 && growth.step < kMost &&
           growth.first < kMost && growth.kept <= growth.first && growth.kept > -kMost;
  }

  /// Layer `i` of the body by itself, and beside those before it.
  [[gnu::cold]] bool verify(unsigned i) {
    const LayerRecord& layer = body_[i];
    const std::uint32_t index = index_ + 1 + i;
    if (!check_.begin(index)) return false;
    const auto sliding = rows::Sliding::of(loader_.kernels_[loader_.rows_[layer.kernel]].name.op);
    const unsigned count = layer.inputs + 1u + layer.temporaries;
    for (unsigned k = 0; k < count; ++k)
      if (arguments(layer)[k] >= loader_.tensors_.size()) return refuse(layer, k, Status::bad_index);
    if (sliding.bytes == 0 || layer.body != 0 ||
        !copy_.copy(layer, arguments(layer), loader_.tensors_.data(), loader_.shapes_.data()))
      return loader_.fail(Status::bad_arguments, Part::layers, 5, &layer);
    __builtin_memcpy(copy_.parameters, &check_.parameters<std::byte>(), sliding.bytes);
    stride_ = 0, top_ = bottom_ = 0;
    if (sliding.stride != 0) {
      stride_ = copy_.number(sliding.stride);
      top_ = copy_.number(sliding.pad_top), bottom_ = copy_.number(sliding.pad_top + 2u);
    }
    for (unsigned k = 0; k < count; ++k)
      if (!(k < layer.inputs ? reads_rows(i, k) : writes_rows(i, k))) return refuse(layer, k);
    return check_.finish_as(copy_);
  }

  bool is_image(unsigned k) const {
    return copy_.tensors[k].rank == 4 && copy_.shapes[copy_.tensors[k].shape] == 1;
  }

  /// Input `k` of layer `i`, which gets its whole height.
  [[gnu::cold]] bool reads_rows(unsigned i, unsigned k) {
    const TensorRecord& record = copy_.tensors[k];
    if (loader_.is_constant(record))  // the same for all rows
      return stride_ != 0 || record.rank < 3 || copy_.shapes[record.shape + record.rank - 3u] == 1;
    if (!is_image(k) || (stride_ != 0 && k != 0)) return false;
    const std::uint32_t index = arguments(body_[i])[k];
    const rows::Growth& growth = growth_[i];
    const std::int32_t stride = stride_ == 0 ? 1 : stride_;
    if (const rows::Growth* const from = source(i, index)) {
      copy_.height(k) = static_cast<std::uint32_t>(from->height);
      if (from->step != stride * growth.step || from->kept > stride * growth.first - top_ ||
          from->first < from->height + bottom_ - stride * (growth.height - growth.first))
        return false;
    } else {
      bool is_input = false;
      for (unsigned input = 0; input + 1 < own_.inputs; ++input) is_input |= arguments(own_)[input] == index;
      if (!is_input || !may_be_written_over(i, k)) return false;
    }
    return stride * (growth.height - 1) - top_ < static_cast<std::int32_t>(copy_.height(k));
  }

  /// What layer `i` writes: its working memory, or its output, which gets its whole height.
  [[gnu::cold]] bool writes_rows(unsigned i, unsigned k) {
    if (loader_.kind_of(copy_.tensors[k]) != MemoryKind::activations) return false;
    if (k != body_[i].inputs) return true;
    const std::uint32_t index = output_of(i), held = copy_.height(k);
    const rows::Growth& growth = growth_[i];
    if (!is_image(k)) return false;
    copy_.height(k) = static_cast<std::uint32_t>(growth.height);
    if (i + 1 == count_) return index == y_ && held == copy_.height(k) && growth.first <= growth.step;
    const std::int32_t more = growth.step > growth.kept ? growth.step - growth.kept : 0,
                       most = growth.first + more < growth.height ? growth.first + more : growth.height;
    return copy_.tensors[k].alias == 0 && source(i, index) == nullptr && index != y_ &&
           static_cast<std::int32_t>(held) >= most;
  }

  /// Whether y is written over no row of input `k` of layer `i` that is still to be read.
  [[gnu::cold]] bool may_be_written_over(unsigned i, unsigned k) const {
    const TensorRecord &x = copy_.tensors[k], &y = tensor(y_);
    if (!plan_.overlap(tensor(arguments(body_[i])[k]), y)) return true;
    if (y.rank != 4) return false;
    const std::uint32_t* const shape = loader_.shapes_.data() + y.shape;
    const std::uint32_t x_bytes = copy_.row_bytes(k), y_bytes = shape[2] * shape[3] * element_bytes(y.type);
    const rows::Growth &last = growth_[count_ - 1], &growth = growth_[i];
    const bool is_last = i + 1 == count_;
    if (is_last && stride_ == 0)
      return k == 0 && check_.rule().in_place && x.offset == y.offset && x_bytes == y_bytes &&
             element_bytes(x.type) == element_bytes(y.type);
    const std::int32_t stride = stride_ == 0 ? 1 : stride_, t = last.first > 0 ? 0 : -last.first / last.step + 1;
    const std::int32_t read = stride * (growth.first + (t - is_last) * growth.step) - top_,
                       written = last.first + t * last.step;
    const auto bytes = [](std::int32_t rows, std::uint32_t each) {
      return std::int64_t{rows} * static_cast<std::int32_t>(each);
    };
    return std::int64_t{x.offset} + bytes(read, x_bytes) >= std::int64_t{y.offset} + bytes(written, y_bytes) &&
           bytes(stride * growth.step, x_bytes) >= bytes(last.step, y_bytes);
  }

  /// Whether a step leaves rows in the buffer of layer `i` for the next one.
  bool survives(unsigned i) const { return growth_[i].kept < growth_[i].first; }

  /// What is read shares no bytes with what is written between, or in the next step.
  [[gnu::cold]] bool keeps_values() {
    for (unsigned i = 0; i + 1 < count_; ++i)
      if (survives(i)) write(output_of(i), output_of(i));
    for (unsigned i = 0; i < count_; ++i)
      if (!keeps_values_of(i)) return false;
    for (unsigned k = 0; k + 1 < own_.inputs; ++k)
      if (!holds(arguments(own_)[k])) return refuse(own_, k);
    for (unsigned i = 0; i + 1 < count_; ++i) {
      const std::uint32_t buffer = output_of(i);
      if (survives(i) && !holds(buffer)) return refuse(body_[i], body_[i].inputs);
      plan_.forget(tensor(buffer), buffer);
    }
    write(y_, y_ - tensor(y_).alias);
    return true;
  }
  [[gnu::cold]] bool keeps_values_of(unsigned i) {
    const LayerRecord& layer = body_[i];
    const std::uint32_t* const its = arguments(layer);
    const unsigned end = layer.inputs + 1u + layer.temporaries;
    for (unsigned k = layer.inputs; k < end; ++k) {
      if (its[k] == y_) continue;
      if (plan_.overlap(tensor(its[k]), tensor(y_))) return refuse(layer, k);
      if (k != layer.inputs) write(its[k], ~its[k]);  // a temporary's value is its layer's
      else if (!survives(i)) write(its[k], its[k]);
    }
    for (unsigned k = 0; k < end; ++k) {
      const std::uint32_t index = its[k];
      const bool is_own = k > layer.inputs;
      if (index == y_ || loader_.is_constant(tensor(index))) continue;
      if (is_own ? plan_.find(tensor(index), ~index) == nullptr : !holds(index)) return refuse(layer, k);
    }
    return true;
  }
  void write(std::uint32_t index, std::uint32_t name) { (void)plan_.write(tensor(index), name, PlanCheck::kBefore); }
  [[gnu::cold, gnu::noinline]] bool holds(std::uint32_t index) const {
    return loader_.kind_of(tensor(index)) == MemoryKind::activations &&
           plan_.find(tensor(index), index - tensor(index).alias) != nullptr;
  }

  Loader& loader_;
  LayerCheck& check_;
  PlanCheck& plan_;
  const std::uint32_t index_;
  const LayerRecord& own_;
  const LayerRecord* const body_;
  const unsigned count_;
  const std::uint32_t y_;
  const rows::Growth* const growth_;
  std::int32_t stride_ = 0, top_ = 0, bottom_ = 0;  // of the layer's window; stride 0: it has none
  rows::OwnLayer copy_;                              // of the layer
};

bool walk_rows(Loader& loader, LayerCheck& check, PlanCheck& plan, std::uint32_t* index) {
  return RowsWalk(loader, check, plan, *index).run(index);
}

}  // namespace nacre
