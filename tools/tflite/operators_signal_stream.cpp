// Signal operators that cut a stream of samples anew: what they have not given yet is state.

#include "tools/graph/moves.hpp"
#include "tools/tflite/operators_signal.hpp"

namespace nacre::tools {

using Call = TfliteImporter::Call;
using M = MapFunction;

/// The input and the first output of an operator, as a stream of samples.
class SignalStream {
 public:
  /// `lengths` are those of the last axes of the input; those before it are channels, each a stream of its own.
  SignalStream(const Call& call, const Dimensions& lengths) : call_(call), graph_(call.graph()) {
    std::int64_t of_channel = 1;
    for (const std::int64_t length : lengths) of_channel *= length;
    const TensorType type = call.type(0);
    if (call.importer.tensor(call.input(0)).type() != tflite::TensorType::INT16) refuse_type(call, "other than int16");
    if (of_channel < 1 || type.size() % of_channel != 0 || type.shape.size() < lengths.size() ||
        !std::equal(lengths.rbegin(), lengths.rend(), type.shape.rbegin()))
      call.refuse("has an input of another shape than its options say");
    channels_ = type.size() / of_channel;
  }

  /// The input as [channels, ...].
  ValueId input(Dimensions lengths) const {
    lengths.insert(lengths.begin(), channels_);
    return reshaped(graph_, call_.value(0), lengths);
  }

  /// [channels, length] that the run before has left, zeros before the first.
  ValueId before(std::int64_t length) {
    TfliteVariable& variable = call_.importer.variables_[variable_name()];
    variable.is_assigned = true;
    return call_.importer.begin_variable(call_, variable, {DataType::int16, {channels_, length}});
  }
  /// The same with samples of the first run in the place of zeros.
  ValueId before_or(ValueId first) {
    const ValueId state = before(graph_.shape(first)[1]);
    std::optional<ValueId>& has_run = call_.importer.has_run_;
    if (!has_run) has_run = graph_.add_input("has_run", {DataType::int32, {}});
    return chosen_of(graph_, *has_run, state, first, call_.name + "_before");
  }
  void leave(ValueId samples) { call_.importer.variables_[variable_name()].now = samples; }

  ValueId joined(std::vector<ValueId> parts) const {
    return parts.size() == 1 ? parts[0]
                             : graph_.add(parameters::Concatenate{.axis = 1}, std::move(parts), call_.name + "_joined");
  }

  ValueId cut(ValueId x, std::int64_t begin, std::int64_t length) const {
    parameters::Slice slice = slice_of_all(graph_.shape(x));
    slice.begin[1] = static_cast<std::int32_t>(begin), slice.size[1] = static_cast<std::int32_t>(length);
    return graph_.add(slice, {x}, call_.name + "_part");
  }

  ValueId zeros(std::int64_t length) const {
    const std::vector<std::int64_t> none(static_cast<std::size_t>(channels_ * length), 0);
    return graph_.add_constant(Array::of(ElementType::int16, {channels_, length}, none), DataType::int16);
  }

  void define(ValueId y) { call_.define(reshaped(graph_, y, call_.output_type(0).shape), 0); }

  /// That the output holds samples, which it does from the first run on.
  void define_valid() {
    const ValueId one = graph_.add_constant(Array::of(ElementType::int32, {1}, std::vector<std::int64_t>{1}),
                                            DataType::int32);
    const ValueId valid = cast_to(graph_, graph_.add(parameters::Copy{}, {one}, call_.name + "_one"),
                                  DataType::boolean, call_.name + "_valid");
    call_.define(reshaped(graph_, valid, call_.output_type(1).shape), 1);
  }

 private:
  std::string variable_name() const { return "samples of " + call_.name; }

  const Call& call_;
  Graph& graph_;
  std::int64_t channels_;
};

namespace {

constexpr std::int64_t kMostSamples = 1 << 20;

}  // namespace

/// The samples of so long ago.
void import_signal_delay(const Call& call) {
  const std::int64_t delay = CustomOptions(call).integer("delay_length", 0, kMostSamples), length = call.type(0).last();
  SignalStream stream(call, {length});
  if (delay == 0) return stream.define(call.graph().add(parameters::Copy{}, {stream.input({length})}, call.name));
  const ValueId all = stream.joined({stream.before(delay), stream.input({length})});
  stream.define(stream.cut(all, 0, length));
  stream.leave(stream.cut(all, length, delay));
}

/// Frames that overlap: each begins `frame_step` samples behind the one before.
void import_signal_framer(const Call& call) {
  const CustomOptions options(call);
  const std::int64_t size = options.integer("frame_size", 1, kMostSamples),
                     step = options.integer("frame_step", 1, size), length = call.type(0).last(), kept = size - step;
  if (kept > 0 && !options.flag("prefill"))
    call.refuse("gives frames before it has their samples (prefill=False)", "convert the model with prefill=True");
  if (length % step != 0) call.refuse("has an input of another shape than its options say");
  SignalStream stream(call, {length});
  std::vector<ValueId> parts{stream.input({length})};
  if (kept > 0) parts.insert(parts.begin(), stream.before(kept));
  const ValueId all = stream.joined(std::move(parts));
  std::vector<ValueId> frames;
  for (std::int64_t begin = 0; begin < length; begin += step) frames.push_back(stream.cut(all, begin, size));
  stream.define(stream.joined(std::move(frames)));
  if (kept > 0) stream.leave(stream.cut(all, length, kept));
  stream.define_valid();
}

/// The last frames of features as one row. The first frame also stands for those before it.
void import_signal_stacker(const Call& call) {
  const CustomOptions options(call);
  const std::int64_t channels = options.integer("num_channels", 1, kMostSamples),
                     before = options.integer("stacker_left_context", 0, 255);
  if (options.integer("stacker_right_context", 0, 255) != 0 || options.integer("stacker_step", 0, 255) != 1)
    call.refuse("gives no row in some runs (stacker_right_context above 0, or stacker_step above 1)",
                "stack frames outside of the model");
  SignalStream stream(call, {channels});
  const ValueId x = stream.input({channels});
  if (before == 0) {
    stream.define(call.graph().add(parameters::Copy{}, {x}, call.name));
  } else {
    const ValueId first = stream.joined(std::vector<ValueId>(static_cast<std::size_t>(before), x));
    const ValueId all = stream.joined({stream.before_or(first), x});
    stream.define(call.graph().add(parameters::Copy{}, {all}, call.name));
    stream.leave(stream.cut(all, channels, before * channels));
  }
  stream.define_valid();
}

/// Frames that overlap as one stream: what lies over each other is added up, limited to 16 bits.
void import_signal_overlap_add(const Call& call) {
  const std::int64_t size = call.type(0).last(), step = CustomOptions(call).integer("frame_step", 1, size);
  const Dimensions shape = call.type(0).shape;
  const std::int64_t frames = shape.size() < 2 ? 1 : shape[shape.size() - 2];
  SignalStream stream(call, shape.size() < 2 ? Dimensions{size} : Dimensions{frames, size});
  const ValueId x = stream.input({frames * size});
  ValueId rest = stream.before(size);
  std::vector<ValueId> given;
  for (std::int64_t i = 0; i < frames; ++i) {
    Graph& graph = call.graph();
    const auto wide = [&](ValueId part) { return cast_to(graph, part, DataType::int32, call.name + "_wide"); };
    const ValueId sum = Flow(call, {wide(stream.cut(x, i * size, size)), wide(rest)})
                            .then_input(M::add, 1)
                            .clamped(-32768, 32767)
                            .done("_sum");
    const ValueId samples = stored_as(graph, sum, DataType::int16, call.name + "_samples");
    given.push_back(stream.cut(samples, 0, step));
    rest = step == size ? graph.add(parameters::Copy{}, {stream.zeros(size)}, call.name + "_none")
                        : stream.joined({stream.cut(samples, step, size - step), stream.zeros(step)});
  }
  stream.define(stream.joined(std::move(given)));
  stream.leave(rest);
}

}  // namespace nacre::tools
