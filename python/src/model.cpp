#include "python/src/model.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <thread>

#include "loader/npy/answer.hpp"
#include "nacre/description.hpp"
#include "python/src/batch.hpp"

namespace nacre::python {
namespace {

/// Rows of `width` reals, each with one rounding, as many as `elements` holds. The reals of a row lie `step` elements
/// apart, those of a column side by side.
template <typename From, typename To>
void round_all(const std::byte* from, std::size_t width, std::size_t step, Span<std::byte> elements) {
  const std::size_t rows = elements.size() / sizeof(To) / width;
  for (std::size_t i = 0; i < width; ++i, from += step * sizeof(From)) {
    for (std::size_t row = 0; row < rows; ++row) {
      From value;
      std::memcpy(&value, from + row * sizeof value, sizeof value);
      const To rounded = static_cast<To>(value);
      std::memcpy(elements.data() + (row * width + i) * sizeof rounded, &rounded, sizeof rounded);
    }
  }
}

/// `count` rows of reals from `row` on. False where the file or the input has another type, or another order than C's
/// or, of a table, column by column.
bool feed_reals(const npy::File& file, std::uint64_t row, std::uint32_t count, const npy::Target& target) {
  const bool is_wide = file.item == sizeof(double), is_wide_input = target.type == DataType::float64;
  if (file.kind != 'f' || (!is_wide && file.item != sizeof(float))) return false;
  if (!is_wide_input && target.type != DataType::float32) return false;
  const auto round = is_wide ? is_wide_input ? round_all<double, double> : round_all<double, float>
                             : is_wide_input ? round_all<float, double> : round_all<float, float>;
  const std::size_t width = target.elements.size() / element_bytes(target.type) / count;
  if (!file.fortran_order) {
    round(file.data.data() + row * width * file.item, 1, 1, target.elements);  // as one column
    return true;
  }
  if (file.rank != 2 || file.shape[1] != width) return false;
  round(file.data.data() + row * file.item, width, file.shape[0], target.elements);
  return true;
}

/// `count` rows from `row` on. Most are reals: the others go through npy::feed, which takes every type by the widest.
const char* feed_rows(const npy::File& file, std::uint64_t row, std::uint32_t count, npy::Target target,
                      Span<char> text) {
  if (feed_reals(file, row, count, target)) return nullptr;
  const std::size_t bytes = target.elements.size() / count, texts = text.size() / count;
  const Span<std::byte> all = target.elements;
  for (std::uint32_t i = 0; i < count; ++i) {
    target.elements = {all.data() + i * bytes, bytes};
    if (const char* error = npy::feed(file, row + i, target, {text.data() + i * texts, texts})) return error;
  }
  return nullptr;
}

std::string row_name(std::uint64_t row) { return "row " + std::to_string(row); }

}  // namespace

/// Networks of one row and, where the model has such, of many.
struct Model::Networks {
  explicit Networks(Span<const std::byte> file)
      : one(file, Digest::decline), many(one.network()) {}  // the file was verified when it was opened

  Loaded one;
  Batch many;
};

/// Networks for one thread, while it predicts.
class Model::Lease {
 public:
  explicit Lease(const Model& model) : model_(model) {
    const std::scoped_lock lock(model.mutex_);
    if (model.idle_.empty()) return;
    networks_ = std::move(model.idle_.back());
    model.idle_.pop_back();
  }
  ~Lease() {
    const std::scoped_lock lock(model_.mutex_);
    if (networks_) model_.idle_.push_back(std::move(networks_));
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  const Networks& networks() {
    if (!networks_) networks_ = std::make_unique<Networks>(model_.file_.bytes());
    return *networks_;
  }

 private:
  const Model& model_;
  std::unique_ptr<Networks> networks_;
};

Model::Model(Span<const std::byte> file) : file_(file) {}
Model::~Model() = default;

std::uint32_t Model::rows_at_a_time() const { return std::max(Lease(*this).networks().many.rows(), 1u); }

std::uint64_t Model::rows(const std::vector<npy::File>& inputs) const {
  const Network& network = file_.network();
  if (inputs.size() != network.inputs())
    throw Refused("the model takes " + std::to_string(network.inputs()) + " inputs, and " +
                  std::to_string(inputs.size()) + " are given");
  std::uint64_t rows = 0;
  for (unsigned i = 0; i < inputs.size(); ++i) {
    std::uint64_t found = 0;
    npy::Text mismatch;
    const std::string where = "input " + file_.input_name(i);
    if (!npy::match(inputs[i], network.input_shape(i), &found, &mismatch))
      throw Refused(where + ": " + mismatch.c_str() + "; give rows as the model was trained on");
    if (i > 0 && found != rows)
      throw Refused(where + ": has " + std::to_string(found) + " rows, the others have " + std::to_string(rows));
    rows = found;
  }
  return rows;
}

/// A part of the rows, and where its answers go.
struct Model::Work {
  const std::vector<npy::File>& inputs;
  const std::vector<unsigned>& outputs;
  std::vector<std::vector<std::byte>>& answers;  // of each output, all rows
  std::vector<std::vector<char>> texts;          // of each input, for the rows of one run
};

std::string Model::run_rows(const Network& network, std::uint64_t row, std::uint32_t count, Work& work) const {
  for (unsigned i = 0; i < work.inputs.size(); ++i) {
    const PortRecord& port = network.input_port(i);
    const npy::Target target{network.input_type(i), network.input_bytes(i), port.scale, port.zero_point};
    if (work.inputs[i].kind == 'U')
      work.texts[i].resize(network.input_shape(i).size() * std::size_t{work.inputs[i].item});
    const Span<char> text(work.texts[i].data(), work.texts[i].size());
    if (const char* error = feed_rows(work.inputs[i], row, count, target, text))
      return row_name(row) + ": " + error + "; give rows as the model was trained on";
  }
  if (InputPlace place; network.check_inputs(&place) != Status::ok)
    return row_name(row) + ", column " + column_name(place) +
           ": the value is missing or infinite, for which the library raises an error; fill it in, leave the row "
           "out, or train with an imputer";
  if (const Status status = network.run(); status != Status::ok)
    return row_name(row) + ": " + name(status) + "; give values that the model has seen in training";
  for (std::size_t k = 0; k < work.outputs.size(); ++k) {
    const Span<const std::byte> elements = network.output_bytes(work.outputs[k]);
    std::memcpy(work.answers[k].data() + row * (elements.size() / count), elements.data(), elements.size());
  }
  return {};
}

void Model::run_part(const std::vector<npy::File>& inputs, const std::vector<unsigned>& outputs, Part part,
                     std::vector<std::vector<std::byte>>& answers) const {
  Lease lease(*this);
  const Networks& networks = lease.networks();
  const std::uint32_t many = networks.many.rows();
  networks.one.network().reset_state();
  Work work{inputs, outputs, answers, std::vector<std::vector<char>>(inputs.size())};
  for (std::uint64_t row = part.first, end; row < part.last; row = end) {
    end = many != 0 && part.last - row >= many ? row + many : row + 1;
    if (end > row + 1 && run_rows(networks.many.network(), row, many, work).empty()) continue;
    for (; row < end; ++row)  // of many, the one that is refused is found like this
      if (const std::string refusal = run_rows(networks.one.network(), row, 1, work); !refusal.empty())
        throw Refused(refusal);
  }
}

std::string Model::column_name(const InputPlace& place) const {
  if (const schema::PortDescription* input = file_.input(place.input))
    if (const auto* features = input->features();
        features != nullptr && place.element < features->size())
      return features->Get(place.element)->str();
  return std::to_string(place.element);
}

/// Texts are views into the model; NumPy has them by characters.
Answer Model::as_numpy(unsigned output, std::vector<std::byte> elements) const {
  const Network& network = file_.network();
  if (network.output_type(output) != DataType::string) return {std::move(elements), 0};
  const PortNames names(file_.output(output));
  const Span<const std::byte> texts{elements.data(), elements.size()};
  const std::uint32_t width = npy::text_width(texts, file_.output(output) == nullptr ? nullptr : &names);
  Answer answer{std::vector<std::byte>(elements.size() / sizeof(String) * npy::stored_bytes(DataType::string, width)),
                width};
  npy::write_row(answer.bytes.data(), DataType::string, width, texts);
  return answer;
}

std::vector<Answer> Model::run(const std::vector<npy::File>& inputs, const std::vector<unsigned>& outputs,
                               unsigned threads) const {
  const Network& network = file_.network();
  const std::uint64_t count = rows(inputs);
  std::vector<std::vector<std::byte>> elements;
  for (const unsigned output : outputs) elements.emplace_back(count * network.output_bytes(output).size());
  const std::uint64_t most = file_.has_state() ? 1 : threads;  // rows that are steps follow each other
  const std::uint64_t parts = std::max<std::uint64_t>(std::min<std::uint64_t>(most, count), 1);
  std::vector<std::exception_ptr> errors(parts);
  {
    std::vector<std::jthread> workers;
    const auto work = [&](std::uint64_t part) {
      try {
        run_part(inputs, outputs, {count * part / parts, count * (part + 1) / parts}, elements);
      } catch (...) {
        errors[part] = std::current_exception();
      }
    };
    for (std::uint64_t part = 1; part < parts; ++part) workers.emplace_back(work, part);
    work(0);
  }
  for (const std::exception_ptr& error : errors)
    if (error) std::rethrow_exception(error);
  std::vector<Answer> answers;
  for (std::size_t k = 0; k < outputs.size(); ++k) answers.push_back(as_numpy(outputs[k], std::move(elements[k])));
  return answers;
}

}  // namespace nacre::python
