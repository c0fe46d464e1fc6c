// Products of matrices.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tools/onnx/programs.hpp"

namespace nacre::tools {
namespace {

using F = MapFunction;

bool is_constant(const OnnxCall& call, ValueId value) { return call.graph().values[value].constant.has_value(); }

/// x . weights + bias by the layer that keeps its weights; the bias may be absent.
ValueId fully_connected(const OnnxCall& call, ValueId x, ValueId weights, std::optional<ValueId> bias) {
  Graph& graph = call.graph();
  const DataType type = graph.type(x).type;
  const std::int64_t units = graph.shape(weights)[1];
  if (!bias) bias = real_constant(call, {units}, std::vector<double>(static_cast<std::size_t>(units), 0.0), type);
  return graph.add(parameters::FullyConnected{}, {x, weights, *bias}, call.name());
}

/// Vectors are matrices of one row or column, which is gone afterwards.
ValueId product(const OnnxCall& call, ValueId a, ValueId b) {
  Graph& graph = call.graph();
  Dimensions of_a = graph.shape(a), of_b = graph.shape(b);
  if (of_a.empty() || of_b.empty()) call.refuse("multiplies a scalar");
  const bool is_row = of_a.size() == 1, is_column = of_b.size() == 1;
  if (is_constant(call, b) && of_b.size() == 2 && !is_row && !call.is_folding()) return fully_connected(call, a, b, {});
  if (is_row) a = reshaped_to(call, a, {1, of_a[0]});
  if (is_column) b = reshaped_to(call, b, {of_b[0], 1});
  const ValueId y = graph.add(parameters::MatMul{}, {a, b}, call.name());
  Dimensions shape = graph.shape(y);
  if (is_column) shape.pop_back();
  if (is_row) shape.erase(shape.end() - (is_column ? 1 : 2));
  return reshaped_to(call, y, shape);
}

void import_matmul(const OnnxCall& call) { call.define(product(call, call.value(0), call.value(1))); }

/// alpha * A . B + beta * C, where A and B may be transposed.
void import_gemm(const OnnxCall& call) {
  const float alpha = call.real("alpha", 1), beta = call.real("beta", 1);
  if (call.shape(0).size() != 2 || call.shape(1).size() != 2) call.refuse("multiplies what is no matrix");
  const ValueId a = call.flag("transA") ? permuted(call, call.value(0), {1, 0}) : call.value(0);
  const ValueId b = call.flag("transB") ? permuted(call, call.value(1), {1, 0}) : call.value(1);
  const std::int64_t units = call.graph().shape(b)[1];
  const bool has_c = call.has_input(2) && beta != 0;
  const bool is_layer = is_constant(call, b) && alpha == 1 && beta == 1 && !call.is_folding() &&
                        (!has_c || (call.is_known(2) && call.shape(2) == Dimensions{units}));
  if (is_layer)
    return call.define(fully_connected(call, a, b, has_c ? std::optional(call.value(2)) : std::nullopt));
  ValueId y = product(call, a, b);
  if (alpha != 1) y = apply(call, F::multiply, y, alpha);
  if (!has_c) return call.define(y);
  const ValueId c = beta == 1 ? call.value(2) : apply(call, F::multiply, call.value(2), beta);
  call.define(apply(call, F::add, {y, c}));
}

/// The letters of one operand, axis by axis; an ellipsis stands for capital ones.
std::string letters_of(const OnnxCall& call, std::string term, std::size_t rank) {
  std::erase(term, ' ');
  if (const std::size_t dots = term.find("..."); dots != std::string::npos) {
    std::string more;
    if (term.size() - 3 > rank) call.refuse("names more axes than an operand has");
    const std::size_t count = rank - (term.size() - 3);
    for (std::size_t i = 0; i < count; ++i) more += static_cast<char>('A' + 26 - count + i - 1);
    term.replace(dots, 3, more);
  }
  if (term.size() != rank || std::set<char>(term.begin(), term.end()).size() != rank)
    call.refuse("names other axes than an operand has, or one twice");
  return term;
}

/// x with its axes in the order of `letters`, where it has them, and of length 1 where it does not.
ValueId arranged(const OnnxCall& call, ValueId x, const std::string& own, const std::string& letters) {
  std::vector<std::size_t> order;
  Dimensions shape;
  for (const char letter : letters) {
    const std::size_t place = own.find(letter);
    if (place != std::string::npos) order.push_back(place);
    shape.push_back(place == std::string::npos ? 1 : call.graph().shape(x)[place]);
  }
  return reshaped_to(call, permuted(call, x, order), shape);
}

/// Of two operands: letters that only they have are summed over by a product of matrices.
void import_einsum(const OnnxCall& call) {
  const std::string equation = call.text("equation", "");
  const std::size_t arrow = equation.find("->"), comma = equation.find(',');
  if (call.inputs() > 2 || (call.inputs() == 2) != (comma != std::string::npos))
    call.refuse("combines more than two tensors");
  std::vector<std::string> terms;
  const std::string left = equation.substr(0, arrow);
  terms.push_back(left.substr(0, comma));
  if (comma != std::string::npos) terms.push_back(left.substr(comma + 1));
  for (std::size_t i = 0; i < terms.size(); ++i) terms[i] = letters_of(call, terms[i], call.shape(i).size());
  if (arrow == std::string::npos) call.refuse("has an equation without an arrow");
  std::string stated = equation.substr(arrow + 2), all = terms[0] + (terms.size() > 1 ? terms[1] : "");
  std::size_t capitals = std::set<char>([&] {
                           std::set<char> seen;
                           for (const char c : all) if (c >= 'A' && c <= 'Z') seen.insert(c);
                           return seen;
                         }()).size();
  std::erase(stated, ' ');
  const std::size_t plain = stated.find("...") == std::string::npos ? stated.size() : stated.size() - 3;
  const std::string result = letters_of(call, stated, plain + (plain == stated.size() ? 0 : capitals));
  for (const char letter : result)
    if (all.find(letter) == std::string::npos) call.refuse("gives an axis that no operand has");
  // Every letter is an axis; products broadcast, and sums run over the letters that are not given.
  std::string letters = result;
  for (const char letter : all)
    if (letters.find(letter) == std::string::npos) letters += letter;
  if (letters.size() > 8) call.refuse("names more than 8 axes");
  ValueId y = 0;
  std::vector<std::size_t> summed = axes_from(result.size(), letters.size());
  if (terms.size() == 2 && summed.size() == 1) {  // by a product of matrices
    std::string batch = result, of_a, of_b, k(1, letters.back());
    for (const char letter : result) {
      const bool in_a = terms[0].find(letter) != std::string::npos, in_b = terms[1].find(letter) != std::string::npos;
      if (in_a && !in_b) of_a = std::string(1, letter);
      if (in_b && !in_a) of_b = std::string(1, letter);
    }
    const bool have_k = terms[0].find(k) != std::string::npos && terms[1].find(k) != std::string::npos;
    if (!of_a.empty() && !of_b.empty() && have_k) {
      std::erase(batch, of_a[0]), std::erase(batch, of_b[0]);
      const ValueId a = arranged(call, call.value(0), terms[0], batch + of_a + k);
      const ValueId b = arranged(call, call.value(1), terms[1], batch + k + of_b);
      y = call.graph().add(parameters::MatMul{}, {a, b}, call.name());
      std::vector<std::size_t> order;
      for (const char letter : result) order.push_back((batch + of_a + of_b).find(letter));
      return call.define(permuted(call, y, order));
    }
  }
  y = arranged(call, call.value(0), terms[0], letters);
  if (terms.size() == 2) y = apply(call, F::multiply, {y, arranged(call, call.value(1), terms[1], letters)});
  y = reduced(call, y, ReduceFunction::sum, summed);
  Dimensions shape = call.graph().shape(y);
  shape.resize(result.size());
  call.define(reshaped_to(call, y, shape));
}

}  // namespace

std::vector<OnnxOperator> onnx_matrix_operators() {
  return {{"MatMul", 7, import_matmul}, {"Gemm", 7, import_gemm}, {"Einsum", 12, import_einsum}};
}

}  // namespace nacre::tools
