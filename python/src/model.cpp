#include "python/src/model.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <thread>

#include "loader/npy/answer.hpp"
#include "nacre/description.hpp"

namespace nacre::python {
namespace {

/// One row of reals, each with one rounding.
template <typename From, typename To>
void round_row(const npy::File& file, std::uint64_t row, Span<std::byte> elements) {
  const std::size_t count = elements.size() / sizeof(To);
  const std::byte* from = file.data.data() + row * count * sizeof(From);
  for (std::size_t i = 0; i < count; ++i) {
    From value;
    std::memcpy(&value, from + i * sizeof value, sizeof value);
    const To rounded = static_cast<To>(value);
    std::memcpy(elements.data() + i * sizeof rounded, &rounded, sizeof rounded);
  }
}

/// As npy::feed, which takes every type by the widest. Most rows are float32 or float64, and so are most inputs.
const char* feed_row(const npy::File& file, std::uint64_t row, const npy::Target& target, Span<char> text) {
  const bool is_wide = file.item == sizeof(double);
  if (file.kind == 'f' && (is_wide || file.item == sizeof(float))) {
    if (target.type == DataType::float32) {
      is_wide ? round_row<double, float>(file, row, target.elements)
              : round_row<float, float>(file, row, target.elements);
      return nullptr;
    }
    if (target.type == DataType::float64) {
      is_wide ? round_row<double, double>(file, row, target.elements)
              : round_row<float, double>(file, row, target.elements);
      return nullptr;
    }
  }
  return npy::feed(file, row, target, text);
}

std::string row_name(std::uint64_t row) { return "row " + std::to_string(row); }

}  // namespace

/// A network for one thread, while it predicts.
class Model::Lease {
 public:
  explicit Lease(const Model& model) : model_(model) {
    const std::scoped_lock lock(model.mutex_);
    if (model.idle_.empty()) return;
    loaded_ = std::move(model.idle_.back());
    model.idle_.pop_back();
  }
  ~Lease() {
    const std::scoped_lock lock(model_.mutex_);
    if (loaded_) model_.idle_.push_back(std::move(loaded_));
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  const Network& network() {
    if (!loaded_)  // the file was verified when it was opened
      loaded_ = std::make_unique<Loaded>(model_.file_.bytes(), Digest::decline);
    return loaded_->network();
  }

 private:
  const Model& model_;
  std::unique_ptr<Loaded> loaded_;
};

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

void Model::run_part(const std::vector<npy::File>& inputs, const std::vector<unsigned>& outputs, Part part,
                     std::vector<std::vector<std::byte>>& answers) const {
  Lease lease(*this);
  const Network& network = lease.network();
  std::vector<std::vector<char>> texts;
  for (unsigned i = 0; i < inputs.size(); ++i)
    texts.emplace_back(inputs[i].kind == 'U' ? network.input_shape(i).size() * std::size_t{inputs[i].item} : 0);
  for (std::uint64_t row = part.first; row < part.last; ++row) {
    for (unsigned i = 0; i < inputs.size(); ++i) {
      const PortRecord& port = network.input_port(i);
      const npy::Target target{network.input_type(i), network.input_bytes(i), port.scale, port.zero_point};
      if (const char* error = feed_row(inputs[i], row, target, {texts[i].data(), texts[i].size()}))
        throw Refused(row_name(row) + ": " + error + "; give rows as the model was trained on");
    }
    if (InputPlace place; network.check_inputs(&place) != Status::ok)
      throw Refused(row_name(row) + ", column " + column_name(place) +
                    ": the value is missing or infinite, for which the library raises an error; fill it in, leave the "
                    "row out, or train with an imputer");
    if (const Status status = network.run(); status != Status::ok)
      throw Refused(row_name(row) + ": " + name(status) + "; give values that the model has seen in training");
    for (std::size_t k = 0; k < outputs.size(); ++k) {
      const Span<const std::byte> elements = network.output_bytes(outputs[k]);
      std::memcpy(answers[k].data() + row * elements.size(), elements.data(), elements.size());
    }
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
  const std::uint64_t parts = std::max<std::uint64_t>(std::min<std::uint64_t>(threads, count), 1);
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
