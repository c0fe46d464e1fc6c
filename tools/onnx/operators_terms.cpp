// TfIdfVectorizer: how often sequences of integers stand in a row of them.

#include <fmt/format.h>

#include <algorithm>

#include "tools/graph/moves.hpp"
#include "tools/onnx/programs.hpp"

namespace nacre::tools {
namespace {

using Integers = std::vector<std::int64_t>;
using F = MapFunction;

/// The sequences that the operator looks for, and what it gives for each.
struct Terms {
  Integers pool, begins, columns;
  std::vector<float> weights;
  std::int64_t shortest, longest, skips;
};

Terms terms_of(const OnnxCall& call) {
  constexpr std::int64_t kMostLength = 16, kMostSkips = 64, kMostColumns = 1 << 20;
  if (!call.integers("pool_int64s"))
    call.refuse("looks for texts, which Nacre does not do in ONNX", "number the tokens before the model");
  Terms terms{*call.integers("pool_int64s"),
              call.integers("ngram_counts").value_or(Integers()),
              call.integers("ngram_indexes").value_or(Integers()),
              {},
              call.integer("min_gram_length", 1),
              call.integer("max_gram_length", 1),
              call.integer("max_skip_count", 0)};
  if (terms.shortest < 1 || terms.longest < terms.shortest || terms.longest > kMostLength || terms.skips < 0 ||
      terms.skips > kMostSkips)
    call.refuse("has impossible lengths of its sequences, or longer ones than Nacre computes");
  if (terms.begins.empty() || !std::ranges::is_sorted(terms.begins) || terms.begins.front() != 0 ||
      terms.begins.back() > std::ssize(terms.pool))
    call.refuse("has ngram_counts that do not fit its pool");
  terms.begins.push_back(std::ssize(terms.pool));
  if (const auto weights = call.reals("weights")) terms.weights = *weights;
  Integers once = terms.columns;
  std::ranges::sort(once);
  if (once.empty() || once.front() < 0 || once.back() >= kMostColumns || std::ranges::adjacent_find(once) != once.end())
    call.refuse("has ngram_indexes that name a place twice, or none");
  if (!terms.weights.empty() && terms.weights.size() != terms.columns.size())
    call.refuse("has another number of weights than of sequences");
  return terms;
}

/// How often each of `terms` [count, length] stands in x [places], with `skip` places between its elements; [count].
ValueId counted(const OnnxCall& call, ValueId x, const Integers& terms, std::int64_t length, std::int64_t skip) {
  const std::int64_t count = std::ssize(terms) / length, all = call.graph().type(x).size();
  const std::int64_t windows = all - (length - 1) * (skip + 1);
  constexpr std::int64_t kMost = 1 << 22;
  if (windows < 1) return int_constant(call, {count}, Integers(static_cast<std::size_t>(count), 0));
  if (windows * count * length > kMost) call.refuse("compares more numbers than Nacre computes");
  Integers places;
  for (std::int64_t window = 0; window < windows; ++window)
    for (std::int64_t i = 0; i < length; ++i) places.push_back(window + i * (skip + 1));
  const ValueId seen = call.graph().add(
      parameters::Gather{}, {x, int_constant(call, {windows * length}, places)}, call.name());
  const ValueId equal = apply(call, F::equal, {reshaped_to(call, seen, {windows, 1, length}),
                                               int_constant(call, {1, count, length}, terms)});
  const ValueId whole = reduced(call, equal, ReduceFunction::minimum, {2});
  return reshaped_to(call, reduced(call, whole, ReduceFunction::sum, {0}), {count});
}

/// The counts of all sequences in the order of the pool.
std::vector<ValueId> all_counts(const OnnxCall& call, ValueId x, const Terms& terms) {
  std::vector<ValueId> parts;
  for (std::int64_t length = 1; length < std::ssize(terms.begins); ++length) {
    const auto begin = terms.begins[static_cast<std::size_t>(length) - 1],
               end = terms.begins[static_cast<std::size_t>(length)];
    if ((end - begin) % length != 0) call.refuse("has ngram_counts that do not fit its pool");
    if (begin == end) continue;
    const Integers own(terms.pool.begin() + begin, terms.pool.begin() + end);
    const std::int64_t count = (end - begin) / length;
    if (length < terms.shortest || length > terms.longest) {
      parts.push_back(int_constant(call, {count}, Integers(static_cast<std::size_t>(count), 0)));
      continue;
    }
    ValueId sum = counted(call, x, own, length, 0);
    for (std::int64_t skip = 1; skip <= terms.skips && length > 1; ++skip)
      sum = apply(call, F::add, {sum, counted(call, x, own, length, skip)});
    parts.push_back(sum);
  }
  if (parts.empty()) call.refuse("has no sequences");
  return parts;
}

void import_tf_idf(const OnnxCall& call) {
  const Dimensions shape = call.shape();
  if (shape.empty() || shape.size() > 2 || (shape.size() == 2 && shape[0] != 1))
    call.refuse("takes several rows at once", "make the first axis the batch");
  if (call.type() != OnnxType::int32 && call.type() != OnnxType::int64)
    call.refuse("looks for texts, which Nacre does not do in ONNX", "number the tokens before the model");
  const Terms terms = terms_of(call);
  const ValueId given = as_type(call, call.value(), DataType::int32);
  const ValueId x = reshaped_to(call, given, {call.graph().type(given).size()});
  std::vector<ValueId> parts = all_counts(call, x, terms);
  std::int64_t total = 0;
  for (const ValueId part : parts) total += call.graph().type(part).size();
  if (total != std::ssize(terms.columns)) call.refuse("has another number of ngram_indexes than of sequences");
  ValueId counts = as_type(call, concatenated(call, parts, 0), DataType::float32);
  const std::string mode = call.text("mode", "TF");
  if (mode != "TF" && mode != "IDF" && mode != "TFIDF") call.refuse("has the mode " + mode);
  if (mode == "IDF") counts = as_type(call, apply(call, F::greater, counts, 0), DataType::float32);
  if (mode != "TF" && !terms.weights.empty())
    counts = apply(call, F::multiply,
                   {counts, real_constant(call, {total}, {terms.weights.begin(), terms.weights.end()},
                                          DataType::float32)});
  // Columns that no sequence has are 0: the element behind all counts.
  const std::int64_t width = std::ranges::max(terms.columns) + 1;
  Integers from(static_cast<std::size_t>(width), total);
  for (std::int64_t i = 0; i < total; ++i)
    from[static_cast<std::size_t>(terms.columns[static_cast<std::size_t>(i)])] = i;
  const ValueId padded = concatenated(call, {counts, real_constant(call, {1}, {0.0}, DataType::float32)}, 0);
  const ValueId row = call.graph().add(parameters::Gather{}, {padded, int_constant(call, {width}, from)}, call.name());
  call.define(shape.size() == 2 ? reshaped_to(call, row, {1, width}) : row, OnnxType::float32);
}

}  // namespace

std::vector<OnnxOperator> onnx_term_operators() { return {{"TfIdfVectorizer", 9, import_tf_idf}}; }

}  // namespace nacre::tools
