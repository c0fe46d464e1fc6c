// What load() proves of layers that repeat others.

#include "runtime/strict_float.hpp"  // first

#include "loader/body_walk.hpp"

namespace nacre {

/// Walks a layer and its body, and what is nested in it: each body twice, but its layers are verified once.
class BodyWalk {
 public:
  BodyWalk(Loader& loader, LayerCheck& check, PlanCheck& plan) : loader_(loader), check_(check), plan_(plan) {}

  bool run(std::uint32_t* index) {
    std::uint32_t at = *index, verified = at + 1;
    if (!open(at, true)) return false;
    for (++at; depth_ != 0;) {
      const LayerRecord& layer = loader_.layers_[at];
      const bool is_new = at == verified;
      if (is_new ? !verify(verified++) : layer.body == 0 && !follow(layer)) return false;
      if (layer.body != 0 && !open(at, is_new)) return false;
      for (++at; depth_ != 0 && at == open_[depth_ - 1].end;)
        if (!close(&at)) return false;
    }
    *index = at;
    return true;
  }

 private:
  struct Open {
    std::uint32_t layer, end;
    bool is_second;
  };

  /// A layer that is met for the first time.
  bool verify(std::uint32_t index) {
    return check_.begin(index) && plan_.follow(check_.layer(), check_.rule()) && check_.finish() &&
           plan_.holds();
  }
  /// One that has been verified.
  bool follow(const LayerRecord& layer) {
    loader_.layer_ = &layer;
    return plan_.follow(layer, *loader_.kernels_[loader_.rows_[layer.kernel]].rule) && plan_.holds();
  }

  std::uint32_t sequences_of(std::uint32_t index) const {
    const std::uint32_t* const offset = &loader_.operators_[index];
    return reinterpret_cast<const parameters::Scan*>(reinterpret_cast<const std::byte*>(offset) + *offset)->sequences;
  }

  bool open(std::uint32_t index, bool is_new) {
    const LayerRecord& layer = loader_.layers_[index];
    const std::uint32_t end = depth_ == 0 ? loader_.layers_.size() : open_[depth_ - 1].end;
    if (depth_ == kDeepestBody || layer.body > end - index - 1 || (is_new && check_.walk_body() != walk_body))
      return loader_.fail(Status::bad_arguments, Part::layers, 5, &layer);
    open_[depth_++] = {index, index + 1 + layer.body, false};
    return plan_.begin_body(layer, sequences_of(index), is_new);
  }

  /// The innermost body has been walked, and is walked again or done.
  bool close(std::uint32_t* at) {
    Open& last = open_[depth_ - 1];
    if (!plan_.end_step(loader_.layers_[last.layer], sequences_of(last.layer), last.is_second)) return false;
    if (last.is_second) {
      --depth_;
    } else {
      last.is_second = true;
      *at = last.layer + 1;
    }
    return true;
  }

  Loader& loader_;
  LayerCheck& check_;
  PlanCheck& plan_;
  unsigned depth_ = 0;
  Open open_[kDeepestBody];
};

bool walk_body(Loader& loader, LayerCheck& check, PlanCheck& plan, std::uint32_t* index) {
  return BodyWalk(loader, check, plan).run(index);
}

}  // namespace nacre
