// Written by nacre-describe from schema/operators/*.md, which say what each
// field means. Change those.
#pragma once

#include <cstdint>

#include "nacre/tensor.hpp"

namespace nacre {

/// Operators, with the numbers of the union Operator in schema/operators.fbs.
enum class Operator : std::uint8_t {
  fully_connected = 1,
  conv_2d = 2,
  depthwise_conv_2d = 3,
  max_pool_2d = 4,
  average_pool_2d = 5,
  affine = 6,
  activation = 7,
  prelu = 8,
  softmax = 9,
  lookup_table = 10,
  binary = 11,
  concatenate = 12,
  permute = 13,
  pad = 14,
  gather = 15,
  lstm = 16,
  tree_ensemble = 17,
  impute = 18,
  arg_max = 19,
  binarize = 20,
  label_decode = 21,
  label_encode = 22,
  quantize = 23,
  dequantize = 24,
  requantize = 25,
  top_k = 26,
  normalize = 27,
  reduce = 28,
  slice = 29,
  copy = 30,
  reshape = 31,
  quantized_lstm = 32,
  clip = 33,
  cast = 34,
  map = 35,
  matmul = 36,
  scan = 37,
  move = 38,
  broadcast = 39,
  conv_transposed = 40,
  conv_3d = 41,
  pool_3d = 42,
  rows = 43,
  find_text = 44,
  count_terms = 45,
  hash_terms = 46,
  sparse_matmul = 47,
  scatter = 48,
  neighbors = 49,
  packed_trees = 50,
  quantize_rows = 51,
  conv_integer = 52,
  hash_text = 53,
};

enum class ActivationFunction : std::uint8_t {
  relu = 0,  ///< x < threshold: alpha * (x - threshold), or 0 where alpha is 0; else min(x, maximum)
  sigmoid = 1,  ///< 1 / (1 + exp(-x))
  tanh = 2,
  elu = 3,  ///< x < 0: alpha * (exp(x) - 1); else x
  selu = 4,  ///< 1.05070098 * (x < 0: 1.67326324 * (exp(x) - 1); else x)
  softplus = 5,  ///< log(1 + exp(x))
  softsign = 6,  ///< x / (1 + abs(x))
  swish = 7,  ///< x * sigmoid(x)
  gelu = 8,  ///< 0.5 x (1 + erf(x / sqrt 2))
  gelu_tanh = 9,  ///< 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))
  hard_sigmoid = 10,  ///< clamp(alpha * x + beta, 0, 1)
  hard_swish = 11,  ///< x * clamp(x / 6 + 0.5, 0, 1)
  exponential = 12,  ///< exp(x)
  mish = 13,  ///< x * tanh(softplus(x))
  log = 14,  ///< natural
  sqrt = 15,
  abs = 16,
  negative = 17,  ///< -x
  square = 18,  ///< x * x
  linear = 19,  ///< x; an activation of LSTM only
};

enum class BinaryFunction : std::uint8_t {
  add = 0,
  subtract = 1,
  multiply = 2,
  divide = 3,  ///< no int8 kernel
  maximum = 4,  ///< a NaN wins
  minimum = 5,  ///< a NaN wins
};

enum class TreeSum : std::uint8_t {
  compensated = 0,  ///< thresholds alone
  plain = 1,  ///< thresholds alone
  categories = 2,  ///< a plain sum
  shares = 3,  ///< of packed_trees alone: an exact sum of integers
};

enum class Norm : std::uint8_t {
  l1 = 0,  ///< sum of magnitudes
  l2 = 1,  ///< Euclidean
  maximum = 2,  ///< largest magnitude
  largest = 3,  ///< largest value, which may be negative
};

enum class ReduceFunction : std::uint8_t {
  sum = 0,
  mean = 1,
  maximum = 2,  ///< a NaN wins
  minimum = 3,  ///< a NaN wins
  product = 4,
};

enum class MoveFunction : std::uint8_t {
  take = 0,  ///< out of a box of x
  put = 1,  ///< into boxes of y
};

enum class PoolFunction : std::uint8_t {
  maximum = 0,  ///< the largest
  average = 1,  ///< the mean
};

enum class Analyzer : std::uint8_t {
  words = 0,  ///< sequences of words
  characters = 1,  ///< sequences of characters
  padded = 2,  ///< sequences of characters within words
};

enum class NeighborSort : std::uint8_t {
  quick = 0,  ///< parts around a median of three
  insertion = 1,  ///< equal elements stay in their order
};

enum class HashFunction : std::uint8_t {
  farm = 0,  ///< FarmHash's Fingerprint64
  sip = 1,  ///< SipHash-2-4
  itself = 2,  ///< an int32 is its own hash, with its sign extended; a text as with farm
};

/// What the programs of map call.
enum class MapFunction : std::uint16_t {
  add = 1,
  subtract = 2,
  multiply = 3,  ///< int32: modulo 2^32, as add and subtract
  divide = 4,  ///< int32: towards 0, modulo 2^32, 0 where b is 0
  maximum = 5,  ///< a NaN wins
  minimum = 6,  ///< a NaN wins
  multiply_add = 7,  ///< a * b + c; float32: rounded once
  clamp = 8,  ///< a < b: b; else a > c: c; else a
  impute = 9,  ///< c where a equals b or both are NaN; else a
  where = 10,  ///< b where a is not 0, c where it is
  equal = 11,  ///< 1 or 0
  greater = 12,  ///< 1 or 0
  negative = 13,
  absolute = 14,
  sqrt = 15,
  exponential = 16,  ///< e^a
  log = 17,  ///< natural
  relu = 18,  ///< a < 0: 0; else a
  leaky_relu = 19,  ///< a < c: b * (a - c), or 0 where b is 0; else a, or d where it is more
  prelu = 20,  ///< a >= 0: a; else b * a
  elu = 21,  ///< a < 0: b * (e^a - 1); else a
  selu = 22,  ///< 1.05070098 * (a < 0: 1.67326324 * (e^a - 1); else a)
  sigmoid = 23,  ///< 1 / (1 + e^-a)
  tanh = 24,
  softplus = 25,  ///< log(1 + e^a)
  softsign = 26,  ///< a / (1 + abs a)
  swish = 27,  ///< a * sigmoid(a)
  gelu = 28,  ///< 0.5 a (1 + erf(a / sqrt 2))
  gelu_tanh = 29,  ///< 0.5 a (1 + tanh(sqrt(2 / pi) (a + 0.044715 a^3)))
  hard_sigmoid = 30,  ///< clamp(b * a + c, 0, 1)
  hard_swish = 31,  ///< a * clamp(a / 6 + 0.5, 0, 1)
  mish = 32,  ///< a * tanh(softplus(a))
  square = 33,  ///< a * a
  cast = 34,  ///< to an integer: towards 0, limited to its range, a NaN is 0; to a boolean: whether it is not 0
  erf = 35,  ///< error function
  log1p = 36,  ///< log(1 + a)
  expm1 = 37,  ///< e^a - 1
  power = 38,  ///< a^b as in IEEE 754: NaN where a < 0 and b is no integer
  sine = 39,  ///< of a in radians
  cosine = 40,  ///< of a in radians
  floor = 41,  ///< the largest integer that is not above a
  ceiling = 42,  ///< the smallest integer that is not below a
  nearest = 43,  ///< the nearest integer, of two the even one
  sign = 44,  ///< -1, 0 or 1; a NaN stays
  greater_equal = 45,  ///< 1 or 0
  floor_divide = 46,  ///< floor(a / b); int32: modulo 2^32, 0 where b is 0
  remainder = 47,  ///< a - n b, exact, with the sign of b or 0; int32: 0 where b is 0
  rescale = 48,  ///< a * b * 2^(c - 31), rounded as quantised layers round
  exclusive_or = 49,  ///< bit by bit
  shift_right = 50,  ///< floor(a / 2^b); b counts as the nearest from 0 to 31
  nearest_away = 51,  ///< the nearest integer, of two the one farther from 0
};

/// Parameters of a layer: what the file holds, read in place.
namespace parameters {

struct FullyConnected {
  static constexpr Operator kOperator = Operator::fully_connected;

  float minimum = -__builtin_inff();
  float maximum = __builtin_inff();
  std::int32_t multiplier = 0;
  std::int32_t shift = 0;
  std::int8_t output_zero_point = 0;
  std::int8_t output_minimum = -128;
  std::int8_t output_maximum = 127;
  Layout layout = Layout::portable;
  std::uint8_t reserved[4] = {};
};
static_assert(sizeof(FullyConnected) == 24, "as in the file");

struct Conv2D {
  static constexpr Operator kOperator = Operator::conv_2d;

  float minimum = -__builtin_inff();
  float maximum = __builtin_inff();
  std::uint16_t stride_h = 1;
  std::uint16_t stride_w = 1;
  std::uint16_t dilation_h = 1;
  std::uint16_t dilation_w = 1;
  std::uint16_t pad_top = 0;
  std::uint16_t pad_bottom = 0;
  std::uint16_t pad_left = 0;
  std::uint16_t pad_right = 0;
  std::uint16_t groups = 1;
  std::uint16_t kernel_h = 0;
  std::uint16_t kernel_w = 0;
  std::int8_t input_zero_point = 0;
  std::int8_t output_zero_point = 0;
  std::int8_t output_minimum = -128;
  std::int8_t output_maximum = 127;
  Layout layout = Layout::portable;
  std::uint8_t reserved[5] = {};
};
static_assert(sizeof(Conv2D) == 40, "as in the file");

struct DepthwiseConv2D {
  static constexpr Operator kOperator = Operator::depthwise_conv_2d;

  float minimum = -__builtin_inff();
  float maximum = __builtin_inff();
  std::uint16_t stride_h = 1;
  std::uint16_t stride_w = 1;
  std::uint16_t dilation_h = 1;
  std::uint16_t dilation_w = 1;
  std::uint16_t pad_top = 0;
  std::uint16_t pad_bottom = 0;
  std::uint16_t pad_left = 0;
  std::uint16_t pad_right = 0;
  std::int8_t input_zero_point = 0;
  std::int8_t output_zero_point = 0;
  std::int8_t output_minimum = -128;
  std::int8_t output_maximum = 127;
  Layout layout = Layout::portable;
  std::uint8_t reserved[3] = {};
};
static_assert(sizeof(DepthwiseConv2D) == 32, "as in the file");

struct MaxPool2D {
  static constexpr Operator kOperator = Operator::max_pool_2d;

  float minimum = -__builtin_inff();
  float maximum = __builtin_inff();
  std::uint16_t kernel_h = 1;
  std::uint16_t kernel_w = 1;
  std::uint16_t stride_h = 1;
  std::uint16_t stride_w = 1;
  std::uint16_t pad_top = 0;
  std::uint16_t pad_bottom = 0;
  std::uint16_t pad_left = 0;
  std::uint16_t pad_right = 0;
  std::int8_t output_minimum = -128;
  std::int8_t output_maximum = 127;
  std::uint8_t reserved[6] = {};
};
static_assert(sizeof(MaxPool2D) == 32, "as in the file");

struct AveragePool2D {
  static constexpr Operator kOperator = Operator::average_pool_2d;

  float minimum = -__builtin_inff();
  float maximum = __builtin_inff();
  std::uint16_t kernel_h = 1;
  std::uint16_t kernel_w = 1;
  std::uint16_t stride_h = 1;
  std::uint16_t stride_w = 1;
  std::uint16_t pad_top = 0;
  std::uint16_t pad_bottom = 0;
  std::uint16_t pad_left = 0;
  std::uint16_t pad_right = 0;
  std::int8_t output_minimum = -128;
  std::int8_t output_maximum = 127;
  std::uint8_t reserved[6] = {};
};
static_assert(sizeof(AveragePool2D) == 32, "as in the file");

struct Affine {
  static constexpr Operator kOperator = Operator::affine;

  float minimum = -__builtin_inff();
  float maximum = __builtin_inff();
  std::uint8_t reserved[4] = {};
};
static_assert(sizeof(Affine) == 12, "as in the file");

struct Activation {
  static constexpr Operator kOperator = Operator::activation;

  float alpha = 0;
  float beta = 0;
  float threshold = 0;
  float maximum = __builtin_inff();
  ActivationFunction function = ActivationFunction::relu;
  std::uint8_t reserved[7] = {};
};
static_assert(sizeof(Activation) == 24, "as in the file");

struct PRelu {
  static constexpr Operator kOperator = Operator::prelu;

  std::int32_t positive_multiplier = 0;
  std::int32_t positive_shift = 0;
  std::int32_t negative_multiplier = 0;
  std::int32_t negative_shift = 0;
  std::int8_t input_zero_point = 0;
  std::int8_t alpha_zero_point = 0;
  std::int8_t output_zero_point = 0;
  std::uint8_t reserved[5] = {};
};
static_assert(sizeof(PRelu) == 24, "as in the file");

struct Softmax {
  static constexpr Operator kOperator = Operator::softmax;

  std::int32_t input_multiplier = 0;
  std::int32_t input_shift = 0;
  std::int32_t difference_minimum = 0;
  std::uint8_t reserved[4] = {};
};
static_assert(sizeof(Softmax) == 16, "as in the file");

struct LookupTable {
  static constexpr Operator kOperator = Operator::lookup_table;

  std::uint8_t reserved[4] = {};
};
static_assert(sizeof(LookupTable) == 4, "as in the file");

struct Binary {
  static constexpr Operator kOperator = Operator::binary;

  float minimum = -__builtin_inff();
  float maximum = __builtin_inff();
  std::int32_t left_shift = 0;
  std::int32_t a_multiplier = 0;
  std::int32_t a_shift = 0;
  std::int32_t b_multiplier = 0;
  std::int32_t b_shift = 0;
  std::int32_t output_multiplier = 0;
  std::int32_t output_shift = 0;
  std::int8_t a_zero_point = 0;
  std::int8_t b_zero_point = 0;
  std::int8_t output_zero_point = 0;
  std::int8_t output_minimum = -128;
  std::int8_t output_maximum = 127;
  BinaryFunction function = BinaryFunction::add;
  std::uint8_t reserved[6] = {};
};
static_assert(sizeof(Binary) == 48, "as in the file");

struct Concatenate {
  static constexpr Operator kOperator = Operator::concatenate;

  std::uint8_t axis = 0;
  std::uint8_t reserved[7] = {};
};
static_assert(sizeof(Concatenate) == 8, "as in the file");

struct Permute {
  static constexpr Operator kOperator = Operator::permute;

  std::uint8_t permutation[8] = {};
  std::uint8_t reserved[4] = {};
};
static_assert(sizeof(Permute) == 12, "as in the file");

struct Pad {
  static constexpr Operator kOperator = Operator::pad;

  float value = 0;
  std::int32_t zero_point = 0;
  std::uint16_t before[8] = {};
  std::uint16_t after[8] = {};
  std::uint8_t reserved[4] = {};
};
static_assert(sizeof(Pad) == 44, "as in the file");

struct Gather {
  static constexpr Operator kOperator = Operator::gather;

  DataType unit = DataType::int8;
  std::uint8_t behind = 0;
  std::uint8_t reserved[6] = {};
};
static_assert(sizeof(Gather) == 8, "as in the file");

struct LSTM {
  static constexpr Operator kOperator = Operator::lstm;

  float alpha = 0;
  float beta = 0;
  float cell_clip = __builtin_inff();
  ActivationFunction activation = ActivationFunction::tanh;
  ActivationFunction recurrent_activation = ActivationFunction::sigmoid;
  bool return_sequences = false;
  bool go_backwards = false;
  bool stateful = false;
  std::uint8_t reserved[7] = {};
};
static_assert(sizeof(LSTM) == 24, "as in the file");

struct TreeEnsemble {
  static constexpr Operator kOperator = Operator::tree_ensemble;

  float divisor = 1;
  TreeSum function = TreeSum::compensated;
  std::uint8_t reserved[3] = {};
};
static_assert(sizeof(TreeEnsemble) == 8, "as in the file");

struct Impute {
  static constexpr Operator kOperator = Operator::impute;

  double missing_value = __builtin_nanf("");
  std::uint8_t reserved[8] = {};
};
static_assert(sizeof(Impute) == 16, "as in the file");

struct ArgMax {
  static constexpr Operator kOperator = Operator::arg_max;

  std::uint8_t reserved[4] = {};
};
static_assert(sizeof(ArgMax) == 4, "as in the file");

struct Binarize {
  static constexpr Operator kOperator = Operator::binarize;

  float threshold = 0;
  std::uint8_t reserved[4] = {};
};
static_assert(sizeof(Binarize) == 8, "as in the file");

struct LabelDecode {
  static constexpr Operator kOperator = Operator::label_decode;

  std::uint8_t reserved[4] = {};
};
static_assert(sizeof(LabelDecode) == 4, "as in the file");

struct LabelEncode {
  static constexpr Operator kOperator = Operator::label_encode;

  std::uint8_t reserved[4] = {};
};
static_assert(sizeof(LabelEncode) == 4, "as in the file");

struct Quantize {
  static constexpr Operator kOperator = Operator::quantize;

  float scale = 0;
  std::int8_t zero_point = 0;
  std::uint8_t reserved[3] = {};
};
static_assert(sizeof(Quantize) == 8, "as in the file");

struct Dequantize {
  static constexpr Operator kOperator = Operator::dequantize;

  float scale = 0;
  std::int8_t zero_point = 0;
  std::uint8_t reserved[3] = {};
};
static_assert(sizeof(Dequantize) == 8, "as in the file");

struct Requantize {
  static constexpr Operator kOperator = Operator::requantize;

  std::int32_t input_zero_point = 0;
  std::int32_t output_zero_point = 0;
  std::int32_t multiplier = 0;
  std::int32_t shift = 0;
  DataType output_type = DataType::int8;
  std::uint8_t reserved[7] = {};
};
static_assert(sizeof(Requantize) == 24, "as in the file");

struct TopK {
  static constexpr Operator kOperator = Operator::top_k;

  std::int32_t k = 1;
  std::uint8_t reserved[4] = {};
};
static_assert(sizeof(TopK) == 8, "as in the file");

struct Normalize {
  static constexpr Operator kOperator = Operator::normalize;

  float least = 0;
  Norm norm = Norm::l1;
  bool uniform = false;
  std::uint8_t reserved[6] = {};
};
static_assert(sizeof(Normalize) == 12, "as in the file");

struct Reduce {
  static constexpr Operator kOperator = Operator::reduce;

  std::int32_t multiplier = 0;
  std::int32_t shift = 0;
  std::int8_t input_zero_point = 0;
  std::int8_t output_zero_point = 0;
  ReduceFunction function = ReduceFunction::sum;
  std::uint8_t axes = 0;
  bool keep_dims = false;
  std::uint8_t reserved[3] = {};
};
static_assert(sizeof(Reduce) == 16, "as in the file");

struct Slice {
  static constexpr Operator kOperator = Operator::slice;

  std::int32_t begin[8] = {};
  std::int32_t stride[8] = {};
  std::int32_t size[8] = {};
  std::uint8_t reserved[4] = {};
};
static_assert(sizeof(Slice) == 100, "as in the file");

struct Copy {
  static constexpr Operator kOperator = Operator::copy;

  std::uint8_t reserved[4] = {};
};
static_assert(sizeof(Copy) == 4, "as in the file");

struct Reshape {
  static constexpr Operator kOperator = Operator::reshape;

  std::int32_t shape[8] = {};
  std::uint8_t rank = 0;
  std::uint8_t reserved[7] = {};
};
static_assert(sizeof(Reshape) == 40, "as in the file");

struct QuantizedLSTM {
  static constexpr Operator kOperator = Operator::quantized_lstm;

  std::int32_t cell_clip = 0;
  std::int32_t output_multiplier = 0;
  std::int32_t output_shift = 0;
  std::int8_t output_zero_point = 0;
  std::int8_t initial_hidden = 0;
  bool return_sequences = false;
  std::uint8_t cell_integer_bits = 0;
  std::uint8_t reserved[4] = {};
};
static_assert(sizeof(QuantizedLSTM) == 20, "as in the file");

struct Clip {
  static constexpr Operator kOperator = Operator::clip;

  float minimum = -__builtin_inff();
  float maximum = __builtin_inff();
  std::uint8_t reserved[4] = {};
};
static_assert(sizeof(Clip) == 12, "as in the file");

struct Cast {
  static constexpr Operator kOperator = Operator::cast;

  DataType type = DataType::float32;
  std::uint8_t reserved[3] = {};
};
static_assert(sizeof(Cast) == 4, "as in the file");

struct Map {
  static constexpr Operator kOperator = Operator::map;

  std::uint16_t instructions = 1;
  std::uint8_t reserved[6] = {};
};
static_assert(sizeof(Map) == 8, "as in the file");

struct MatMul {
  static constexpr Operator kOperator = Operator::matmul;

  bool transposed = false;
  std::uint8_t reserved[7] = {};
};
static_assert(sizeof(MatMul) == 8, "as in the file");

struct Scan {
  static constexpr Operator kOperator = Operator::scan;

  std::uint8_t sequences = 1;
  std::uint8_t whole = 0;
  bool go_backwards = false;
  bool stateful = false;
  bool counted = false;
  std::uint8_t reserved[3] = {};
};
static_assert(sizeof(Scan) == 8, "as in the file");

struct Move {
  static constexpr Operator kOperator = Operator::move;

  std::int32_t length[8] = {};
  std::int32_t stride[8] = {};
  std::int32_t start = 0;
  std::uint32_t fill[2] = {};
  DataType unit = DataType::int8;
  MoveFunction function = MoveFunction::take;
  std::uint8_t rank = 1;
  bool fills = false;
  std::uint8_t reserved[4] = {};
};
static_assert(sizeof(Move) == 84, "as in the file");

struct Broadcast {
  static constexpr Operator kOperator = Operator::broadcast;

  std::int32_t shape[8] = {};
  std::uint8_t rank = 0;
  std::uint8_t reserved[7] = {};
};
static_assert(sizeof(Broadcast) == 40, "as in the file");

struct ConvTransposed {
  static constexpr Operator kOperator = Operator::conv_transposed;

  float minimum = -__builtin_inff();
  float maximum = __builtin_inff();
  std::int32_t size[3] = {1, 1, 1};
  std::uint16_t stride[3] = {1, 1, 1};
  std::uint16_t dilation[3] = {1, 1, 1};
  std::uint16_t pad_before[3] = {};
  std::int8_t input_zero_point = 0;
  std::int8_t output_zero_point = 0;
  std::int8_t output_minimum = -128;
  std::int8_t output_maximum = 127;
  std::uint8_t reserved[6] = {};
};
static_assert(sizeof(ConvTransposed) == 48, "as in the file");

struct Conv3D {
  static constexpr Operator kOperator = Operator::conv_3d;

  float minimum = -__builtin_inff();
  float maximum = __builtin_inff();
  std::uint16_t stride[3] = {1, 1, 1};
  std::uint16_t dilation[3] = {1, 1, 1};
  std::uint16_t pad_before[3] = {};
  std::uint16_t pad_after[3] = {};
  std::uint16_t groups = 1;
  std::uint8_t reserved[6] = {};
};
static_assert(sizeof(Conv3D) == 40, "as in the file");

struct Pool3D {
  static constexpr Operator kOperator = Operator::pool_3d;

  std::uint16_t kernel[3] = {1, 1, 1};
  std::uint16_t stride[3] = {1, 1, 1};
  std::uint16_t pad_before[3] = {};
  std::uint16_t pad_after[3] = {};
  PoolFunction function = PoolFunction::maximum;
  std::uint8_t reserved[7] = {};
};
static_assert(sizeof(Pool3D) == 32, "as in the file");

struct Rows {
  static constexpr Operator kOperator = Operator::rows;

  std::uint8_t reserved[4] = {};
};
static_assert(sizeof(Rows) == 4, "as in the file");

struct FindText {
  static constexpr Operator kOperator = Operator::find_text;

  bool refuses_others = false;
  std::uint8_t reserved[3] = {};
};
static_assert(sizeof(FindText) == 4, "as in the file");

struct CountTerms {
  static constexpr Operator kOperator = Operator::count_terms;

  std::int32_t column = 0;
  std::int32_t entries = 1;
  std::uint16_t least = 1;
  std::uint16_t most = 65535;
  Analyzer analyzer = Analyzer::words;
  std::uint8_t shortest = 1;
  std::uint8_t longest = 1;
  bool binary = false;
  bool counts_others = false;
  bool in_order = false;
  std::uint8_t reserved[2] = {};
};
static_assert(sizeof(CountTerms) == 20, "as in the file");

struct HashTerms {
  static constexpr Operator kOperator = Operator::hash_terms;

  std::int32_t column = 0;
  std::int32_t features = 1;
  std::int32_t entries = 1;
  std::uint16_t least = 1;
  std::uint16_t most = 65535;
  Analyzer analyzer = Analyzer::words;
  std::uint8_t shortest = 1;
  std::uint8_t longest = 1;
  bool binary = false;
  bool alternate = false;
  std::uint8_t reserved[3] = {};
};
static_assert(sizeof(HashTerms) == 24, "as in the file");

struct SparseMatMul {
  static constexpr Operator kOperator = Operator::sparse_matmul;

  std::uint8_t reserved[4] = {};
};
static_assert(sizeof(SparseMatMul) == 4, "as in the file");

struct Scatter {
  static constexpr Operator kOperator = Operator::scatter;

  std::int32_t width = 1;
  std::uint8_t reserved[4] = {};
};
static_assert(sizeof(Scatter) == 8, "as in the file");

struct Neighbors {
  static constexpr Operator kOperator = Operator::neighbors;

  std::int32_t k = 1;
  bool merges = false;
  NeighborSort sort = NeighborSort::quick;
  std::uint8_t reserved[2] = {};
};
static_assert(sizeof(Neighbors) == 8, "as in the file");

struct PackedTrees {
  static constexpr Operator kOperator = Operator::packed_trees;

  float divisor = 1;
  std::uint8_t levels = 0;
  std::uint8_t steps = 0;
  TreeSum function = TreeSum::compensated;
  bool rest = false;
  std::uint8_t reserved[4] = {};
};
static_assert(sizeof(PackedTrees) == 12, "as in the file");

struct QuantizeRows {
  static constexpr Operator kOperator = Operator::quantize_rows;

  bool symmetric = false;
  std::uint8_t reserved[3] = {};
};
static_assert(sizeof(QuantizeRows) == 4, "as in the file");

struct ConvInteger {
  static constexpr Operator kOperator = Operator::conv_integer;

  std::uint16_t stride_h = 1;
  std::uint16_t stride_w = 1;
  std::uint16_t dilation_h = 1;
  std::uint16_t dilation_w = 1;
  std::uint16_t pad_top = 0;
  std::uint16_t pad_bottom = 0;
  std::uint16_t pad_left = 0;
  std::uint16_t pad_right = 0;
  std::uint16_t groups = 1;
  std::uint8_t reserved[6] = {};
};
static_assert(sizeof(ConvInteger) == 24, "as in the file");

struct HashText {
  static constexpr Operator kOperator = Operator::hash_text;

  std::int32_t bins = 0;
  std::int32_t key_0 = 0;
  std::int32_t key_1 = 0;
  std::int32_t key_2 = 0;
  std::int32_t key_3 = 0;
  HashFunction method = HashFunction::farm;
  std::uint8_t reserved[3] = {};
};
static_assert(sizeof(HashText) == 24, "as in the file");

}  // namespace parameters

// Every operator: its word, its struct.
#define NACRE_OPERATORS(ROW) \
  ROW(fully_connected, FullyConnected) \
  ROW(conv_2d, Conv2D) \
  ROW(depthwise_conv_2d, DepthwiseConv2D) \
  ROW(max_pool_2d, MaxPool2D) \
  ROW(average_pool_2d, AveragePool2D) \
  ROW(affine, Affine) \
  ROW(activation, Activation) \
  ROW(prelu, PRelu) \
  ROW(softmax, Softmax) \
  ROW(lookup_table, LookupTable) \
  ROW(binary, Binary) \
  ROW(concatenate, Concatenate) \
  ROW(permute, Permute) \
  ROW(pad, Pad) \
  ROW(gather, Gather) \
  ROW(lstm, LSTM) \
  ROW(tree_ensemble, TreeEnsemble) \
  ROW(impute, Impute) \
  ROW(arg_max, ArgMax) \
  ROW(binarize, Binarize) \
  ROW(label_decode, LabelDecode) \
  ROW(label_encode, LabelEncode) \
  ROW(quantize, Quantize) \
  ROW(dequantize, Dequantize) \
  ROW(requantize, Requantize) \
  ROW(top_k, TopK) \
  ROW(normalize, Normalize) \
  ROW(reduce, Reduce) \
  ROW(slice, Slice) \
  ROW(copy, Copy) \
  ROW(reshape, Reshape) \
  ROW(quantized_lstm, QuantizedLSTM) \
  ROW(clip, Clip) \
  ROW(cast, Cast) \
  ROW(map, Map) \
  ROW(matmul, MatMul) \
  ROW(scan, Scan) \
  ROW(move, Move) \
  ROW(broadcast, Broadcast) \
  ROW(conv_transposed, ConvTransposed) \
  ROW(conv_3d, Conv3D) \
  ROW(pool_3d, Pool3D) \
  ROW(rows, Rows) \
  ROW(find_text, FindText) \
  ROW(count_terms, CountTerms) \
  ROW(hash_terms, HashTerms) \
  ROW(sparse_matmul, SparseMatMul) \
  ROW(scatter, Scatter) \
  ROW(neighbors, Neighbors) \
  ROW(packed_trees, PackedTrees) \
  ROW(quantize_rows, QuantizeRows) \
  ROW(conv_integer, ConvInteger) \
  ROW(hash_text, HashText)

// Every field of a struct.
#define NACRE_FIELDS(ROW) \
  ROW(FullyConnected, minimum) \
  ROW(FullyConnected, maximum) \
  ROW(FullyConnected, multiplier) \
  ROW(FullyConnected, shift) \
  ROW(FullyConnected, output_zero_point) \
  ROW(FullyConnected, output_minimum) \
  ROW(FullyConnected, output_maximum) \
  ROW(FullyConnected, layout) \
  ROW(Conv2D, minimum) \
  ROW(Conv2D, maximum) \
  ROW(Conv2D, stride_h) \
  ROW(Conv2D, stride_w) \
  ROW(Conv2D, dilation_h) \
  ROW(Conv2D, dilation_w) \
  ROW(Conv2D, pad_top) \
  ROW(Conv2D, pad_bottom) \
  ROW(Conv2D, pad_left) \
  ROW(Conv2D, pad_right) \
  ROW(Conv2D, groups) \
  ROW(Conv2D, kernel_h) \
  ROW(Conv2D, kernel_w) \
  ROW(Conv2D, input_zero_point) \
  ROW(Conv2D, output_zero_point) \
  ROW(Conv2D, output_minimum) \
  ROW(Conv2D, output_maximum) \
  ROW(Conv2D, layout) \
  ROW(DepthwiseConv2D, minimum) \
  ROW(DepthwiseConv2D, maximum) \
  ROW(DepthwiseConv2D, stride_h) \
  ROW(DepthwiseConv2D, stride_w) \
  ROW(DepthwiseConv2D, dilation_h) \
  ROW(DepthwiseConv2D, dilation_w) \
  ROW(DepthwiseConv2D, pad_top) \
  ROW(DepthwiseConv2D, pad_bottom) \
  ROW(DepthwiseConv2D, pad_left) \
  ROW(DepthwiseConv2D, pad_right) \
  ROW(DepthwiseConv2D, input_zero_point) \
  ROW(DepthwiseConv2D, output_zero_point) \
  ROW(DepthwiseConv2D, output_minimum) \
  ROW(DepthwiseConv2D, output_maximum) \
  ROW(DepthwiseConv2D, layout) \
  ROW(MaxPool2D, minimum) \
  ROW(MaxPool2D, maximum) \
  ROW(MaxPool2D, kernel_h) \
  ROW(MaxPool2D, kernel_w) \
  ROW(MaxPool2D, stride_h) \
  ROW(MaxPool2D, stride_w) \
  ROW(MaxPool2D, pad_top) \
  ROW(MaxPool2D, pad_bottom) \
  ROW(MaxPool2D, pad_left) \
  ROW(MaxPool2D, pad_right) \
  ROW(MaxPool2D, output_minimum) \
  ROW(MaxPool2D, output_maximum) \
  ROW(AveragePool2D, minimum) \
  ROW(AveragePool2D, maximum) \
  ROW(AveragePool2D, kernel_h) \
  ROW(AveragePool2D, kernel_w) \
  ROW(AveragePool2D, stride_h) \
  ROW(AveragePool2D, stride_w) \
  ROW(AveragePool2D, pad_top) \
  ROW(AveragePool2D, pad_bottom) \
  ROW(AveragePool2D, pad_left) \
  ROW(AveragePool2D, pad_right) \
  ROW(AveragePool2D, output_minimum) \
  ROW(AveragePool2D, output_maximum) \
  ROW(Affine, minimum) \
  ROW(Affine, maximum) \
  ROW(Activation, alpha) \
  ROW(Activation, beta) \
  ROW(Activation, threshold) \
  ROW(Activation, maximum) \
  ROW(Activation, function) \
  ROW(PRelu, positive_multiplier) \
  ROW(PRelu, positive_shift) \
  ROW(PRelu, negative_multiplier) \
  ROW(PRelu, negative_shift) \
  ROW(PRelu, input_zero_point) \
  ROW(PRelu, alpha_zero_point) \
  ROW(PRelu, output_zero_point) \
  ROW(Softmax, input_multiplier) \
  ROW(Softmax, input_shift) \
  ROW(Softmax, difference_minimum) \
  ROW(Binary, minimum) \
  ROW(Binary, maximum) \
  ROW(Binary, left_shift) \
  ROW(Binary, a_multiplier) \
  ROW(Binary, a_shift) \
  ROW(Binary, b_multiplier) \
  ROW(Binary, b_shift) \
  ROW(Binary, output_multiplier) \
  ROW(Binary, output_shift) \
  ROW(Binary, a_zero_point) \
  ROW(Binary, b_zero_point) \
  ROW(Binary, output_zero_point) \
  ROW(Binary, output_minimum) \
  ROW(Binary, output_maximum) \
  ROW(Binary, function) \
  ROW(Concatenate, axis) \
  ROW(Permute, permutation) \
  ROW(Pad, value) \
  ROW(Pad, zero_point) \
  ROW(Pad, before) \
  ROW(Pad, after) \
  ROW(Gather, unit) \
  ROW(Gather, behind) \
  ROW(LSTM, alpha) \
  ROW(LSTM, beta) \
  ROW(LSTM, cell_clip) \
  ROW(LSTM, activation) \
  ROW(LSTM, recurrent_activation) \
  ROW(LSTM, return_sequences) \
  ROW(LSTM, go_backwards) \
  ROW(LSTM, stateful) \
  ROW(TreeEnsemble, divisor) \
  ROW(TreeEnsemble, function) \
  ROW(Impute, missing_value) \
  ROW(Binarize, threshold) \
  ROW(Quantize, scale) \
  ROW(Quantize, zero_point) \
  ROW(Dequantize, scale) \
  ROW(Dequantize, zero_point) \
  ROW(Requantize, input_zero_point) \
  ROW(Requantize, output_zero_point) \
  ROW(Requantize, multiplier) \
  ROW(Requantize, shift) \
  ROW(Requantize, output_type) \
  ROW(TopK, k) \
  ROW(Normalize, least) \
  ROW(Normalize, norm) \
  ROW(Normalize, uniform) \
  ROW(Reduce, multiplier) \
  ROW(Reduce, shift) \
  ROW(Reduce, input_zero_point) \
  ROW(Reduce, output_zero_point) \
  ROW(Reduce, function) \
  ROW(Reduce, axes) \
  ROW(Reduce, keep_dims) \
  ROW(Slice, begin) \
  ROW(Slice, stride) \
  ROW(Slice, size) \
  ROW(Reshape, shape) \
  ROW(Reshape, rank) \
  ROW(QuantizedLSTM, cell_clip) \
  ROW(QuantizedLSTM, output_multiplier) \
  ROW(QuantizedLSTM, output_shift) \
  ROW(QuantizedLSTM, output_zero_point) \
  ROW(QuantizedLSTM, initial_hidden) \
  ROW(QuantizedLSTM, return_sequences) \
  ROW(QuantizedLSTM, cell_integer_bits) \
  ROW(Clip, minimum) \
  ROW(Clip, maximum) \
  ROW(Cast, type) \
  ROW(Map, instructions) \
  ROW(MatMul, transposed) \
  ROW(Scan, sequences) \
  ROW(Scan, whole) \
  ROW(Scan, go_backwards) \
  ROW(Scan, stateful) \
  ROW(Scan, counted) \
  ROW(Move, length) \
  ROW(Move, stride) \
  ROW(Move, start) \
  ROW(Move, fill) \
  ROW(Move, unit) \
  ROW(Move, function) \
  ROW(Move, rank) \
  ROW(Move, fills) \
  ROW(Broadcast, shape) \
  ROW(Broadcast, rank) \
  ROW(ConvTransposed, minimum) \
  ROW(ConvTransposed, maximum) \
  ROW(ConvTransposed, size) \
  ROW(ConvTransposed, stride) \
  ROW(ConvTransposed, dilation) \
  ROW(ConvTransposed, pad_before) \
  ROW(ConvTransposed, input_zero_point) \
  ROW(ConvTransposed, output_zero_point) \
  ROW(ConvTransposed, output_minimum) \
  ROW(ConvTransposed, output_maximum) \
  ROW(Conv3D, minimum) \
  ROW(Conv3D, maximum) \
  ROW(Conv3D, stride) \
  ROW(Conv3D, dilation) \
  ROW(Conv3D, pad_before) \
  ROW(Conv3D, pad_after) \
  ROW(Conv3D, groups) \
  ROW(Pool3D, kernel) \
  ROW(Pool3D, stride) \
  ROW(Pool3D, pad_before) \
  ROW(Pool3D, pad_after) \
  ROW(Pool3D, function) \
  ROW(FindText, refuses_others) \
  ROW(CountTerms, column) \
  ROW(CountTerms, entries) \
  ROW(CountTerms, least) \
  ROW(CountTerms, most) \
  ROW(CountTerms, analyzer) \
  ROW(CountTerms, shortest) \
  ROW(CountTerms, longest) \
  ROW(CountTerms, binary) \
  ROW(CountTerms, counts_others) \
  ROW(CountTerms, in_order) \
  ROW(HashTerms, column) \
  ROW(HashTerms, features) \
  ROW(HashTerms, entries) \
  ROW(HashTerms, least) \
  ROW(HashTerms, most) \
  ROW(HashTerms, analyzer) \
  ROW(HashTerms, shortest) \
  ROW(HashTerms, longest) \
  ROW(HashTerms, binary) \
  ROW(HashTerms, alternate) \
  ROW(Scatter, width) \
  ROW(Neighbors, k) \
  ROW(Neighbors, merges) \
  ROW(Neighbors, sort) \
  ROW(PackedTrees, divisor) \
  ROW(PackedTrees, levels) \
  ROW(PackedTrees, steps) \
  ROW(PackedTrees, function) \
  ROW(PackedTrees, rest) \
  ROW(QuantizeRows, symmetric) \
  ROW(ConvInteger, stride_h) \
  ROW(ConvInteger, stride_w) \
  ROW(ConvInteger, dilation_h) \
  ROW(ConvInteger, dilation_w) \
  ROW(ConvInteger, pad_top) \
  ROW(ConvInteger, pad_bottom) \
  ROW(ConvInteger, pad_left) \
  ROW(ConvInteger, pad_right) \
  ROW(ConvInteger, groups) \
  ROW(HashText, bins) \
  ROW(HashText, key_0) \
  ROW(HashText, key_1) \
  ROW(HashText, key_2) \
  ROW(HashText, key_3) \
  ROW(HashText, method)

// The kernels of a folder of runtime/kernels: function, operator, type of the activations, type of the
// weights, layout of the weights, number of the operator's function.
#define NACRE_KERNELS_OF_reference(ROW) \
  ROW(fully_connected_f32, fully_connected, float32, float32, portable, 0) \
  ROW(fully_connected_f64, fully_connected, float64, float64, portable, 0) \
  ROW(fully_connected_i8, fully_connected, int8, int8, portable, 0) \
  ROW(fully_connected_i16, fully_connected, int16, int8, portable, 0) \
  ROW(conv_2d_f32, conv_2d, float32, float32, portable, 0) \
  ROW(conv_2d_i8, conv_2d, int8, int8, portable, 0) \
  ROW(conv_2d_i16, conv_2d, int16, int8, portable, 0) \
  ROW(depthwise_conv_2d_f32, depthwise_conv_2d, float32, float32, portable, 0) \
  ROW(depthwise_conv_2d_i8, depthwise_conv_2d, int8, int8, portable, 0) \
  ROW(depthwise_conv_2d_i16, depthwise_conv_2d, int16, int8, portable, 0) \
  ROW(max_pool_2d_f32, max_pool_2d, float32, float32, portable, 0) \
  ROW(max_pool_2d_i8, max_pool_2d, int8, int8, portable, 0) \
  ROW(max_pool_2d_i16, max_pool_2d, int16, int16, portable, 0) \
  ROW(average_pool_2d_f32, average_pool_2d, float32, float32, portable, 0) \
  ROW(average_pool_2d_i8, average_pool_2d, int8, int8, portable, 0) \
  ROW(average_pool_2d_i16, average_pool_2d, int16, int16, portable, 0) \
  ROW(prelu_i8, prelu, int8, int8, portable, 0) \
  ROW(softmax_f32, softmax, float32, float32, portable, 0) \
  ROW(softmax_f64, softmax, float64, float64, portable, 0) \
  ROW(softmax_i8, softmax, int8, int8, portable, 0) \
  ROW(lookup_table_i8, lookup_table, int8, int8, portable, 0) \
  ROW(add_i8, binary, int8, int8, portable, 0) \
  ROW(subtract_i8, binary, int8, int8, portable, 1) \
  ROW(multiply_i8, binary, int8, int8, portable, 2) \
  ROW(maximum_i8, binary, int8, int8, portable, 4) \
  ROW(minimum_i8, binary, int8, int8, portable, 5) \
  ROW(gather_i8, gather, int8, int8, portable, 0) \
  ROW(gather_i16, gather, int16, int16, portable, 0) \
  ROW(gather_i32, gather, int32, int32, portable, 0) \
  ROW(gather_i64, gather, int64, int64, portable, 0) \
  ROW(lstm_f32, lstm, float32, float32, portable, 0) \
  ROW(tree_ensemble_f32, tree_ensemble, float32, float32, portable, 0) \
  ROW(tree_ensemble_plain_f32, tree_ensemble, float32, float32, portable, 1) \
  ROW(tree_ensemble_plain_f64, tree_ensemble, float32, float64, portable, 1) \
  ROW(tree_ensemble_categories_f32, tree_ensemble, float32, float32, portable, 2) \
  ROW(tree_ensemble_categories_f64, tree_ensemble, float32, float64, portable, 2) \
  ROW(arg_max_f32, arg_max, float32, float32, portable, 0) \
  ROW(arg_max_f64, arg_max, float64, float64, portable, 0) \
  ROW(arg_max_i8, arg_max, int8, int8, portable, 0) \
  ROW(label_decode, label_decode, int32, int32, portable, 0) \
  ROW(label_encode_i64, label_encode, int64, int64, portable, 0) \
  ROW(label_encode_f64, label_encode, float64, float64, portable, 0) \
  ROW(label_encode_string, label_encode, string, string, portable, 0) \
  ROW(quantize_f32, quantize, float32, float32, portable, 0) \
  ROW(dequantize_i8, dequantize, int8, int8, portable, 0) \
  ROW(requantize_i8, requantize, int8, int8, portable, 0) \
  ROW(requantize_u8, requantize, uint8, uint8, portable, 0) \
  ROW(top_k_f32, top_k, float32, float32, portable, 0) \
  ROW(top_k_i32, top_k, int32, int32, portable, 0) \
  ROW(top_k_i8, top_k, int8, int8, portable, 0) \
  ROW(normalize_f32, normalize, float32, float32, portable, 0) \
  ROW(normalize_f64, normalize, float64, float64, portable, 0) \
  ROW(reduce_sum_f32, reduce, float32, float32, portable, 0) \
  ROW(reduce_mean_f32, reduce, float32, float32, portable, 1) \
  ROW(reduce_maximum_f32, reduce, float32, float32, portable, 2) \
  ROW(reduce_minimum_f32, reduce, float32, float32, portable, 3) \
  ROW(reduce_sum_f64, reduce, float64, float64, portable, 0) \
  ROW(reduce_mean_f64, reduce, float64, float64, portable, 1) \
  ROW(reduce_maximum_f64, reduce, float64, float64, portable, 2) \
  ROW(reduce_minimum_f64, reduce, float64, float64, portable, 3) \
  ROW(reduce_product_f32, reduce, float32, float32, portable, 4) \
  ROW(reduce_sum_i32, reduce, int32, int32, portable, 0) \
  ROW(reduce_maximum_i32, reduce, int32, int32, portable, 2) \
  ROW(reduce_minimum_i32, reduce, int32, int32, portable, 3) \
  ROW(reduce_product_i32, reduce, int32, int32, portable, 4) \
  ROW(reduce_mean_i8, reduce, int8, int8, portable, 1) \
  ROW(reduce_maximum_i8, reduce, int8, int8, portable, 2) \
  ROW(reduce_minimum_i8, reduce, int8, int8, portable, 3) \
  ROW(quantized_lstm_i8, quantized_lstm, int8, int8, portable, 0) \
  ROW(map_f32, map, float32, float32, portable, 0) \
  ROW(map_f64, map, float64, float64, portable, 0) \
  ROW(map_i32, map, int32, int32, portable, 0) \
  ROW(map_i16, map, int16, int16, portable, 0) \
  ROW(map_i8, map, int8, int8, portable, 0) \
  ROW(map_u8, map, uint8, uint8, portable, 0) \
  ROW(map_b, map, boolean, boolean, portable, 0) \
  ROW(matmul_f32, matmul, float32, float32, portable, 0) \
  ROW(matmul_f64, matmul, float64, float64, portable, 0) \
  ROW(matmul_i32, matmul, int32, int32, portable, 0) \
  ROW(matmul_i8, matmul, int8, int8, portable, 0) \
  ROW(scan_f32, scan, float32, float32, portable, 0) \
  ROW(take_i8, move, int8, int8, portable, 0) \
  ROW(take_i16, move, int16, int16, portable, 0) \
  ROW(take_i32, move, int32, int32, portable, 0) \
  ROW(take_i64, move, int64, int64, portable, 0) \
  ROW(take_string, move, string, string, portable, 0) \
  ROW(put_i8, move, int8, int8, portable, 1) \
  ROW(put_i16, move, int16, int16, portable, 1) \
  ROW(put_i32, move, int32, int32, portable, 1) \
  ROW(put_i64, move, int64, int64, portable, 1) \
  ROW(put_string, move, string, string, portable, 1) \
  ROW(rows_f32, rows, float32, float32, portable, 0) \
  ROW(rows_i8, rows, int8, int8, portable, 0) \
  ROW(find_text, find_text, string, string, portable, 0) \
  ROW(count_terms, count_terms, string, string, portable, 0) \
  ROW(hash_terms, hash_terms, string, string, portable, 0) \
  ROW(sparse_matmul_f32, sparse_matmul, float32, float32, portable, 0) \
  ROW(sparse_matmul_f64, sparse_matmul, float64, float64, portable, 0) \
  ROW(scatter_f32, scatter, float32, float32, portable, 0) \
  ROW(scatter_f64, scatter, float64, float64, portable, 0) \
  ROW(neighbors_f32, neighbors, float32, float32, portable, 0) \
  ROW(neighbors_f64, neighbors, float64, float64, portable, 0) \
  ROW(packed_trees_f32, packed_trees, float32, float32, portable, 0) \
  ROW(packed_trees_plain_f32, packed_trees, float32, float32, portable, 1) \
  ROW(packed_trees_plain_f64, packed_trees, float32, float64, portable, 1) \
  ROW(packed_trees_shares_i32, packed_trees, float32, int32, portable, 3) \
  ROW(quantize_rows_f32, quantize_rows, float32, float32, portable, 0) \
  ROW(conv_integer_i8, conv_integer, int8, int8, portable, 0) \
  ROW(hash_text_string, hash_text, string, string, portable, 0) \
  ROW(hash_text_i32, hash_text, int32, int32, portable, 0)

#define NACRE_KERNELS_OF_dsp(ROW) \
  ROW(fully_connected_i8, fully_connected, int8, int32, dsp, 0) \
  ROW(conv_2d_i8, conv_2d, int8, int32, dsp, 0) \
  ROW(depthwise_conv_2d_i8, depthwise_conv_2d, int8, int32, dsp, 0) \
  ROW(add_i8, binary, int8, int8, portable, 0) \
  ROW(subtract_i8, binary, int8, int8, portable, 1) \
  ROW(packed_trees_f32, packed_trees, float32, float32, portable, 0) \
  ROW(packed_trees_plain_f32, packed_trees, float32, float32, portable, 1) \
  ROW(packed_trees_plain_f64, packed_trees, float32, float64, portable, 1) \
  ROW(packed_trees_shares_i32, packed_trees, float32, int32, portable, 3)

#define NACRE_KERNELS_OF_mve(ROW) \
  ROW(fully_connected_i8, fully_connected, int8, int8, mve, 0) \
  ROW(conv_2d_i8, conv_2d, int8, int8, mve, 0) \
  ROW(depthwise_conv_2d_i8, depthwise_conv_2d, int8, int8, mve, 0) \
  ROW(average_pool_2d_i8, average_pool_2d, int8, int8, portable, 0) \
  ROW(add_i8, binary, int8, int8, portable, 0) \
  ROW(subtract_i8, binary, int8, int8, portable, 1)

#define NACRE_KERNELS_OF_avx2(ROW) \
  ROW(fully_connected_f32, fully_connected, float32, float32, portable, 0) \
  ROW(fully_connected_i8, fully_connected, int8, int8, portable, 0) \
  ROW(conv_2d_f32, conv_2d, float32, float32, portable, 0) \
  ROW(conv_2d_i8, conv_2d, int8, int8, portable, 0) \
  ROW(depthwise_conv_2d_f32, depthwise_conv_2d, float32, float32, portable, 0) \
  ROW(depthwise_conv_2d_i8, depthwise_conv_2d, int8, int8, portable, 0) \
  ROW(average_pool_2d_f32, average_pool_2d, float32, float32, portable, 0) \
  ROW(softmax_f32, softmax, float32, float32, portable, 0) \
  ROW(add_i8, binary, int8, int8, portable, 0) \
  ROW(subtract_i8, binary, int8, int8, portable, 1) \
  ROW(lstm_f32, lstm, float32, float32, portable, 0) \
  ROW(reduce_sum_f32, reduce, float32, float32, portable, 0) \
  ROW(reduce_mean_f32, reduce, float32, float32, portable, 1) \
  ROW(matmul_f32, matmul, float32, float32, portable, 0) \
  ROW(matmul_i8, matmul, int8, int8, portable, 0) \
  ROW(quantize_rows_f32, quantize_rows, float32, float32, portable, 0) \
  ROW(conv_integer_i8, conv_integer, int8, int8, portable, 0)

#define NACRE_KERNELS_OF_avx512(ROW) \
  ROW(fully_connected_f32, fully_connected, float32, float32, portable, 0) \
  ROW(fully_connected_i8, fully_connected, int8, int8, portable, 0) \
  ROW(conv_2d_f32, conv_2d, float32, float32, portable, 0) \
  ROW(conv_2d_i8, conv_2d, int8, int8, portable, 0) \
  ROW(depthwise_conv_2d_f32, depthwise_conv_2d, float32, float32, portable, 0) \
  ROW(depthwise_conv_2d_i8, depthwise_conv_2d, int8, int8, portable, 0) \
  ROW(average_pool_2d_f32, average_pool_2d, float32, float32, portable, 0) \
  ROW(softmax_f32, softmax, float32, float32, portable, 0) \
  ROW(lstm_f32, lstm, float32, float32, portable, 0) \
  ROW(reduce_sum_f32, reduce, float32, float32, portable, 0) \
  ROW(reduce_mean_f32, reduce, float32, float32, portable, 1) \
  ROW(matmul_f32, matmul, float32, float32, portable, 0)

#define NACRE_KERNELS_OF_neon(ROW) \
  ROW(fully_connected_f32, fully_connected, float32, float32, portable, 0) \
  ROW(fully_connected_i8, fully_connected, int8, int8, portable, 0) \
  ROW(conv_2d_f32, conv_2d, float32, float32, portable, 0) \
  ROW(conv_2d_i8, conv_2d, int8, int8, portable, 0) \
  ROW(depthwise_conv_2d_f32, depthwise_conv_2d, float32, float32, portable, 0) \
  ROW(depthwise_conv_2d_i8, depthwise_conv_2d, int8, int8, portable, 0) \
  ROW(average_pool_2d_f32, average_pool_2d, float32, float32, portable, 0) \
  ROW(softmax_f32, softmax, float32, float32, portable, 0) \
  ROW(add_i8, binary, int8, int8, portable, 0) \
  ROW(subtract_i8, binary, int8, int8, portable, 1) \
  ROW(lstm_f32, lstm, float32, float32, portable, 0) \
  ROW(reduce_sum_f32, reduce, float32, float32, portable, 0) \
  ROW(reduce_mean_f32, reduce, float32, float32, portable, 1) \
  ROW(matmul_f32, matmul, float32, float32, portable, 0)

#define NACRE_KERNELS_OF_dotprod(ROW) \
  ROW(fully_connected_i8, fully_connected, int8, int8, portable, 0) \
  ROW(conv_2d_i8, conv_2d, int8, int8, portable, 0)

// The functions that programs call, as kernels: name, operator, type of the operands, type of the result,
// number, how many operands.
#define NACRE_FUNCTIONS(ROW) \
  ROW(add_f32, map, float32, float32, 1, 2) \
  ROW(add_f64, map, float64, float64, 1, 2) \
  ROW(add_i32, map, int32, int32, 1, 2) \
  ROW(subtract_f32, map, float32, float32, 2, 2) \
  ROW(subtract_f64, map, float64, float64, 2, 2) \
  ROW(subtract_i32, map, int32, int32, 2, 2) \
  ROW(multiply_f32, map, float32, float32, 3, 2) \
  ROW(multiply_f64, map, float64, float64, 3, 2) \
  ROW(multiply_i32, map, int32, int32, 3, 2) \
  ROW(divide_f32, map, float32, float32, 4, 2) \
  ROW(divide_f64, map, float64, float64, 4, 2) \
  ROW(divide_i32, map, int32, int32, 4, 2) \
  ROW(maximum_f32, map, float32, float32, 5, 2) \
  ROW(maximum_f64, map, float64, float64, 5, 2) \
  ROW(maximum_i32, map, int32, int32, 5, 2) \
  ROW(minimum_f32, map, float32, float32, 6, 2) \
  ROW(minimum_f64, map, float64, float64, 6, 2) \
  ROW(minimum_i32, map, int32, int32, 6, 2) \
  ROW(multiply_add_f32, map, float32, float32, 7, 3) \
  ROW(multiply_add_f64, map, float64, float64, 7, 3) \
  ROW(clamp_f32, map, float32, float32, 8, 3) \
  ROW(clamp_f64, map, float64, float64, 8, 3) \
  ROW(clamp_i32, map, int32, int32, 8, 3) \
  ROW(impute_f32, map, float32, float32, 9, 3) \
  ROW(impute_f64, map, float64, float64, 9, 3) \
  ROW(where_f32, map, float32, float32, 10, 3) \
  ROW(where_f64, map, float64, float64, 10, 3) \
  ROW(where_i32, map, int32, int32, 10, 3) \
  ROW(equal_f32, map, float32, float32, 11, 2) \
  ROW(equal_f64, map, float64, float64, 11, 2) \
  ROW(equal_i32, map, int32, int32, 11, 2) \
  ROW(greater_f32, map, float32, float32, 12, 2) \
  ROW(greater_f64, map, float64, float64, 12, 2) \
  ROW(greater_i32, map, int32, int32, 12, 2) \
  ROW(negative_f32, map, float32, float32, 13, 1) \
  ROW(negative_f64, map, float64, float64, 13, 1) \
  ROW(negative_i32, map, int32, int32, 13, 1) \
  ROW(absolute_f32, map, float32, float32, 14, 1) \
  ROW(absolute_f64, map, float64, float64, 14, 1) \
  ROW(absolute_i32, map, int32, int32, 14, 1) \
  ROW(sqrt_f32, map, float32, float32, 15, 1) \
  ROW(sqrt_f64, map, float64, float64, 15, 1) \
  ROW(exponential_f32, map, float32, float32, 16, 1) \
  ROW(exponential_f64, map, float64, float64, 16, 1) \
  ROW(log_f32, map, float32, float32, 17, 1) \
  ROW(log_f64, map, float64, float64, 17, 1) \
  ROW(relu_f32, map, float32, float32, 18, 1) \
  ROW(relu_f64, map, float64, float64, 18, 1) \
  ROW(leaky_relu_f32, map, float32, float32, 19, 4) \
  ROW(leaky_relu_f64, map, float64, float64, 19, 4) \
  ROW(prelu_f32, map, float32, float32, 20, 2) \
  ROW(prelu_f64, map, float64, float64, 20, 2) \
  ROW(elu_f32, map, float32, float32, 21, 2) \
  ROW(elu_f64, map, float64, float64, 21, 2) \
  ROW(selu_f32, map, float32, float32, 22, 1) \
  ROW(selu_f64, map, float64, float64, 22, 1) \
  ROW(sigmoid_f32, map, float32, float32, 23, 1) \
  ROW(sigmoid_f64, map, float64, float64, 23, 1) \
  ROW(tanh_f32, map, float32, float32, 24, 1) \
  ROW(tanh_f64, map, float64, float64, 24, 1) \
  ROW(softplus_f32, map, float32, float32, 25, 1) \
  ROW(softplus_f64, map, float64, float64, 25, 1) \
  ROW(softsign_f32, map, float32, float32, 26, 1) \
  ROW(softsign_f64, map, float64, float64, 26, 1) \
  ROW(swish_f32, map, float32, float32, 27, 1) \
  ROW(swish_f64, map, float64, float64, 27, 1) \
  ROW(gelu_f32, map, float32, float32, 28, 1) \
  ROW(gelu_f64, map, float64, float64, 28, 1) \
  ROW(gelu_tanh_f32, map, float32, float32, 29, 1) \
  ROW(gelu_tanh_f64, map, float64, float64, 29, 1) \
  ROW(hard_sigmoid_f32, map, float32, float32, 30, 3) \
  ROW(hard_sigmoid_f64, map, float64, float64, 30, 3) \
  ROW(hard_swish_f32, map, float32, float32, 31, 1) \
  ROW(hard_swish_f64, map, float64, float64, 31, 1) \
  ROW(mish_f32, map, float32, float32, 32, 1) \
  ROW(mish_f64, map, float64, float64, 32, 1) \
  ROW(square_f32, map, float32, float32, 33, 1) \
  ROW(square_f64, map, float64, float64, 33, 1) \
  ROW(cast_f32_f64, map, float32, float64, 34, 1) \
  ROW(cast_f64_f32, map, float64, float32, 34, 1) \
  ROW(cast_f32_i32, map, float32, int32, 34, 1) \
  ROW(cast_i32_f32, map, int32, float32, 34, 1) \
  ROW(cast_i32_f64, map, int32, float64, 34, 1) \
  ROW(cast_f64_i32, map, float64, int32, 34, 1) \
  ROW(cast_i32_i16, map, int32, int16, 34, 1) \
  ROW(cast_i32_i8, map, int32, int8, 34, 1) \
  ROW(cast_i32_u8, map, int32, uint8, 34, 1) \
  ROW(cast_i32_b, map, int32, boolean, 34, 1) \
  ROW(cast_i16_i32, map, int16, int32, 34, 1) \
  ROW(cast_i8_i32, map, int8, int32, 34, 1) \
  ROW(cast_u8_i32, map, uint8, int32, 34, 1) \
  ROW(cast_b_i32, map, boolean, int32, 34, 1) \
  ROW(erf_f32, map, float32, float32, 35, 1) \
  ROW(erf_f64, map, float64, float64, 35, 1) \
  ROW(log1p_f32, map, float32, float32, 36, 1) \
  ROW(log1p_f64, map, float64, float64, 36, 1) \
  ROW(expm1_f32, map, float32, float32, 37, 1) \
  ROW(expm1_f64, map, float64, float64, 37, 1) \
  ROW(power_f32, map, float32, float32, 38, 2) \
  ROW(power_f64, map, float64, float64, 38, 2) \
  ROW(sine_f32, map, float32, float32, 39, 1) \
  ROW(cosine_f32, map, float32, float32, 40, 1) \
  ROW(floor_f32, map, float32, float32, 41, 1) \
  ROW(floor_f64, map, float64, float64, 41, 1) \
  ROW(ceiling_f32, map, float32, float32, 42, 1) \
  ROW(ceiling_f64, map, float64, float64, 42, 1) \
  ROW(nearest_f32, map, float32, float32, 43, 1) \
  ROW(nearest_f64, map, float64, float64, 43, 1) \
  ROW(sign_f32, map, float32, float32, 44, 1) \
  ROW(sign_f64, map, float64, float64, 44, 1) \
  ROW(sign_i32, map, int32, int32, 44, 1) \
  ROW(greater_equal_f32, map, float32, float32, 45, 2) \
  ROW(greater_equal_f64, map, float64, float64, 45, 2) \
  ROW(greater_equal_i32, map, int32, int32, 45, 2) \
  ROW(floor_divide_f32, map, float32, float32, 46, 2) \
  ROW(floor_divide_f64, map, float64, float64, 46, 2) \
  ROW(floor_divide_i32, map, int32, int32, 46, 2) \
  ROW(remainder_f32, map, float32, float32, 47, 2) \
  ROW(remainder_i32, map, int32, int32, 47, 2) \
  ROW(rescale_i32, map, int32, int32, 48, 3) \
  ROW(exclusive_or_i32, map, int32, int32, 49, 2) \
  ROW(shift_right_i32, map, int32, int32, 50, 2) \
  ROW(nearest_away_f32, map, float32, float32, 51, 1) \
  ROW(nearest_away_f64, map, float64, float64, 51, 1)

// Those that avx2, avx512 and neon have too.
#define NACRE_VECTOR_FUNCTIONS(ROW) \
  ROW(add_f32, map, float32, float32, 1, 2) \
  ROW(subtract_f32, map, float32, float32, 2, 2) \
  ROW(multiply_f32, map, float32, float32, 3, 2) \
  ROW(divide_f32, map, float32, float32, 4, 2) \
  ROW(multiply_add_f32, map, float32, float32, 7, 3) \
  ROW(sqrt_f32, map, float32, float32, 15, 1) \
  ROW(exponential_f32, map, float32, float32, 16, 1) \
  ROW(sigmoid_f32, map, float32, float32, 23, 1) \
  ROW(tanh_f32, map, float32, float32, 24, 1) \
  ROW(swish_f32, map, float32, float32, 27, 1) \
  ROW(gelu_f32, map, float32, float32, 28, 1) \
  ROW(gelu_tanh_f32, map, float32, float32, 29, 1) \
  ROW(square_f32, map, float32, float32, 33, 1) \
  ROW(erf_f32, map, float32, float32, 35, 1)

// What these functions are called.
#define NACRE_FUNCTION_NAMES(ROW) \
  ROW(add) \
  ROW(subtract) \
  ROW(multiply) \
  ROW(divide) \
  ROW(maximum) \
  ROW(minimum) \
  ROW(multiply_add) \
  ROW(clamp) \
  ROW(impute) \
  ROW(where) \
  ROW(equal) \
  ROW(greater) \
  ROW(negative) \
  ROW(absolute) \
  ROW(sqrt) \
  ROW(exponential) \
  ROW(log) \
  ROW(relu) \
  ROW(leaky_relu) \
  ROW(prelu) \
  ROW(elu) \
  ROW(selu) \
  ROW(sigmoid) \
  ROW(tanh) \
  ROW(softplus) \
  ROW(softsign) \
  ROW(swish) \
  ROW(gelu) \
  ROW(gelu_tanh) \
  ROW(hard_sigmoid) \
  ROW(hard_swish) \
  ROW(mish) \
  ROW(square) \
  ROW(cast) \
  ROW(erf) \
  ROW(log1p) \
  ROW(expm1) \
  ROW(power) \
  ROW(sine) \
  ROW(cosine) \
  ROW(floor) \
  ROW(ceiling) \
  ROW(nearest) \
  ROW(sign) \
  ROW(greater_equal) \
  ROW(floor_divide) \
  ROW(remainder) \
  ROW(rescale) \
  ROW(exclusive_or) \
  ROW(shift_right) \
  ROW(nearest_away)

// What load() verifies of layers: operator, type of the activations, layout of the weights.
#define NACRE_RULES(ROW) \
  ROW(fully_connected, float32, portable) \
  ROW(fully_connected, float64, portable) \
  ROW(fully_connected, int16, portable) \
  ROW(fully_connected, int8, dsp) \
  ROW(fully_connected, int8, mve) \
  ROW(fully_connected, int8, portable) \
  ROW(conv_2d, float32, portable) \
  ROW(conv_2d, int16, portable) \
  ROW(conv_2d, int8, dsp) \
  ROW(conv_2d, int8, mve) \
  ROW(conv_2d, int8, portable) \
  ROW(depthwise_conv_2d, float32, portable) \
  ROW(depthwise_conv_2d, int16, portable) \
  ROW(depthwise_conv_2d, int8, dsp) \
  ROW(depthwise_conv_2d, int8, mve) \
  ROW(depthwise_conv_2d, int8, portable) \
  ROW(max_pool_2d, float32, portable) \
  ROW(max_pool_2d, int16, portable) \
  ROW(max_pool_2d, int8, portable) \
  ROW(average_pool_2d, float32, portable) \
  ROW(average_pool_2d, int16, portable) \
  ROW(average_pool_2d, int8, portable) \
  ROW(prelu, int8, portable) \
  ROW(softmax, float32, portable) \
  ROW(softmax, float64, portable) \
  ROW(softmax, int8, portable) \
  ROW(lookup_table, int8, portable) \
  ROW(binary, int8, portable) \
  ROW(gather, int16, portable) \
  ROW(gather, int32, portable) \
  ROW(gather, int64, portable) \
  ROW(gather, int8, portable) \
  ROW(lstm, float32, portable) \
  ROW(tree_ensemble, float32, portable) \
  ROW(arg_max, float32, portable) \
  ROW(arg_max, float64, portable) \
  ROW(arg_max, int8, portable) \
  ROW(label_decode, int32, portable) \
  ROW(label_encode, float64, portable) \
  ROW(label_encode, int64, portable) \
  ROW(label_encode, string, portable) \
  ROW(quantize, float32, portable) \
  ROW(dequantize, int8, portable) \
  ROW(requantize, int8, portable) \
  ROW(requantize, uint8, portable) \
  ROW(top_k, float32, portable) \
  ROW(top_k, int32, portable) \
  ROW(top_k, int8, portable) \
  ROW(normalize, float32, portable) \
  ROW(normalize, float64, portable) \
  ROW(reduce, float32, portable) \
  ROW(reduce, float64, portable) \
  ROW(reduce, int32, portable) \
  ROW(reduce, int8, portable) \
  ROW(quantized_lstm, int8, portable) \
  ROW(map, boolean, portable) \
  ROW(map, float32, portable) \
  ROW(map, float64, portable) \
  ROW(map, int16, portable) \
  ROW(map, int32, portable) \
  ROW(map, int8, portable) \
  ROW(map, uint8, portable) \
  ROW(matmul, float32, portable) \
  ROW(matmul, float64, portable) \
  ROW(matmul, int32, portable) \
  ROW(matmul, int8, portable) \
  ROW(scan, float32, portable) \
  ROW(move, int16, portable) \
  ROW(move, int32, portable) \
  ROW(move, int64, portable) \
  ROW(move, int8, portable) \
  ROW(move, string, portable) \
  ROW(rows, float32, portable) \
  ROW(rows, int8, portable) \
  ROW(find_text, string, portable) \
  ROW(count_terms, string, portable) \
  ROW(hash_terms, string, portable) \
  ROW(sparse_matmul, float32, portable) \
  ROW(sparse_matmul, float64, portable) \
  ROW(scatter, float32, portable) \
  ROW(scatter, float64, portable) \
  ROW(neighbors, float32, portable) \
  ROW(neighbors, float64, portable) \
  ROW(packed_trees, float32, portable) \
  ROW(quantize_rows, float32, portable) \
  ROW(conv_integer, int8, portable) \
  ROW(hash_text, int32, portable) \
  ROW(hash_text, string, portable)

}  // namespace nacre
