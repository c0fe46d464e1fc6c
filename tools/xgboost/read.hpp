#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string_view>

#include "tools/common/buffer.hpp"
#include "tools/xgboost/model.hpp"

namespace nacre::tools {

// A saved booster in each of its forms. Trees are checked when a graph is made of them. All throw Refusal.

XgboostModel read_xgboost_json(std::string_view text);
XgboostModel read_xgboost_ubjson(std::span<const std::byte> bytes);
/// The form of releases before 3.1.
XgboostModel read_xgboost_binary(std::span<const std::byte> bytes);
/// What a pickled booster holds, which has changed with the releases: any of the three, perhaps beside its settings.
XgboostModel read_xgboost_state(std::span<const std::byte> bytes);

/// The model of a parsed document.
XgboostModel read_xgboost_document(const nlohmann::json& document);

}  // namespace nacre::tools
