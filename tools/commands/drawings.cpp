#include "tools/commands/drawings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "tools/codegen/footprint.hpp"
#include "tools/commands/html.hpp"
#include "tools/commands/memory_map.hpp"

namespace nacre::tools {
namespace {

constexpr unsigned kMostDrawn = 300;                     // layers: a longer column is a scroll bar
constexpr int kWidth = 300, kStep = 40, kBox = 26, kRight = 220;  // of the graph, in units of its view

/// Which layer wrote what each layer takes; reshapes have no layer, and share the place of their input.
std::vector<std::vector<unsigned>> producers(const schema::Model& model) {
  using Place = std::pair<unsigned, unsigned>;
  std::map<Place, unsigned> writer;
  const auto place = [&](std::uint32_t tensor) {
    const schema::Tensor& record = *model.tensors()->Get(tensor);
    return Place(record.memory(), record.offset());
  };
  std::vector<std::vector<unsigned>> all(model.layers()->size());
  for (unsigned i = 0; i < all.size(); ++i) {
    const schema::Layer& layer = *model.layers()->Get(i);
    for (unsigned k = 0; k < unsigned{layer.inputs()} + layer.outputs(); ++k) {
      const std::uint32_t tensor = model.arguments()->Get(layer.arguments() + k);
      if (tensor == 0xffffffff) continue;
      if (k >= layer.inputs()) writer[place(tensor)] = i;
      else if (const auto found = writer.find(place(tensor)); found != writer.end()) all[i].push_back(found->second);
    }
    std::ranges::sort(all[i]);
    all[i].erase(std::unique(all[i].begin(), all[i].end()), all[i].end());
  }
  return all;
}

/// A line from the box before, or an arc around those between.
std::string edge(unsigned from, unsigned to) {
  const int y1 = static_cast<int>(from) * kStep + kBox + 2, y2 = static_cast<int>(to) * kStep + 2;
  if (to == from + 1)
    return fmt::format("<path class=\"edge\" d=\"M110 {}V{}\" marker-end=\"url(#tip)\"/>\n", y1, y2);
  const int out = kRight + std::min(70, 14 + 8 * static_cast<int>(to - from));
  return fmt::format("<path class=\"edge skip\" d=\"M{} {}C{} {} {} {} {} {}\" marker-end=\"url(#tip)\"/>\n", kRight,
                     y1 - kBox / 2, out, y1, out, y2, kRight + 2, y2 + kBox / 2);
}

}  // namespace

std::string graph_drawing(const ModelFile& model, const nlohmann::ordered_json& layers) {
  const auto count = static_cast<unsigned>(std::min<std::size_t>(layers.size(), kMostDrawn));
  std::string svg = fmt::format(
      "<svg class=\"graph\" viewBox=\"0 0 {} {}\" width=\"{}\" role=\"img\" aria-labelledby=\"graph-title graph-text\">"
      "<title id=\"graph-title\">Graph of layers</title><desc id=\"graph-text\">{} layers from top to bottom, with "
      "lines from each to those that take what it gives; the table of layers lists them in the same order.</desc>"
      "<defs><marker id=\"tip\" viewBox=\"0 0 6 6\" refX=\"5\" refY=\"3\" markerWidth=\"6\" markerHeight=\"6\" "
      "orient=\"auto\"><path d=\"M0 0L6 3L0 6z\"/></marker></defs>\n",
      kWidth, count * kStep, kWidth, layers.size());
  const auto all = producers(model.model());
  for (unsigned i = 0; i < count; ++i)
    for (const unsigned from : all[i])
      if (from < i) svg += edge(from, i);
  for (unsigned i = 0; i < count; ++i) {
    const std::string name = layers[i]["name"].get<std::string>(), op = layers[i]["op"].get<std::string>();
    svg += fmt::format(
        "<g><title>{}: {} {}</title><rect class=\"layer\" x=\"1\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"4\"/>"
        "<text x=\"8\" y=\"{}\">{}</text></g>\n",
        html(name), html(op), html(layers[i]["output_shape"].dump()), i * kStep + 1, kRight - 2, kBox, i * kStep + 18,
        html(shortened(name == op ? name : name + " · " + op, 28)));
  }
  return svg + "</svg>";
}

std::string memory_drawing(const ModelFile& model) {
  constexpr double kLeft = 8, kTop = 22, kInner = 624, kHigh = 200;
  const unsigned layers = std::max(1u, model.network().layers());
  const std::vector<Placement> all = placements(model);
  const std::vector<std::uint32_t> live = live_bytes(all, layers);
  std::uint32_t end = 1;
  for (const Placement& one : all) end = std::max(end, one.offset + one.bytes);
  const auto peak = static_cast<unsigned>(std::ranges::max_element(live) - live.begin());
  const std::string at = fmt::format("layer {} of {}, {}: {}", peak + 1, layers, layer_name(model, peak),
                                     size_text(live[peak]));
  std::string svg = fmt::format(
      "<svg class=\"memory\" viewBox=\"0 0 640 248\" role=\"img\" aria-labelledby=\"memory-title memory-text\">"
      "<title id=\"memory-title\">Memory over time</title><desc id=\"memory-text\">Offsets in the {} of activations, "
      "from bottom to top, over {} layers, from left to right. Most is in use in {}. The table below has every "
      "range.</desc>\n",
      size_text(end), layers, html(at));
  const auto x = [&](double layer) { return kLeft + kInner * layer / layers; };
  const auto y = [&](double bytes) { return kTop + kHigh * (1 - bytes / end); };
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Placement& one = all[i];
    svg += fmt::format(
        "<rect class=\"tensor t{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"><title>{}: {} at {}, "
        "layers {} to {}</title></rect>\n",
        i % 4, x(one.first_layer), y(one.offset + one.bytes), x(one.last_layer + 1) - x(one.first_layer),
        y(one.offset) - y(one.offset + one.bytes), html(one.holder), size_text(one.bytes), one.offset,
        one.first_layer + 1, one.last_layer + 1);
  }
  const double middle = x(peak + 0.5);
  svg += fmt::format(
      "<path class=\"peak\" d=\"M{0:.1f} 18V{1}\"/><text class=\"peak\" x=\"{2:.1f}\" y=\"13\" text-anchor=\"{3}\">"
      "peak: {4}</text><text x=\"8\" y=\"240\">layer 1</text>"
      "<text x=\"632\" y=\"240\" text-anchor=\"end\">layer {5}</text>\n",
      middle, kTop + kHigh, std::clamp(middle, 8.0, 632.0), middle > 320 ? "end" : "start", html(shortened(at, 60)),
      layers);
  return svg + "</svg>";
}

}  // namespace nacre::tools
