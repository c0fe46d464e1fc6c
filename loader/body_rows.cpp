// What load() proves of a layer that runs others on a few rows of their images at a time.

#include "runtime/strict_float.hpp"  // first

#include "loader/body_rows.hpp"

#include "loader/plan_check.hpp"
#include "runtime/kernels/rows.hpp"

namespace nacre {

bool LayerCheck::finish_with(const Heights& heights) {
  heights_ = &heights;
  const bool sound = finish();
  heights_ = nullptr;
  return sound;
}

bool LayerCheck::finish_as(const rows::OwnArguments& arguments) {
  const TensorRecord* const tensors = tensors_;
  const std::uint32_t* const shapes = shapes_;
  arguments_ = arguments.kNumbers, tensors_ = arguments.tensors, shapes_ = arguments.shapes;
  const bool sound = finish();  // the next layer has arguments of its own
  tensors_ = tensors, shapes_ = shapes;
  return sound;
}

/// Walks the body once, in the order of a step. Functions that run once for each image or fused layer are compiled for
/// size.
class RowsWalk {
 public:
  RowsWalk(Loader& loader, LayerCheck& check, PlanCheck& plan, std::uint32_t index)
      : loader_(loader), check_(check), plan_(plan), index_(index), own_(loader.layers_[index]), body_(&own_ + 1),
        count_(own_.body), y_(arguments(own_)[own_.inputs]), y_bytes_(plan.bytes_of(tensor(y_))),
        growth_(reinterpret_cast<const rows::Growth*>(
            loader.bytes_of_weights(loader.tensors_[arguments(own_)[own_.inputs - 1]]))) {}

  /// Moves `*index` behind the body.
  bool run(std::uint32_t* index) {
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
  [[gnu::noinline]] bool verify(unsigned i) {
    const LayerRecord& layer = body_[i];
    const std::uint32_t index = index_ + 1 + i;
    if (!check_.begin(index)) return false;
    const auto sliding = rows::Sliding::of(check_.op());
    const std::uint32_t* const its = arguments(layer);
    const unsigned count = layer.inputs + 1u + layer.temporaries;
    const TensorRecord* const tensors = loader_.tensors_.data();
    const std::uint32_t tensor_count = loader_.tensors_.size();
    unsigned dimensions = 0;
    for (unsigned k = 0; k < count; ++k) {
      if (its[k] >= tensor_count) return refuse(layer, k, Status::bad_index);
      dimensions += tensors[its[k]].rank;
    }
    if (sliding.bytes == 0 || layer.body != 0 || !copy_.has_room(count, dimensions))
      return loader_.fail(Status::bad_arguments, Part::layers, 5, &layer);
    if (sliding.stride == 0) copy_.copy(count, its, loader_.tensors_.data(), loader_.shapes_.data());
    stride_ = 1, top_ = bottom_ = 0, is_window_ = sliding.stride != 0;
    if (is_window_) {
      stride_ = check_.half(sliding.stride);
      top_ = check_.half(sliding.pad_top), bottom_ = check_.half(sliding.pad_top + 2u);
    }
    for (unsigned k = 0; k < layer.inputs; ++k) {
      if (is_window_ && its[k] >= loader_.first_constant_) continue;
      const TensorRecord& record = tensor(its[k]);
      if (loader_.is_constant(record) ? !serves_all_rows(record) : !reads_rows(i, k)) return refuse(layer, k);
    }
    for (unsigned k = layer.inputs; k < count; ++k)
      if (loader_.kind_of(tensor(its[k])) != MemoryKind::activations) return refuse(layer, k);
    if (!writes_rows(i)) return refuse(layer, layer.inputs);
    return is_window_ ? check_.finish_with(heights_) : check_.finish_as(copy_);
  }

  const std::uint32_t* shape(const TensorRecord& tensor) const { return loader_.shapes_.data() + tensor.shape; }
  bool is_image(const TensorRecord& tensor) const { return tensor.rank == 4 && shape(tensor)[0] == 1; }
  std::uint32_t row_bytes(const TensorRecord& image) const {
    return shape(image)[2] * shape(image)[3] * element_bytes(image.type);
  }

  /// Whether a constant input is the same for all rows.
  bool serves_all_rows(const TensorRecord& constant) const {
    return is_window_ || constant.rank < 3 || shape(constant)[constant.rank - 3u] == 1;
  }

  /// Input `k` of layer `i`, which gets its whole height.
  [[gnu::cold, gnu::noinline]] bool reads_rows(unsigned i, unsigned k) {
    const std::uint32_t index = arguments(body_[i])[k];
    if (!is_image(tensor(index)) || (is_window_ && k != 0)) return false;
    const rows::Growth& growth = growth_[i];
    std::uint32_t height = shape(tensor(index))[1];
    if (const rows::Growth* const from = source(i, index)) {
      height = static_cast<std::uint32_t>(from->height);
      if (from->step != stride_ * growth.step || from->kept > stride_ * growth.first - top_ ||
          from->first < from->height + bottom_ - stride_ * (growth.height - growth.first))
        return false;
    } else {
      bool is_input = false;
      for (unsigned input = 0; input + 1 < own_.inputs; ++input) is_input |= arguments(own_)[input] == index;
      if (!is_input || !may_be_written_over(i, k)) return false;
    }
    (is_window_ ? heights_.x : copy_.height(k)) = height;
    return stride_ * (growth.height - 1) - top_ < static_cast<std::int32_t>(height);
  }

  /// The output of layer `i`, which gets its whole height.
  [[gnu::cold, gnu::noinline]] bool writes_rows(unsigned i) {
    const std::uint32_t index = output_of(i);
    const TensorRecord& record = tensor(index);
    if (!is_image(record)) return false;
    const rows::Growth& growth = growth_[i];
    const std::uint32_t height = static_cast<std::uint32_t>(growth.height), held = shape(record)[1];
    (is_window_ ? heights_.y : copy_.height(body_[i].inputs)) = height;
    if (i + 1 == count_) return index == y_ && held == height && growth.first <= growth.step;
    const std::int32_t more = growth.step > growth.kept ? growth.step - growth.kept : 0,
                       most = growth.first + more < growth.height ? growth.first + more : growth.height;
    return record.alias == 0 && source(i, index) == nullptr && index != y_ && static_cast<std::int32_t>(held) >= most;
  }

  /// Whether y is written over no row of input `k` of layer `i` that is still to be read.
  [[gnu::cold, gnu::noinline]] bool may_be_written_over(unsigned i, unsigned k) const {
    const TensorRecord &x = tensor(arguments(body_[i])[k]), &y = tensor(y_);
    if (!meets_y(x)) return true;
    if (y.rank != 4) return false;
    const std::uint32_t x_bytes = row_bytes(x), y_bytes = row_bytes(y);
    const rows::Growth &last = growth_[count_ - 1], &growth = growth_[i];
    const bool is_last = i + 1 == count_;
    if (is_last && !is_window_)
      return k == 0 && check_.rule().in_place && x.offset == y.offset && x_bytes == y_bytes &&
             element_bytes(x.type) == element_bytes(y.type);
    const std::int32_t t = last.first > 0 ? 0 : -last.first / last.step + 1;
    const std::int32_t read = stride_ * (growth.first + (t - is_last) * growth.step) - top_,
                       written = last.first + t * last.step;
    const auto bytes = [](std::int32_t rows, std::uint32_t each) {
      return std::int64_t{rows} * static_cast<std::int32_t>(each);
    };
    return std::int64_t{x.offset} + bytes(read, x_bytes) >= std::int64_t{y.offset} + bytes(written, y_bytes) &&
           bytes(stride_ * growth.step, x_bytes) >= bytes(last.step, y_bytes);
  }

  /// Whether a step leaves rows in the buffer of layer `i` for the next one.
  bool survives(unsigned i) const { return growth_[i].kept < growth_[i].first; }

  /// Whether a tensor shares bytes with y.
  bool meets_y(const TensorRecord& x) const {
    const TensorRecord& y = tensor(y_);
    if (x.memory != y.memory) return false;
    return x.offset < y.offset ? y.offset - x.offset < plan_.bytes_of(x) : x.offset - y.offset < y_bytes_;
  }

  /// What is read shares no bytes with what is written between, or in the next step.
  [[gnu::cold, gnu::noinline]] bool keeps_values() {
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
  bool keeps_values_of(unsigned i) {
    const LayerRecord& layer = body_[i];
    const std::uint32_t* const its = arguments(layer);
    const unsigned output = layer.inputs, end = output + 1u + layer.temporaries;
    for (unsigned k = output; k < end; ++k) {
      if (its[k] == y_) continue;
      if (meets_y(tensor(its[k]))) return refuse(layer, k);
      if (k != output) write(its[k], ~its[k]);  // a temporary's value is its layer's
      else if (!survives(i)) write(its[k], its[k]);
    }
    for (unsigned k = 0; k < end; ++k) {
      const std::uint32_t index = its[k];
      if (index >= loader_.first_constant_ || index == y_) continue;
      const bool is_held = k > output ? plan_.find(tensor(index), ~index) != nullptr : holds(index);
      if (!is_held && !loader_.is_constant(tensor(index))) return refuse(layer, k);
    }
    return true;
  }
  void write(std::uint32_t index, std::uint32_t name) { (void)plan_.write(tensor(index), name, PlanCheck::kBefore); }
  bool holds(std::uint32_t index) const {
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
  const std::uint32_t y_, y_bytes_;
  const rows::Growth* const growth_;
  // Of the layer that is verified.
  bool is_window_ = false;
  std::int32_t stride_ = 1, top_ = 0, bottom_ = 0;
  LayerCheck::Heights heights_;
  rows::OwnArguments copy_;
};

bool walk_rows(Loader& loader, LayerCheck& check, PlanCheck& plan, std::uint32_t* index) {
  return RowsWalk(loader, check, plan, *index).run(index);
}

}  // namespace nacre
