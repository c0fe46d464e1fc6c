// Resize and Upsample: along one axis after the other, each place of the result a mean of some of the input.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tools/graph/moves.hpp"
#include "tools/onnx/programs.hpp"

namespace nacre::tools {
namespace {

using F = MapFunction;

/// What there is to say about one axis.
struct ResizedAxis {
  std::size_t axis;
  std::int64_t from, to;
  double scale;
  double begin = 0, end = 1;  ///< of the region that is taken, as shares of the axis
};

struct ResizeMode {
  std::string interpolation = "nearest", transformation = "asymmetric", rounding = "floor";
  double cubic = -0.75, extrapolation = 0;
  bool antialias = false, excludes_outside = false;
};

/// Places of an axis and what they count for one place of the result; none: the value for what lies outside.
struct Taps {
  std::vector<std::int64_t> places;
  std::vector<double> weights;
};

/// Where a place of the result lies on the axis.
double place_of(const OnnxCall& call, const ResizedAxis& a, const ResizeMode& mode, double i) {
  const double length = static_cast<double>(a.from), whole = a.scale * length;
  const std::string& t = mode.transformation;
  if (t == "asymmetric") return i / a.scale;
  if (t == "half_pixel" || t == "tf_half_pixel_for_nn") return (i + 0.5) / a.scale - (t == "half_pixel" ? 0.5 : 0);
  if (t == "pytorch_half_pixel") return whole == 1 ? -0.5 : (i + 0.5) / a.scale - 0.5;
  if (t == "align_corners") return whole == 1 ? 0 : i * (length - 1) / (whole - 1);
  if (t == "half_pixel_symmetric")
    return length / 2 * (1 - static_cast<double>(a.to) / whole) + (i + 0.5) / a.scale - 0.5;
  if (t == "tf_crop_and_resize") {
    const double inside = whole == 1 ? (a.end - a.begin) * (length - 1) / 2
                                     : i * (a.end - a.begin) * (length - 1) / (whole - 1);
    return inside + a.begin * (length - 1);
  }
  call.refuse("has the coordinate transformation " + t);
}

double cubic_weight(double distance, double a) {
  const double x = std::abs(distance);
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

/// The weights of the places from `first` on, counted from the one at or before a place, which lies `share` beyond it.
std::vector<double> weights_of(const OnnxCall& call, const ResizedAxis& a, const ResizeMode& mode, double share,
                               std::int64_t* first) {
  *first = 0;
  if (mode.interpolation == "nearest") {
    const bool is_second = mode.rounding == "round_prefer_floor"  ? share > 0.5
                           : mode.rounding == "round_prefer_ceil" ? share >= 0.5
                           : mode.rounding == "floor"             ? share == 1
                                                                  : true;
    if (mode.rounding != "round_prefer_floor" && mode.rounding != "round_prefer_ceil" && mode.rounding != "floor" &&
        mode.rounding != "ceil")
      call.refuse("rounds by " + mode.rounding);
    return is_second ? std::vector<double>{0, 1} : std::vector<double>{1, 0};
  }
  const bool is_linear = mode.interpolation == "linear";
  if (!is_linear && mode.interpolation != "cubic") call.refuse("has the mode " + mode.interpolation);
  const double scale = mode.antialias ? std::min(a.scale, 1.0) : 1.0, radius = is_linear ? 1 : 2;
  *first = static_cast<std::int64_t>(std::floor(-radius / scale)) + 1;
  const std::int64_t count = (is_linear ? 2 : 4) - 2 * (*first + (is_linear ? 0 : 1));
  std::vector<double> weights;
  double sum = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const double distance = scale * (static_cast<double>(*first + i) - share);
    weights.push_back(is_linear ? std::max(0.0, 1 - std::abs(distance)) : cubic_weight(distance, mode.cubic));
    sum += weights.back();
  }
  if (mode.antialias)
    for (double& weight : weights) weight /= sum;
  return weights;
}

Taps taps_of(const OnnxCall& call, const ResizedAxis& a, const ResizeMode& mode, std::int64_t i) {
  const double place = place_of(call, a, mode, static_cast<double>(i));
  Taps taps;
  const bool is_outside = place < 0 || place > static_cast<double>(a.from - 1);
  if (mode.transformation == "tf_crop_and_resize" && is_outside) return taps;
  if (!(std::abs(place) < 1e9)) call.refuse(fmt::format("reads place {} of an axis", place));
  const bool is_whole = place == std::floor(place);
  const auto before = static_cast<std::int64_t>(std::floor(place)) - (is_whole ? 1 : 0);
  std::int64_t first = 0;
  taps.weights = weights_of(call, a, mode, is_whole ? 1 : place - std::floor(place), &first);
  double sum = 0;
  for (std::size_t k = 0; k < taps.weights.size(); ++k) {
    const std::int64_t stated = before + first + static_cast<std::int64_t>(k);
    if (mode.excludes_outside && (stated < 0 || stated >= a.from)) taps.weights[k] = 0;
    taps.places.push_back(std::clamp<std::int64_t>(stated, 0, a.from - 1));
    sum += taps.weights[k];
  }
  if (mode.excludes_outside)
    for (double& weight : taps.weights) weight /= sum;
  return taps;
}

ValueId gathered(const OnnxCall& call, ValueId x, std::size_t axis, const std::vector<std::int64_t>& places) {
  const auto behind = static_cast<std::uint8_t>(call.graph().shape(x).size() - 1 - axis);
  return call.graph().add(parameters::Gather{.behind = behind},
                          {x, int_constant(call, {std::ssize(places)}, places)}, call.name());
}

/// One axis by a gather where each place has one source, by two where it has two, else by a product with a matrix.
ValueId resized_axis(const OnnxCall& call, ValueId x, const ResizedAxis& a, const ResizeMode& mode) {
  Graph& graph = call.graph();
  constexpr std::int64_t kMostWeights = std::int64_t{1} << 24;
  if (a.from > 0 && a.to > kMostWeights / a.from)
    call.refuse(fmt::format("resizes an axis of {} to {}, which is beyond all reason", a.from, a.to));
  std::vector<std::int64_t> first, second;
  std::vector<double> share;
  std::vector<double> matrix(static_cast<std::size_t>(a.from * a.to), 0), outside(static_cast<std::size_t>(a.to), 0);
  bool is_single = true, is_pair = true;
  for (std::int64_t i = 0; i < a.to; ++i) {
    const Taps taps = taps_of(call, a, mode, i);
    std::vector<std::pair<std::int64_t, double>> counted;
    for (std::size_t k = 0; k < taps.places.size(); ++k) {
      matrix[static_cast<std::size_t>(taps.places[k] * a.to + i)] += taps.weights[k];
      if (taps.weights[k] != 0) counted.emplace_back(taps.places[k], taps.weights[k]);
    }
    if (taps.places.empty()) outside[static_cast<std::size_t>(i)] = mode.extrapolation, is_single = is_pair = false;
    is_single = is_single && counted.size() == 1, is_pair = is_pair && !counted.empty() && counted.size() <= 2;
    first.push_back(counted.empty() ? 0 : counted.front().first);
    second.push_back(counted.empty() ? 0 : counted.back().first);
    share.push_back(counted.size() < 2 ? 0 : counted.back().second);
  }
  if (is_single) return gathered(call, x, a.axis, first);
  if (graph.type(x).type != DataType::float32) call.refuse("interpolates elements of another type than float32");
  if (is_pair)
    return add_between(graph, gathered(call, x, a.axis, first), gathered(call, x, a.axis, second), a.axis, share,
                       call.name());
  const std::size_t last = graph.shape(x).size() - 1;
  const ValueId weights = graph.add_constant({a.from, a.to}, matrix), bias = graph.add_constant({a.to}, outside);
  const ValueId moved = move_axis(graph, x, a.axis, last);
  return move_axis(graph, graph.add(parameters::FullyConnected{}, {moved, weights, bias}, call.name()), last, a.axis);
}

void resize(const OnnxCall& call, const std::vector<ResizedAxis>& axes, const ResizeMode& mode) {
  ValueId x = call.value();
  for (const ResizedAxis& axis : axes) {
    if (axis.to < 1 || axis.to > (1 << 24)) call.refuse(fmt::format("makes an axis of {}", axis.to));
    const bool is_whole = axis.from == axis.to && axis.scale == 1 && mode.transformation != "tf_crop_and_resize" &&
                          mode.transformation != "tf_half_pixel_for_nn";
    if (!is_whole) x = resized_axis(call, x, axis, mode);
  }
  call.define(x);
}

/// Axes by a factor each.
std::vector<ResizedAxis> scaled_axes(const OnnxCall& call, const std::vector<double>& scales,
                                     const std::vector<std::size_t>& axes) {
  if (scales.size() != axes.size()) call.refuse("has scales for another number of axes");
  std::vector<ResizedAxis> result;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::int64_t from = call.shape(0)[axes[i]];
    if (!(scales[i] > 0) || scales[i] > 1e6) call.refuse(fmt::format("has a scale of {}", scales[i]));
    result.push_back({axes[i], from, static_cast<std::int64_t>(std::floor(static_cast<double>(from) * scales[i])),
                      scales[i]});
  }
  return result;
}

/// Of Upsample, and of Resize before operator set 11: scales alone, places rounded down.
void import_upsample(const OnnxCall& call) {
  ResizeMode mode;
  mode.interpolation = call.text("mode", "nearest");
  std::vector<double> scales;
  if (call.op() == "Upsample" && call.opset() < 9) {
    const auto stated = call.reals("scales").value_or(std::vector<float>());
    scales.assign(stated.begin(), stated.end());
  } else {
    scales = call.known_reals(1);
  }
  resize(call, scaled_axes(call, scales, axes_from(0, call.shape(0).size())), mode);
}

/// Axes to a length each; a policy keeps the proportions of the image.
std::vector<ResizedAxis> sized_axes(const OnnxCall& call, const std::vector<std::int64_t>& sizes,
                                    const std::vector<std::size_t>& axes, const std::string& policy) {
  if (sizes.size() != axes.size()) call.refuse("has sizes for another number of axes");
  std::vector<ResizedAxis> result;
  double factor = policy == "not_smaller" ? 0 : 1e30;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::int64_t from = call.shape(0)[axes[i]];
    if (sizes[i] < 1 || sizes[i] > (1 << 24)) call.refuse(fmt::format("makes an axis of {}", sizes[i]));
    const double scale = static_cast<double>(sizes[i]) / static_cast<double>(from);
    result.push_back({axes[i], from, sizes[i], scale});
    factor = policy == "not_smaller" ? std::max(factor, scale) : std::min(factor, scale);
  }
  if (policy == "stretch") return result;
  if (policy != "not_larger" && policy != "not_smaller") call.refuse("has the policy " + policy);
  for (ResizedAxis& axis : result)
    axis.scale = factor, axis.to = static_cast<std::int64_t>(std::floor(factor * static_cast<double>(axis.from) + 0.5));
  return result;
}

void import_resize(const OnnxCall& call) {
  ResizeMode mode;
  mode.interpolation = call.text("mode", "nearest");
  mode.transformation = call.text("coordinate_transformation_mode", "half_pixel");
  mode.rounding = call.text("nearest_mode", "round_prefer_floor");
  mode.cubic = call.real("cubic_coeff_a", -0.75f), mode.extrapolation = call.real("extrapolation_value", 0);
  mode.excludes_outside = call.flag("exclude_outside");
  const std::size_t rank = call.shape(0).size();
  std::vector<std::size_t> axes = axes_from(0, rank);
  std::string policy = "stretch";
  if (call.opset() >= 18) {
    mode.antialias = call.flag("antialias");
    policy = call.text("keep_aspect_ratio_policy", "stretch");
    if (const auto stated = call.integers("axes")) {
      axes.clear();
      for (const std::int64_t axis : *stated) axes.push_back(call.axis(axis, rank));
    }
  }
  const bool has_scales = call.has_input(2) && call.known(2).size() > 0;
  if (!has_scales && !call.has_input(3)) call.refuse("has neither scales nor sizes");
  std::vector<ResizedAxis> all = has_scales ? scaled_axes(call, call.known_reals(2), axes)
                                            : sized_axes(call, call.known_integers(3), axes, policy);
  if (call.has_input(3)) (void)call.known(3);
  if (call.has_input(1) && mode.transformation == "tf_crop_and_resize") {
    const std::vector<double> region = call.known_reals(1);
    if (region.size() != 2 * axes.size()) call.refuse("has a region of other axes");
    for (std::size_t i = 0; i < all.size(); ++i) all[i].begin = region[i], all[i].end = region[axes.size() + i];
  }
  resize(call, all, mode);
}

}  // namespace

std::vector<OnnxOperator> onnx_resize_operators() {
  return {{"Resize", 10, import_upsample}, {"Resize", 11, import_resize}, {"Upsample", 7, import_upsample}};
}

}  // namespace nacre::tools
