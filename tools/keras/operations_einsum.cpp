// keras.ops.einsum and tf.einsum: sums of products of up to four tensors, of which the batch is the first axis.

#include <algorithm>
#include <map>

#include "tools/keras/operation.hpp"

namespace nacre::tools {
namespace {

using Op = const KerasOperation&;

/// A tensor, and a letter for each of its axes.
struct EinsumTerm {
  ValueId value;
  std::string letters;
  bool has_batch;  ///< of a tensor that the model computes
};

constexpr std::size_t kMostTensors = 4;

std::vector<std::string> split_terms(const std::string& text) {
  std::vector<std::string> terms(1);
  for (const char c : text) {
    if (c == ',') terms.emplace_back();
    else terms.back() += c;
  }
  return terms;
}

/// Letters without an ellipsis: its axes, counted from the last, get letters that the subscripts leave free.
class Subscripts {
 public:
  Subscripts(Op op, std::string text) : op_(op) {
    std::erase(text, ' ');
    const std::size_t arrow = text.find("->");
    terms_ = split_terms(text.substr(0, arrow));
    for (char c = 'A'; c <= 'Z'; ++c)
      if (text.find(c) == std::string::npos) free_ += c;
    output_ = arrow == std::string::npos ? implied() : text.substr(arrow + 2);
  }

  std::size_t count() const { return terms_.size(); }
  std::string term(std::size_t i, std::size_t rank) {
    std::string letters = terms_[i];
    const std::size_t dots = letters.find("...");
    const std::size_t own = letters.size() - (dots == std::string::npos ? 0 : 3);
    if (rank < own || (dots == std::string::npos && rank != own)) refuse();
    if (dots != std::string::npos) letters.replace(dots, 3, open(rank - own)), most_ = std::max(most_, rank - own);
    for (const char letter : letters)
      if (std::ranges::count(letters, letter) != 1 || letter == '.') refuse();
    return letters;
  }
  /// Call it last: it holds as many axes as the longest ellipsis.
  std::string output() const {
    std::string letters = output_;
    if (const std::size_t dots = letters.find("..."); dots != std::string::npos) letters.replace(dots, 3, open(most_));
    return letters;
  }

  [[noreturn]] void refuse() const {
    op_.refuse("has subscripts that Nacre does not read", "name every axis of up to four tensors, each once");
  }

 private:
  /// Letters of an ellipsis.
  std::string open(std::size_t axes) const {
    if (axes > free_.size()) refuse();
    return free_.substr(free_.size() - axes);
  }
  /// Without an arrow: what an ellipsis stands for, then letters that stand once, in their order.
  std::string implied() const {
    std::map<char, int> times;
    bool is_open = false;
    for (const std::string& term : terms_)
      for (const char c : term) {
        if (c == '.') is_open = true;
        else ++times[c];
      }
    std::string letters = is_open ? "..." : "";
    for (const auto& [letter, count] : times)
      if (count == 1) letters += letter;
    return letters;
  }

  Op op_;
  std::vector<std::string> terms_;
  std::string output_, free_;
  std::size_t most_ = 0;
};

bool holds(const std::string& letters, char letter) { return letters.find(letter) != std::string::npos; }

/// The product of two terms, or one term, summed over letters that the result has not.
EinsumTerm product_of(Op op, const std::vector<EinsumTerm>& terms, const std::string& result) {
  OnnxFragment fragment(op.graph(), op.name());
  std::vector<std::string> tensors;
  std::string equation;
  for (const EinsumTerm& term : terms) {
    tensors.push_back(fragment.tensor(term.value));
    equation += (equation.empty() ? "" : ",") + term.letters;
  }
  const ValueId y = fragment.finish({fragment.add("Einsum", tensors, {{"equation", equation + "->" + result}})})[0];
  return {y, result, true};
}

std::vector<ValueId> import_einsum(Op op, int) {
  Subscripts subscripts(op, op.text(kMostTensors, ""));
  if (subscripts.count() > kMostTensors) subscripts.refuse();
  std::vector<EinsumTerm> terms;
  for (std::size_t i = 0; i < subscripts.count(); ++i) {
    const ValueId x = op.real(i);
    const bool has_batch = op.is_tensor(i);
    terms.push_back({x, subscripts.term(i, op.graph().shape(x).size()), has_batch});
  }
  const std::string output = subscripts.output();
  const auto first = std::ranges::find_if(terms, [](const EinsumTerm& term) { return term.has_batch; });
  if (first == terms.end()) subscripts.refuse();
  const char batch = first->letters[0];
  for (const EinsumTerm& term : terms)
    if (term.has_batch ? term.letters[0] != batch : holds(term.letters, batch))
      op.refuse("multiplies across the batch, and Nacre predicts row by row",
                "build the model so that the batch stays first");
  if (output.empty() || output[0] != batch)
    op.refuse("multiplies across the batch, and Nacre predicts row by row",
              "build the model so that the batch stays first");
  std::rotate(terms.begin(), first, first + 1);  // a product needs the batch
  EinsumTerm y = terms[0];
  for (std::size_t i = 1; i + 1 < terms.size(); ++i) {
    std::string kept, others = output;
    for (std::size_t k = i + 1; k < terms.size(); ++k) others += terms[k].letters;
    for (const char letter : y.letters + terms[i].letters)
      if (holds(others, letter) && !holds(kept, letter)) kept += letter;
    y = product_of(op, {y, terms[i]}, kept);
  }
  return {product_of(op, terms.size() > 1 ? std::vector{y, terms.back()} : std::vector{y}, output).value};
}

}  // namespace

std::vector<KerasOperationRow> keras_einsum_operations() {
  return {{"Einsum", "x1 x2 x3 x4 subscripts", import_einsum}};
}

}  // namespace nacre::tools
