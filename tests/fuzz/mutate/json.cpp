#include <iterator>
#include <nlohmann/json.hpp>
#include <vector>

#include "tests/fuzz/mutate/mutate.hpp"

namespace nacre::test {
namespace {

using Json = nlohmann::ordered_json;

/// Every value of a document, the document first; at most 100,000.
std::vector<Json*> values_of(Json& document) {
  std::vector<Json*> values = {&document};
  for (std::size_t i = 0; i < values.size() && values.size() < 100000; ++i)
    if (values[i]->is_structured())
      for (Json& item : *values[i]) values.push_back(&item);
  return values;
}

Json scalar(Dice& dice) {
  switch (dice.below(10)) {
    case 0: return nullptr;
    case 1: return true;
    case 2: return false;
    case 3: return "";
    case 4: return Json::array();
    case 5: return Json::object();
    case 6: return 1e308;
    case 7: return -0.5;
    default: return odd_number(dice);
  }
}

void change(Json& value, Dice& dice) {
  if (value.is_string()) value = mutate_bytes(value.get<std::string>());
  else if (value.is_number_integer()) value = dice.one_in(2) ? Json(odd_number(dice)) : Json(value.get<int>() ^ 1);
  else if (value.is_number()) value = value.get<double>() * (dice.one_in(2) ? -1 : 1e30);
  else value = scalar(dice);
}

/// Takes one value out of an array or an object, or doubles one of an array.
void change_items(Json& container, Dice& dice) {
  const auto at = [&] {
    return std::next(container.begin(), static_cast<std::ptrdiff_t>(dice.below(container.size())));
  };
  if (container.is_array() && dice.one_in(2)) {
    const Json copy = *at();
    container.insert(at(), copy);
  } else {
    container.erase(at());
  }
}

void change_once(Json& document, Dice& dice) {
  const std::vector<Json*> values = values_of(document);
  Json& value = *values[dice.below(values.size())];
  switch (dice.below(4)) {
    case 0:
      if (value.is_structured() && !value.empty()) return change_items(value, dice);
      return change(value, dice);
    case 1: {
      const Json other = *values[dice.below(values.size())];
      value = other;
      return;
    }
    case 2: value = scalar(dice); return;
    default: change(value, dice);
  }
}

}  // namespace

std::string mutate_json(const std::string& text, Dice& dice) {
  Json document = Json::parse(text, nullptr, false);
  if (document.is_discarded()) return mutate_bytes(text);
  do change_once(document, dice);
  while (dice.one_in(3));
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace nacre::test
