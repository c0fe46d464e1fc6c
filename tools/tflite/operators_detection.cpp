// TFLite_Detection_PostProcess: boxes from what a detector says of its anchors, without those that overlap better ones.

#include <algorithm>
#include <limits>

#include "tools/graph/moves.hpp"
#include "tools/operators/scan.hpp"
#include "tools/tflite/chain.hpp"
#include "tools/tflite/custom_options.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;
using M = MapFunction;
using Ids = std::vector<ValueId>;

constexpr DataType kReals = DataType::float32;
constexpr double kOutScore = -std::numeric_limits<float>::max();  // the score of a box that is out

/// The sizes and options of a call.
struct Detector {
  std::int64_t anchors, classes, most, per_box, per_class;
  bool is_regular;  ///< each class looks for boxes of its own, else each box has its best classes
  double score_threshold, overlap_threshold;
  std::vector<double> scale;  ///< y, x, height, width

  explicit Detector(const Call& call) {
    constexpr std::int64_t kMost = 1 << 15;
    const CustomOptions options(call);
    const Dimensions boxes = call.type(0).shape, scores = call.type(1).shape, anchors_shape = call.type(2).shape;
    if (boxes.size() != 3 || boxes[0] != 1 || boxes[2] < 4 || scores.size() != 3 || scores[0] != 1 ||
        scores[1] != boxes[1] || anchors_shape != Dimensions{boxes[1], 4})
      call.refuse("has boxes, scores and anchors that do not fit each other, or several images");
    anchors = boxes[1];
    classes = options.integer("num_classes", 1, scores[2]);
    if (scores[2] - classes > 1) call.refuse("has more scores than classes and a background");
    most = options.integer("max_detections", 1, kMost);
    per_box = options.integer("max_classes_per_detection", 1, classes);
    is_regular = options.optional_flag("use_regular_nms");
    per_class = options.has("detections_per_class") ? options.integer("detections_per_class", 1, kMost) : 100;
    per_class = std::min(per_class, most);
    score_threshold = options.real("nms_score_threshold"), overlap_threshold = options.real("nms_iou_threshold");
    for (const char* key : {"y_scale", "x_scale", "h_scale", "w_scale"}) scale.push_back(options.real(key));
  }
};

ValueId columns_of(Graph& graph, ValueId x, std::int64_t first, std::int64_t count) {
  const std::size_t axis = graph.shape(x).size() - 1;
  parameters::Slice slice = slice_of_all(graph.shape(x));
  slice.begin[axis] = static_cast<std::int32_t>(first), slice.size[axis] = static_cast<std::int32_t>(count);
  return graph.add(slice, {x});
}

/// Input `i` as real numbers: dequantised where it is stored as bytes.
ValueId real_input(const Call& call, unsigned i) {
  if (call.type(i).type == kReals) return call.value(i);
  const ValueId steps = cast_to(call.graph(), centred_numbers(call, i), kReals, call.name + "_steps");
  return Flow(call, {steps}, kReals).then(M::multiply, call.quantization(i).scale.at(0)).done("_real");
}

/// The corners of all boxes [anchors, 4]: least y and x, then largest.
ValueId corners_of(const Call& call, const Detector& d) {
  Graph& graph = call.graph();
  const ValueId boxes = reshaped(graph, real_input(call, 0), {d.anchors, call.type(0).shape[2]});
  const ValueId anchors = real_input(call, 2);
  const ValueId centre = columns_of(graph, anchors, 0, 2), size = columns_of(graph, anchors, 2, 2);
  const auto divided = [&](std::int64_t first) {
    const auto from = d.scale.begin() + first;
    const ValueId scale = graph.add_constant({2}, std::vector<double>(from, from + 2));
    return Flow(call, {columns_of(graph, boxes, first, 2), scale}, kReals).then_input(M::divide, 1).done("_encoded");
  };
  const ValueId middle =
      Flow(call, {divided(0), size, centre}, kReals).then_input(M::multiply, 1).then_input(M::add, 2).done("_middle");
  const ValueId half = Flow(call, {divided(2), size}, kReals)
                           .alone(M::exponential)
                           .then(M::multiply, 0.5)
                           .then_input(M::multiply, 1)
                           .done("_half");
  const ValueId least = Flow(call, {middle, half}, kReals).then_input(M::subtract, 1).done("_least"),
                largest = Flow(call, {middle, half}, kReals).then_input(M::add, 1).done("_largest");
  return graph.add(parameters::Concatenate{.axis = 1}, {least, largest}, call.name + "_corners");
}

/// The corners and areas [5, anchors].
ValueId sides_of(const Call& call, ValueId corners) {
  Graph& graph = call.graph();
  const auto side = [&](std::int64_t axis) {
    return Flow(call, {columns_of(graph, corners, axis + 2, 1), columns_of(graph, corners, axis, 1)}, kReals)
        .then_input(M::subtract, 1)
        .done("_side");
  };
  const ValueId area = Flow(call, {side(0), side(1)}, kReals).then_input(M::multiply, 1).done("_area");
  const ValueId all = graph.add(parameters::Concatenate{.axis = 1}, {corners, area}, call.name + "_sides");
  return graph.add(parameters::Permute{.permutation = {1, 0}}, {all}, call.name + "_turned");
}

/// One step of the choice in a body: of each row of scores the best box, and the scores without it and those that it
/// overlaps.
class Choice {
 public:
  Choice(const Call& call, const Detector& d, Graph& body, ValueId scores, ValueId sides)
      : call_(call), d_(d), body_(body), scores_(scores), sides_(sides), rows_(body.shape(scores)[0]) {}

  /// Adds next scores, then the results: the box, and its score.
  void add() {
    const ValueId best = body_.add(parameters::ArgMax{}, {scores_}, call_.name + "_best");
    const ValueId score = add_reduced(body_, scores_, ReduceFunction::maximum, 2, call_.name + "_score");
    const ValueId gone = is_gone(reshaped(body_, best, {rows_, 1}));
    Program program;
    program.then(M::where, kReals, {input_of_program(0), program.literal(kOutScore, kReals), input_of_program(1)});
    body_.add_output("next", body_.add_map(program, {gone, scores_}, call_.name + "_next"));
    body_.add_output("next", sides_);
    body_.add_output("box", reshaped(body_, best, {rows_, 1}));
    body_.add_output("score", score);
  }

 private:
  Flow chain(Ids inputs, DataType type = kReals) const { return {body_, call_.name, std::move(inputs), type}; }

  /// Row `i` of all boxes [1, anchors], and of those that are chosen [rows, 1].
  ValueId side(ValueId of, std::int64_t i, const Dimensions& shape) const {
    parameters::Slice slice = slice_of_all(body_.shape(of));
    slice.begin[0] = static_cast<std::int32_t>(i), slice.size[0] = 1;
    return reshaped(body_, body_.add(slice, {of}), shape);
  }

  /// 1 where a box is the chosen one, or overlaps it: [rows, anchors].
  ValueId is_gone(ValueId best) const {
    const ValueId chosen =
        body_.add(parameters::Gather{}, {sides_, reshaped(body_, best, {rows_})}, call_.name + "_chosen");
    const auto all = [&](std::int64_t i) { return side(sides_, i, {1, d_.anchors}); };
    const auto own = [&](std::int64_t i) { return side(chosen, i, {rows_, 1}); };
    const auto common = [&](std::int64_t axis) {  // of the sides along an axis
      const ValueId begin = chain({all(axis), own(axis)}).then_input(M::maximum, 1).done("_begin");
      return chain({all(axis + 2), own(axis + 2), begin})
          .then_input(M::minimum, 1)
          .then_input(M::subtract, 2)
          .then(M::maximum, 0)
          .done("_common");
    };
    const ValueId both = chain({common(0), common(1)}).then_input(M::multiply, 1).done("_both");
    const ValueId either =
        chain({own(4), all(4), both}).then_input(M::add, 1).then_input(M::subtract, 2).done("_either");
    const ValueId overlaps = chain({both, either})
                                 .then_input(M::divide, 1)
                                 .then(M::greater, d_.overlap_threshold)
                                 .done("_overlaps");
    const ValueId least = chain({all(4), own(4)}).then_input(M::minimum, 1).then(M::greater, 0).done("_has_area");
    const ValueId hides = chain({overlaps, least}).then_input(M::minimum, 1).done("_hides");
    Integers places;
    for (std::int64_t i = 0; i < d_.anchors; ++i) places.push_back(i);
    const ValueId place =
        body_.add_constant(Array::of(ElementType::int32, {1, d_.anchors}, places), DataType::int32);
    const ValueId is_own = chain({place, best}, DataType::int32).then_input(M::equal, 1).done("_is_own");
    const ValueId is_itself = cast_to(body_, is_own, kReals, call_.name + "_is_itself");
    return chain({hides, is_itself}).then_input(M::maximum, 1).done("_gone");
  }

  const Call& call_;
  const Detector& d_;
  Graph& body_;
  ValueId scores_, sides_;
  std::int64_t rows_;
};

/// The best boxes of each row of scores [rows, anchors]: which [rows, steps], and their scores.
struct Chosen {
  ValueId boxes, scores;
};

Chosen best_boxes(const Call& call, const Detector& d, ValueId scores, ValueId corners, std::int64_t steps) {
  Graph& graph = call.graph();
  const std::int64_t rows = graph.shape(scores)[0];
  Program program;  // what lies below the threshold is out from the first
  program.then(M::greater_equal, kReals, {input_of_program(0), program.literal(d.score_threshold, kReals)});
  program.then(M::where, kReals, {kOutputOfProgram, input_of_program(1), program.literal(kOutScore, kReals)});
  const ValueId first = graph.add_map(program, {scores, scores}, call.name + "_scores");
  const ValueId sides = sides_of(call, corners);
  const ValueId sequence =
      graph.add_constant({rows, steps, 1}, std::vector<double>(static_cast<std::size_t>(rows * steps)));
  Graph body = scan_body(graph, {sequence}, {{kReals, {rows, d.anchors}}, {kReals, graph.shape(sides)}});
  Choice(call, d, body, body.inputs[1].value, body.inputs[2].value).add();
  parameters::Scan scan;
  scan.whole = 2;
  const Ids made = add_scan(graph, scan, {sequence, first, sides}, std::move(body), call.name);
  return {reshaped(graph, made[0], {rows, steps}), reshaped(graph, made[1], {rows, steps})};
}

/// Numbers where a box has been found, else 0.
ValueId found_alone(const Call& call, ValueId found, ValueId numbers) {
  Program program;
  program.then(M::where, kReals,
               {input_of_program(0), input_of_program(1), program.literal(0, kReals)});
  return call.graph().add_map(program, {found, numbers}, call.name + "_found");
}

ValueId rows_at(const Call& call, ValueId table, ValueId places) {
  Graph& graph = call.graph();
  parameters::Gather gather;
  gather.behind = static_cast<std::uint8_t>(graph.shape(table).size() - 1);
  return graph.add(gather, {table, places}, call.name + "_rows");
}

/// The outputs: boxes, classes and scores of the detections [count], of which those count whose score is none of a box
/// that is out; and how many there are.
void define_outputs(const Call& call, ValueId corners, ValueId boxes, ValueId best, ValueId classes, ValueId scores) {
  Graph& graph = call.graph();
  const std::int64_t count = graph.shape(boxes)[0], each = graph.type(classes).size() / count;
  const ValueId found = Flow(call, {best}, kReals).then(M::greater, kOutScore).done("_is_found");
  const ValueId of_each = reshaped(graph, found, {count, 1});
  const ValueId taken = found_alone(call, of_each, rows_at(call, corners, boxes));
  const ValueId all = add_broadcast(graph, reshaped(graph, taken, {count, 1, 4}), {count, each, 4}, call.name);
  call.define(reshaped(graph, all, {1, count * each, 4}), 0);
  const ValueId numbers = cast_to(graph, classes, kReals, call.name + "_classes");
  call.define(reshaped(graph, found_alone(call, of_each, numbers), {1, count * each}), 1);
  call.define(reshaped(graph, found_alone(call, of_each, scores), {1, count * each}), 2);
  call.define(reshaped(graph, add_reduced(graph, found, ReduceFunction::sum, 1, call.name + "_count"), {1}), 3);
}

/// Each box competes with the score of its best class.
void detect_best(const Call& call, const Detector& d, ValueId corners, ValueId scores) {
  Graph& graph = call.graph();
  parameters::TopK top;
  top.k = static_cast<std::int32_t>(d.per_box);
  graph.add(top, {scores}, call.name + "_classes");
  const Ids outputs = graph.nodes.back().outputs;
  const ValueId best = reshaped(graph, columns_of(graph, outputs[0], 0, 1), {1, d.anchors});
  const Chosen chosen = best_boxes(call, d, best, corners, d.most);
  const ValueId boxes = reshaped(graph, chosen.boxes, {d.most});
  define_outputs(call, corners, boxes, reshaped(graph, chosen.scores, {d.most}), rows_at(call, outputs[1], boxes),
                 rows_at(call, outputs[0], boxes));
}

/// Each class chooses for itself, and the best of all classes stay.
void detect_by_class(const Call& call, const Detector& d, ValueId corners, ValueId scores) {
  Graph& graph = call.graph();
  const ValueId turned = graph.add(parameters::Permute{.permutation = {1, 0}}, {scores}, call.name + "_by_class");
  const Chosen chosen = best_boxes(call, d, turned, corners, d.per_class);
  const std::int64_t all = d.classes * d.per_class, missing = std::max<std::int64_t>(d.most - all, 0);
  ValueId found = reshaped(graph, chosen.scores, {all}), boxes = reshaped(graph, chosen.boxes, {all});
  Integers numbers;
  for (std::int64_t i = 0; i < all + missing; ++i) numbers.push_back(i < all ? i / d.per_class : 0);
  if (missing > 0) {
    parameters::Pad pad;
    pad.after[0] = static_cast<std::uint16_t>(missing);
    pad.value = static_cast<float>(kOutScore);
    found = graph.add(pad, {found}, call.name + "_padded");
    pad.value = 0;
    boxes = graph.add(pad, {boxes}, call.name + "_padded_boxes");
  }
  parameters::TopK top;
  top.k = static_cast<std::int32_t>(d.most);
  graph.add(top, {found}, call.name + "_top");
  const Ids outputs = graph.nodes.back().outputs;
  const ValueId classes =
      graph.add_constant(Array::of(ElementType::int32, {all + missing}, numbers), DataType::int32);
  const ValueId column = reshaped(graph, outputs[0], {d.most, 1});
  define_outputs(call, corners, rows_at(call, boxes, outputs[1]), outputs[0],
                 reshaped(graph, rows_at(call, classes, outputs[1]), {d.most, 1}), column);
}

void import_detection(const Call& call) {
  if (call.outputs() != 4) call.refuse("has another number of outputs than 4");
  const Detector d(call);
  if (d.is_regular && d.per_box > 1) call.refuse("has several classes for a box, which its way to choose ignores");
  Graph& graph = call.graph();
  const std::int64_t width = call.type(1).shape[2];
  ValueId scores = reshaped(graph, real_input(call, 1), {d.anchors, width});
  if (width != d.classes) scores = columns_of(graph, scores, width - d.classes, d.classes);
  const ValueId corners = corners_of(call, d);
  d.is_regular ? detect_by_class(call, d, corners, scores) : detect_best(call, d, corners, scores);
}

}  // namespace

std::vector<TfliteOperator> detection_operators() {
  return {{tflite::BuiltinOperator::CUSTOM, import_detection, nullptr, {Operator::scan}, 0, 0,
           {DataType::uint8, DataType::int8}, "TFLite_Detection_PostProcess"}};
}

}  // namespace nacre::tools
