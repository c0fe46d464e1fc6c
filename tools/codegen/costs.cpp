#include "tools/codegen/costs.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <sstream>

#include "tools/codegen/embedded.hpp"
#include "tools/common/text_stream.hpp"
#include "tools/pack/target.hpp"

namespace nacre::tools {
namespace {

struct Cost {
  double product = 0, read = 0, element = 0, run = 0;

  double of(const Work& work) const {
    return product * work.products + read * work.reads + element * work.elements + run * work.runs;
  }
};

struct Costs {
  std::map<std::string, Cost> instructions, cycles;  // by kernel
  std::map<std::string, double> most;                // instructions of its dearest layer, as parts of the estimated
  double error = 0, unseen = 0, unseen_most = 0;
};

std::string path_of(const std::string& target) { return "costs/" + target + ".txt"; }

Costs read_costs(const std::string& table) {
  Costs costs;
  std::istringstream lines = text_stream(table);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    std::istringstream words = text_stream(line);
    std::string kernel;
    words >> kernel;
    if (kernel == "error") {
      words >> costs.error >> costs.unseen >> costs.unseen_most;
      continue;
    }
    Cost &instructions = costs.instructions[kernel], &cycles = costs.cycles[kernel];
    for (Cost* cost : {&instructions, &cycles}) words >> cost->product >> cost->read >> cost->element >> cost->run;
    words >> costs.most[kernel];
  }
  return costs;
}

double elements_of(const schema::Model& model, std::uint32_t tensor) {
  double count = 1;
  const schema::Tensor& record = *model.tensors()->Get(tensor);
  for (unsigned i = 0; i < record.rank(); ++i) count *= model.shapes()->Get(record.shape() + i);
  return count;
}

class Counter {
 public:
  Counter(const ModelFile& file, const std::vector<KernelRow>& rows) : file_(file), model_(file.model()), rows_(rows) {}

  /// The work of layers from `first` on, `layer` being the one that runs them, each so many times.
  void add(unsigned first, unsigned end, unsigned layer, double runs, double rows_elements) {
    for (unsigned i = first; i < end;) {
      const unsigned body = model_.layers()->Get(i)->body();
      const unsigned outermost = rows_elements < 0 ? i : layer;
      add_one(i, outermost, runs, rows_elements);
      if (body > 0) add(i + 1, i + 1 + body, outermost, runs * steps_of(i), std::max(0.0, fused_elements(i)));
      i += 1 + body;
    }
  }

  std::vector<Work> work;

 private:
  std::uint32_t argument(const schema::Layer& layer, unsigned i) const {
    return model_.arguments()->Get(layer.arguments() + i);
  }

  /// Elements of the last axis of what a layer writes, at least 1.
  double channels_of(unsigned i) const {
    const schema::Layer& layer = *model_.layers()->Get(i);
    const std::uint32_t output = argument(layer, layer.inputs());
    if (layer.outputs() == 0 || output == 0xffffffff) return 1;
    const schema::Tensor& record = *model_.tensors()->Get(output);
    return record.rank() == 0 ? 1 : std::max(1u, model_.shapes()->Get(record.shape() + record.rank() - 1));
  }

  /// How often a scan runs its body: the second axis of what it takes apart.
  double steps_of(unsigned i) const {
    const schema::Layer& layer = *model_.layers()->Get(i);
    if (static_cast<Operator>(model_.operators_type()->Get(i)) != Operator::scan) return 1;
    const schema::Tensor& input = *model_.tensors()->Get(argument(layer, 0));
    return input.rank() < 2 ? 1 : model_.shapes()->Get(input.shape() + 1);
  }

  /// Elements of the image that fused layers write at last; 0 of other bodies.
  double fused_elements(unsigned i) const {
    if (static_cast<Operator>(model_.operators_type()->Get(i)) != Operator::rows) return 0;
    const schema::Layer& layer = *model_.layers()->Get(i);
    return elements_of(model_, argument(layer, layer.inputs()));
  }

  /// What a fused layer writes of its whole image: the file holds the shape of a strip. A convolution has so many
  /// products for each element as it has weights for each channel, beside which int8 has a bias and two numbers to
  /// scale it, float32 a bias.
  double image_elements(unsigned i, double products, double strip, double rows_elements) const {
    const schema::Layer& layer = *model_.layers()->Get(i);
    const schema::Tensor& output = *model_.tensors()->Get(argument(layer, layer.inputs()));
    if (products <= 0) return std::max(strip, rows_elements);
    const double channels = channels_of(i);
    const double parameters = static_cast<double>(file_.description()->layers()->Get(i)->parameters());
    const double beside = output.type() == schema::DataType::int8 ? 3 : 1;
    return products / std::max(1.0, parameters / channels - beside);
  }

  void add_one(unsigned i, unsigned outermost, double runs, double rows_elements) {
    const schema::Layer& layer = *model_.layers()->Get(i);
    const auto* description = file_.description();
    const double products = description == nullptr ? 0 : static_cast<double>(description->layers()->Get(i)->macs());
    double elements = 0;
    for (unsigned k = 0; k < layer.outputs(); ++k)
      if (const std::uint32_t output = argument(layer, layer.inputs() + k); output != 0xffffffff)
        elements += runs * elements_of(model_, output);
    if (rows_elements > 0 && description != nullptr)
      elements = image_elements(i, products, elements, rows_elements);
    const std::string name = rows_[layer.kernel()].name();
    work.push_back({outermost, name, products, products / channels_of(i), elements, runs});
    if (static_cast<Operator>(model_.operators_type()->Get(i)) != Operator::map) return;
    for (const Instruction& instruction : file_.program(i).instructions)
      add_function(instruction, outermost, elements, runs);
  }

  void add_function(const Instruction& instruction, unsigned outermost, double elements, double runs) {
    const KernelName wanted = instruction.kernel();
    for (std::size_t k = 0; k < rows_.size(); ++k) {
      const schema::Kernel& kernel = *model_.kernels()->Get(static_cast<unsigned>(k));
      if (std::memcmp(&wanted, &kernel, sizeof wanted) == 0)
        work.push_back({outermost, rows_[k].name(), 0, 0, elements, runs});
    }
  }

  const ModelFile& file_;
  const schema::Model& model_;
  const std::vector<KernelRow>& rows_;
};

}  // namespace

std::vector<Work> work_of(const ModelFile& model, const std::vector<KernelRow>& rows) {
  Counter counter(model, rows);
  counter.add(0, model.model().layers()->size(), 0, 1, -1);
  return std::move(counter.work);
}

Estimate estimate_of(const std::vector<Work>& work, unsigned layers, const std::string& target) {
  Estimate estimate;
  estimate.layers.resize(layers);
  estimate.measured_on = measured_for(target, [](const std::string& name) { return is_embedded(path_of(name)); });
  if (estimate.measured_on.empty()) return estimate;
  const Costs costs = read_costs(embedded_text(path_of(estimate.measured_on)));
  estimate.error = costs.error, estimate.unseen = costs.unseen, estimate.unseen_most = costs.unseen_most;
  for (const Work& one : work) {
    const auto known = costs.cycles.find(one.kernel);
    if (known == costs.cycles.end()) {
      if (std::ranges::find(estimate.unknown, one.kernel) == estimate.unknown.end())
        estimate.unknown.push_back(one.kernel);
      continue;
    }
    const double instructions = costs.instructions.at(one.kernel).of(one);
    estimate.instructions += instructions;
    estimate.most_instructions += costs.most.at(one.kernel) * instructions;
    estimate.cycles += known->second.of(one);
    estimate.layers[one.layer] += known->second.of(one);
  }
  return estimate;
}

}  // namespace nacre::tools
